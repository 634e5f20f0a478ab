package io.mainstem.log;

/** Whether the transaction is in the log is not known; the next producer of the same transactional id settles it. */
public class UnknownOutcomeException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public UnknownOutcomeException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public UnknownOutcomeException(String message, Throwable cause) {
        super(message, cause);
    }
}
