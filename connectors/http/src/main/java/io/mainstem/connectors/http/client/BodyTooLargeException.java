package io.mainstem.connectors.http.client;

import java.io.IOException;

/** A body, after it was unpacked, is larger than the configured limit. */
public final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    BodyTooLargeException(long most) {
        super("the body has more than " + most + " bytes, which is the limit (max-body)");
    }
}
