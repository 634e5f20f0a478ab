package io.mainstem.log;

/** A record is over the topic's limit, or a transaction over its own. Nothing of the record was appended. */
public class RecordTooLargeException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public RecordTooLargeException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public RecordTooLargeException(String message, Throwable cause) {
        super(message, cause);
    }
}
