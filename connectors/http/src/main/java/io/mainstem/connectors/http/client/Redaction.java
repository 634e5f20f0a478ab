package io.mainstem.connectors.http.client;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Takes out of a text what is known to be secret by the name beside it. What the configuration keeps secret, and the tokens that were
 * fetched, are masked by their value elsewhere.
 */
final class Redaction {

    /** What stands in the place of a secret. */
    static final String MASK = "***";

    private static final Set<String> FIELDS = Set.of(
            "access_token",
            "accesstoken",
            "refresh_token",
            "refreshtoken",
            "id_token",
            "client_secret",
            "clientsecret",
            "client_assertion",
            "assertion",
            "api_key",
            "apikey",
            "password",
            "passwd",
            "secret",
            "private_key",
            "privatekey",
            "session_token",
            "sessionid",
            "session_id",
            "signature",
            "sig",
            "x-amz-signature",
            "x-amz-credential",
            "x-amz-security-token",
            "x-goog-signature",
            "x-goog-credential");

    private static final Pattern HEADER = Pattern.compile(
            ".*(authorization|cookie|secret|password|api-?key|token|signature|credential).*", Pattern.CASE_INSENSITIVE);

    private static final Set<String> ANSWER_HEADERS =
            Set.of("authorization", "x-auth-token", "x-access-token", "x-subject-token", "x-csrf-token", "x-session");

    private static final Pattern QUERY = Pattern.compile(
            "((?:^|[?&\\s])(?:" + String.join("|", FIELDS) + ")=)[^&\\s\"'<>#]+", Pattern.CASE_INSENSITIVE);

    private static final Pattern USER = Pattern.compile("(\\bhttps?://)[^/@\\s\"'<>?#]+@");

    private Redaction() {}

    /** Secrets as they stand in plain text, in URLs and in texts of JSON, the longest first. */
    static List<String> forms(List<String> secrets) {
        Set<String> forms = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        for (String secret : secrets) {
            String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
            forms.addAll(List.of(
                    secret,
                    encoded,
                    encoded.replace("+", "%20"),
                    new String(JsonStringEncoder.getInstance().quoteAsString(secret))));
        }
        forms.remove("");
        return List.copyOf(forms);
    }

    /** A text in which URLs and forms may stand. */
    static String query(String text) {
        String masked = QUERY.matcher(text).replaceAll("$1" + MASK);
        return USER.matcher(masked).replaceAll("$1" + MASK + "@");
    }

    /** A header of a request. */
    static String header(String name, String value) {
        return HEADER.matcher(name).matches() ? MASK : query(value);
    }

    /** A header of an answer, which may name the next page by what it calls a token. */
    static String answerHeader(String name, String value) {
        return ANSWER_HEADERS.contains(name.toLowerCase(Locale.ROOT)) ? MASK : query(value);
    }

    /** The text behind a name, in JSON. */
    static String field(String name, String value) {
        return FIELDS.contains(name.toLowerCase(Locale.ROOT)) && !value.isEmpty() ? MASK : query(value);
    }
}
