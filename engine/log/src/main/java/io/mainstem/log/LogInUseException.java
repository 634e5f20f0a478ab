package io.mainstem.log;

/** Another process owns the data folder. */
public class LogInUseException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public LogInUseException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public LogInUseException(String message, Throwable cause) {
        super(message, cause);
    }
}
