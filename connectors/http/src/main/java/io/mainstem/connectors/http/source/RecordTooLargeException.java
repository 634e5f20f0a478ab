package io.mainstem.connectors.http.source;

import java.io.IOException;

/** One record of an answer is larger than what is kept in memory. */
final class RecordTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    RecordTooLargeException(long most) {
        super("a record of the answer has more than " + most + " bytes");
    }
}
