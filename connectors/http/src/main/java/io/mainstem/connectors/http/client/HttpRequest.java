package io.mainstem.connectors.http.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request, ready to be sent. Immutable; the array of its body must not be changed. */
public final class HttpRequest {

    private final String method;
    private final String url;
    private final List<Map.Entry<String, String>> headers;
    private final byte @Nullable [] body;
    private final String contentType;
    private final boolean anonymous;
    private final boolean keepsMethod;

    private HttpRequest(
            String method,
            String url,
            List<Map.Entry<String, String>> headers,
            byte @Nullable [] body,
            String contentType,
            boolean anonymous,
            boolean keepsMethod) {
        this.method = method;
        this.url = url;
        this.headers = List.copyOf(headers);
        this.body = body;
        this.contentType = contentType;
        this.anonymous = anonymous;
        this.keepsMethod = keepsMethod;
    }

    /** A request without a body. */
    public static HttpRequest of(String method, String url) {
        return new HttpRequest(method.toUpperCase(Locale.ROOT), url, List.of(), null, "", false, false);
    }

    /** The same with a header more. */
    public HttpRequest header(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return new HttpRequest(method, url, more, body, contentType, anonymous, keepsMethod);
    }

    /** Whether a text can be the value of a header. */
    public static boolean canBeHeader(String value) {
        return value.chars().allMatch(c -> c == '\t' || c >= ' ' && c <= '~');
    }

    /** The same with a body. */
    public HttpRequest body(byte[] bytes, String type) {
        return new HttpRequest(method, url, headers, bytes, type, anonymous, keepsMethod);
    }

    /** The same, to be sent without credentials. */
    public HttpRequest anonymous() {
        return new HttpRequest(method, url, headers, body, contentType, true, keepsMethod);
    }

    /** The same, which a redirect that would make a GET of it ends: it writes, and a GET would write nothing. */
    public HttpRequest keepingMethod() {
        return new HttpRequest(method, url, headers, body, contentType, anonymous, true);
    }

    boolean keepsMethod() {
        return keepsMethod;
    }

    boolean isAnonymous() {
        return anonymous;
    }

    /** The verb. */
    public String method() {
        return method;
    }

    /** The address for people: without what a query may keep secret. */
    public String shownUrl() {
        return SafeText.url(url);
    }

    String url() {
        return url;
    }

    List<Map.Entry<String, String>> headers() {
        return headers;
    }

    byte @Nullable [] body() {
        return body;
    }

    String contentType() {
        return contentType;
    }

    /** All of it but the credentials, for a person: the method and the URL, a line for each header, the body behind an empty one. */
    public String text() {
        Redaction redaction = Redaction.forPeople();
        StringBuilder text = new StringBuilder(method).append(' ').append(redaction.query(url));
        headers.forEach(header -> text.append('\n')
                .append(header.getKey())
                .append(": ")
                .append(redaction.header(header.getKey(), header.getValue())));
        byte[] bytes = body;
        if (bytes != null) {
            text.append(contentType.isEmpty() ? "" : "\nContent-Type: " + contentType)
                    .append("\n\n")
                    .append(new String(bytes, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /** For people. */
    @Override
    public String toString() {
        return method + " " + shownUrl();
    }
}
