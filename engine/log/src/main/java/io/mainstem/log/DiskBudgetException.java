package io.mainstem.log;

/**
 * There is no room: the log uses what it may use, or its disk is full. Nothing was appended. The log goes on by itself when
 * there is room again, so that a later attempt may succeed.
 */
public class DiskBudgetException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public DiskBudgetException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public DiskBudgetException(String message, Throwable cause) {
        super(message, cause);
    }
}
