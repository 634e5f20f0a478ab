package io.mainstem.log.embedded;

import java.io.IOException;

/** A failure after which nobody knows what is on disk: only opening the log again can tell. */
final class FatalIOException extends IOException {
    private static final long serialVersionUID = 1L;

    FatalIOException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
