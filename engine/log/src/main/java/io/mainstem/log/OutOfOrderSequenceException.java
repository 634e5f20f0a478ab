package io.mainstem.log;

/** A batch does not continue where the producer's last one in this partition ended. It was not appended. */
public class OutOfOrderSequenceException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public OutOfOrderSequenceException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public OutOfOrderSequenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
