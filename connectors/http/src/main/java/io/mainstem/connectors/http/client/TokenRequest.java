package io.mainstem.connectors.http.client;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import okhttp3.Request;
import okhttp3.Response;

/** Fetches credentials that are good for a time. */
interface TokenRequest {

    /**
     * Credentials.
     *
     * @param headers what a request carries
     * @param life for how long they are good, if the server said so
     */
    record Granted(Map<String, String> headers, Optional<Duration> life) {}

    /** Sends one request as it is: without credentials, without repeating it. */
    interface Sender {
        Response send(Request request) throws IOException;
    }

    /** What time it is. */
    interface Time {
        /** In the world. */
        Instant now();

        /** On a clock that only goes forward. */
        long nanos();
    }

    Granted fetch() throws IOException;
}
