package io.mainstem.log;

/** The offset is before the start or after the end of its partition. */
public class OffsetOutOfRangeException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public OffsetOutOfRangeException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public OffsetOutOfRangeException(String message, Throwable cause) {
        super(message, cause);
    }
}
