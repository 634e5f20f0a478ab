package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a secret looks like inside of other text: as it is, in URLs, JSON and HTML, in hexadecimal digits, in the middle of Base64, and
 * each of these in another of these.
 */
final class SecretForms {

    /** Fewer characters in the middle of a Base64 could be anything. */
    private static final int BASE64_LEAST = 5;

    private SecretForms() {}

    /** The forms; for each, whether the characters beside it have a part of the secret, too. The secret itself is the first. */
    static Map<String, Boolean> of(String secret) {
        Map<String, Boolean> forms = new LinkedHashMap<>();
        forms.put(secret, false);
        Map<String, Boolean> once = once(secret);
        once.forEach(forms::putIfAbsent);
        once.forEach((form, isCut) ->
                once(form).forEach((twice, isCutAgain) -> forms.putIfAbsent(twice, isCut || isCutAgain)));
        return forms;
    }

    private static Map<String, Boolean> once(String text) {
        Map<String, Boolean> forms = new LinkedHashMap<>();
        for (String spelled : spelled(text)) {
            forms.put(spelled, false);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        forms.put(HexFormat.of().formatHex(bytes), false);
        forms.put(HexFormat.of().withUpperCase().formatHex(bytes), false);
        for (int before = 0; before < 3; before++) {
            addBase64(bytes, before, forms);
        }
        return forms;
    }

    private static Set<String> spelled(String text) {
        Set<String> forms = new LinkedHashSet<>();
        String url = URLEncoder.encode(text, StandardCharsets.UTF_8);
        for (String form : List.of(url, url.replace("+", "%20"))) {
            forms.add(form);
            forms.add(lowerHex(form));
        }
        String json = new String(JsonStringEncoder.getInstance().quoteAsString(text));
        forms.add(json);
        forms.add(json.replace("/", "\\/"));
        forms.add(ascii(json, false));
        forms.add(ascii(json.replace("/", "\\/"), true));
        forms.add(ascii(json, true));
        String html = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        for (String quote : List.of("&quot;", "&#34;")) {
            for (String apostrophe : List.of("'", "&#39;", "&#x27;", "&apos;")) {
                forms.add(html.replace("\"", quote).replace("'", apostrophe));
            }
        }
        return forms;
    }

    private static String lowerHex(String encoded) {
        StringBuilder lower = new StringBuilder(encoded);
        for (int i = encoded.indexOf('%'); i >= 0; i = encoded.indexOf('%', i + 1)) {
            lower.replace(i, i + 3, encoded.substring(i, i + 3).toLowerCase(Locale.ROOT));
        }
        return lower.toString();
    }

    /** As those write JSON who trust no other character. */
    private static String ascii(String json, boolean isUpper) {
        StringBuilder out = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < 0x7f) {
                out.append(c);
            } else {
                out.append(String.format(Locale.ROOT, isUpper ? "\\u%04X" : "\\u%04x", (int) c));
            }
        }
        return out.toString();
    }

    /** The characters that the secret alone decides, when so many bytes modulo three stand in front of it. */
    private static void addBase64(byte[] secret, int before, Map<String, Boolean> forms) {
        byte[] padded = new byte[before + secret.length];
        System.arraycopy(secret, 0, padded, before, secret.length);
        int begin = (before * 8 + 5) / 6;
        int end = padded.length * 8 / 6;
        if (end - begin >= BASE64_LEAST) {
            String standard = Base64.getEncoder().encodeToString(padded).substring(begin, end);
            forms.put(standard, true);
            forms.put(standard.replace('+', '-').replace('/', '_'), true);
        }
    }
}
