package io.mainstem.connectors.http.webhook;

import com.sun.net.httpserver.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a body that is a form, as browsers and Slack send it: {@code name=value&other=value}, in UTF-8. */
final class Form {

    private static final String TYPE = "application/x-www-form-urlencoded";

    private Form() {}

    /**
     * The fields of a body, if its headers call it a form, else none. Of a name that comes again, the last value counts.
     *
     * @throws BadBodyException when a percent sign has no two digits behind it
     */
    static Map<String, String> of(Headers headers, byte[] body) throws BadBodyException {
        try {
            return isForm(headers) ? fields(new String(body, StandardCharsets.UTF_8)) : Map.of();
        } catch (IllegalArgumentException e) {
            throw new BadBodyException("the body is not a form: a % in it has no two digits behind it");
        }
    }

    private static boolean isForm(Headers headers) {
        @Nullable String type = headers.getFirst("Content-Type");
        return type != null
                && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(TYPE);
    }

    private static Map<String, String> fields(String body) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : body.strip().split("&", -1)) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                fields.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
