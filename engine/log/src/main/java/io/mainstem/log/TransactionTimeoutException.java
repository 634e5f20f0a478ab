package io.mainstem.log;

/** The transaction was open for longer than its timeout, and the log aborted it. */
public class TransactionTimeoutException extends TransactionAbortedException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public TransactionTimeoutException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public TransactionTimeoutException(String message, Throwable cause) {
        super(message, cause);
    }
}
