package io.mainstem.connectors.http.webhook;

import java.io.IOException;

/** A body is not what its headers or the options say; the message tells its sender why. */
final class BadBodyException extends IOException {

    private static final long serialVersionUID = 1L;

    BadBodyException(String message) {
        super(message);
    }
}
