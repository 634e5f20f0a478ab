package io.mainstem.connectors.http.client;

import io.mainstem.api.StopException;
import io.mainstem.api.Tape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BinaryOperator;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over a {@link Tape}. What is kept of one is its method, its URL, the headers that the configuration asks for, and its
 * body; of an answer its status, headers and body. Credentials are put on a request behind the tape, so they are in neither.
 * Thread-safe.
 */
final class HttpTape {

    /** More of one answer is not kept: a person has to read it. */
    private static final int BODY_MAX = 2 << 20;

    /** A stream of events has no end: so long it is listened to. */
    private static final long EVENTS_SECONDS = 5;

    /** What belongs to a connection, or is of no use to anybody who reads it later; and what lets somebody in. */
    private static final Set<String> LEFT_OUT = Set.of(
            "connection",
            "keep-alive",
            "transfer-encoding",
            "content-length",
            "date",
            "server",
            "via",
            "set-cookie",
            "user-agent");

    private static final Set<String> PARTS = Set.of("status", "headers", "body", "body-base64");

    private final Tape tape;

    HttpTape(Tape tape) {
        this.tape = tape;
    }

    boolean isPlaying() {
        return tape.isPlaying();
    }

    void hide(String secret) {
        tape.hide(secret);
    }

    /**
     * The body of a request, beside it: what is sent can be read only once.
     *
     * @param bytes not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record SentBody(byte[] bytes) {}

    /** An answer as it came, and all of its body. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Real(Response response, byte[] body) {

        Response again() {
            return response.newBuilder()
                    .body(ResponseBody.create(body, response.body().contentType()))
                    .build();
        }
    }

    /**
     * The answer to a request.
     *
     * @param plain without credentials
     * @param call the same with them
     */
    Response answer(Request plain, Call call) throws IOException {
        AtomicReference<@Nullable Real> real = new AtomicReference<>();
        Redaction redaction = new Redaction(tape::hide);
        Map<String, Object> kept;
        try {
            kept = tape.answer(kept(plain, redaction), () -> {
                Real came = whole(plain, call);
                real.set(came);
                return kept(came, redaction);
            });
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
        @Nullable Real came = real.get();
        return came == null ? played(plain, kept) : came.again();
    }

    private static Map<String, Object> kept(Request request, Redaction redaction) {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("method", request.method());
        kept.put("url", redaction.query(request.url().toString()));
        putHeaders(kept, request.headers(), redaction::header);
        @Nullable SentBody body = request.tag(SentBody.class);
        if (body != null && request.body() != null) {
            KeptBody.of(body.bytes(), redaction).putInto(kept);
        }
        return kept;
    }

    private static Map<String, Object> kept(Real real, Redaction redaction) {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("status", (long) real.response().code());
        putHeaders(kept, real.response().headers(), redaction::answerHeader);
        KeptBody.of(real.body(), redaction).putInto(kept);
        return kept;
    }

    private static void putHeaders(Map<String, Object> kept, Headers headers, BinaryOperator<String> redaction) {
        Map<String, Object> named = new TreeMap<>();
        for (String name : headers.names()) {
            if (!LEFT_OUT.contains(name.toLowerCase(Locale.ROOT))) {
                List<String> values = headers.values(name).stream()
                        .map(value -> redaction.apply(name, value))
                        .toList();
                named.put(name, values.size() == 1 ? values.get(0) : values);
            }
        }
        if (!named.isEmpty()) {
            kept.put("headers", named);
        }
    }

    private static Real whole(Request plain, Call call) throws IOException {
        boolean isEvents = "text/event-stream".equals(plain.header("Accept"));
        if (isEvents) {
            call.timeout().timeout(EVENTS_SECONDS, TimeUnit.SECONDS);
        }
        try (Response response = call.execute()) {
            return new Real(response, isEvents ? events(response.body().byteStream()) : all(plain, response));
        }
    }

    private static byte[] all(Request plain, Response response) throws IOException {
        byte[] bytes = response.body().byteStream().readNBytes(BODY_MAX + 1);
        if (bytes.length > BODY_MAX) {
            throw new StopException(
                    "http.recording",
                    plain.method() + " " + SafeText.url(plain.url().toString()) + " answered with more than " + BODY_MAX
                            + " bytes, which is more than a recording keeps of one answer",
                    "Ask for smaller pages while you record, such as by 'page-size'.");
        }
        return bytes;
    }

    /** What came until the stream ended, or until it was listened to for long enough. */
    private static byte[] events(InputStream in) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int count = in.read(buffer); count >= 0 && bytes.size() < BODY_MAX; count = in.read(buffer)) {
                bytes.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // The time is over, or the server has enough: an event that is not whole is passed over by whoever reads
            // this.
            return bytes.toByteArray();
        }
        return bytes.toByteArray();
    }

    private static int status(Request plain, @Nullable Object status) {
        if (status instanceof Number number && number.intValue() >= 200 && number.intValue() <= 599) {
            return number.intValue();
        }
        throw wrong(plain, "has the status " + status + "; it must be a number from 200 to 599");
    }

    private static byte[] body(Request plain, Map<String, Object> kept) {
        try {
            return KeptBody.from(kept).bytes();
        } catch (IllegalArgumentException e) {
            throw wrong(plain, "has a body-base64 that is not Base64");
        }
    }

    private static StopException wrong(Request plain, String what) {
        return new StopException(
                "fixture.answer",
                "the answer to " + plain.method() + " "
                        + SafeText.url(plain.url().toString()) + " " + what,
                "Correct it in the fixture.");
    }

    private static Response played(Request plain, Map<String, Object> kept) {
        for (String name : kept.keySet()) {
            if (!PARTS.contains(name)) {
                throw wrong(plain, "has '" + name + "'; an answer has status, headers, and body or body-base64");
            }
        }
        Headers.Builder headers = new Headers.Builder();
        if (kept.get("headers") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                for (Object one : value instanceof List<?> list ? list : List.of(value)) {
                    headers.addUnsafeNonAscii(name.toString(), one.toString());
                }
            });
        }
        return new Response.Builder()
                .request(plain)
                .protocol(Protocol.HTTP_1_1)
                .code(status(plain, kept.get("status")))
                .message("")
                .headers(headers.build())
                .body(ResponseBody.create(body(plain, kept), null))
                .build();
    }
}
