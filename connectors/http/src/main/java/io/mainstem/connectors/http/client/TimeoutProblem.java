package io.mainstem.connectors.http.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says which option a request was too slow for: the client below says only "timeout". Thread-safe. */
public final class TimeoutProblem {

    private TimeoutProblem() {}

    /** One clause that names the option; empty when no time has run out. */
    public static Optional<String> of(IOException failure) {
        String said = said(failure);
        if (failure instanceof SocketTimeoutException) {
            return Optional.of(
                    said.contains("connect")
                            ? "there was no connection within 'connect-timeout'"
                            : "nothing came for as long as 'read-timeout' allows");
        }
        return failure instanceof InterruptedIOException && said.equals("timeout")
                ? Optional.of("the whole answer did not come within 'call-timeout'")
                : Optional.empty();
    }

    private static String said(IOException failure) {
        @Nullable String message = failure.getMessage();
        return message == null ? "" : message.toLowerCase(Locale.ROOT);
    }
}
