package io.mainstem.log;

/** The memory for unsent records stayed full for as long as the producer may wait. The record was not appended. */
public class BufferExhaustedException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public BufferExhaustedException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public BufferExhaustedException(String message, Throwable cause) {
        super(message, cause);
    }
}
