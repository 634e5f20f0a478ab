package io.mainstem.connectors.http.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import okhttp3.MediaType;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** An answer, to be closed. One thread. */
public final class HttpReply implements Closeable {

    private static final int EXCERPT_BYTES = 4096;

    private final Response response;
    private final String shown;
    private final UnaryOperator<String> scrub;
    private InputStream body;
    private @Nullable CopyingInput copying;
    private final long bodyMax;

    HttpReply(Response response, String shown, long bodyMax, UnaryOperator<String> scrub) {
        this.response = response;
        this.shown = shown;
        this.scrub = scrub;
        this.bodyMax = bodyMax;
        this.body = new LimitedInput(response.body().byteStream(), bodyMax);
    }

    /** The status. */
    public int status() {
        return response.code();
    }

    /** Whether the status is 200 to 299. */
    public boolean isSuccess() {
        return response.isSuccessful();
    }

    /** A header. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(response.header(name));
    }

    /** All headers of a name. */
    public List<String> headers(String name) {
        return response.headers(name);
    }

    /** The charset of its text: what it says, else UTF-8. */
    public Charset charset() {
        @Nullable MediaType type = response.body().contentType();
        return type == null ? StandardCharsets.UTF_8 : type.charset(StandardCharsets.UTF_8);
    }

    /** The address that answered, after redirects. */
    public String url() {
        return response.request().url().toString();
    }

    /** A reference such as the target of a link, made whole by the address that answered. */
    public Optional<String> resolve(String reference) {
        return Optional.ofNullable(response.request().url().resolve(reference)).map(Object::toString);
    }

    /** The body, unpacked; it ends with a {@link BodyTooLargeException} behind the limit. */
    public InputStream body() {
        return body;
    }

    /** Keeps the beginning of the body for {@link #kept}, whoever reads it. To be called before anybody does. */
    public void keep(int bytes) {
        copying = new CopyingInput(body, bytes);
        body = copying;
    }

    /** The beginning of the body as text, up to what {@link #keep} said; reads what nobody has read. */
    public String kept() {
        CopyingInput copied = copying;
        return copied == null ? "" : scrub.apply(copied.beginning());
    }

    /** The headers as they came, but those that let somebody in; of several of a name, in one line. */
    public Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>();
        for (String name : response.headers().names()) {
            if (!name.equalsIgnoreCase("Set-Cookie")) {
                headers.put(name.toLowerCase(Locale.ROOT), scrub.apply(String.join(", ", response.headers(name))));
            }
        }
        return headers;
    }

    /** A stream that unpacks the body once more, with the same limit. */
    public InputStream limited(InputStream unpacked) {
        return new LimitedInput(unpacked, bodyMax);
    }

    /** The beginning of the body, for a message. Uses the body up. */
    public String excerpt() {
        try {
            return scrub.apply(SafeText.excerpt(new String(body.readNBytes(EXCERPT_BYTES), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return "";
        }
    }

    /** A part of the body for a message, in one line and without the tokens that were fetched. */
    public String shown(String text) {
        return scrub.apply(SafeText.excerpt(text));
    }

    /** For people: the request and the status. */
    @Override
    public String toString() {
        return shown + " answered " + response.code();
    }

    @Override
    public void close() {
        response.close();
    }
}
