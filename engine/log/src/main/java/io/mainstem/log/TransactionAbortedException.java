package io.mainstem.log;

/** The transaction is certainly not in the log: nothing of it will ever be seen. */
public class TransactionAbortedException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public TransactionAbortedException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public TransactionAbortedException(String message, Throwable cause) {
        super(message, cause);
    }
}
