package io.mainstem.log;

/** The caller was replaced: a newer producer owns its transactional id, or its group moved a partition away. It must stop. */
public class FencedException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public FencedException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public FencedException(String message, Throwable cause) {
        super(message, cause);
    }
}
