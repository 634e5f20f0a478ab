package io.mainstem.log;

/** Something that the log could not do. The message says what, to which topic or file, and what to do next. */
public class LogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public LogException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
