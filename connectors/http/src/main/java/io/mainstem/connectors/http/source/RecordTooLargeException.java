package io.mainstem.connectors.http.source;

import java.io.IOException;

/** One record of an answer is larger than what is kept in memory. */
final class RecordTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    RecordTooLargeException(long most) {
        this("more than " + most + " bytes");
    }

    RecordTooLargeException(String what) {
        super("a record of the answer has " + what);
    }
}
