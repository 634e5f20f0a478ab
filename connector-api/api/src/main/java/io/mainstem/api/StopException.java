package io.mainstem.api;

/**
 * Going on would be wrong until a person changes something: a wrong password, a missing table, a file that was changed
 * behind what was read. The runtime stops the source or sink and shows both texts; nothing is lost.
 */
public final class StopException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String whatToDo;

    /**
     * With a code, what happened, and what to do.
     *
     * @param code a stable name for documentation and alerts, such as {@code file.changed}
     * @param message what happened, to which thing
     * @param whatToDo what a person can do about it
     */
    public StopException(String code, String message, String whatToDo) {
        super(message);
        this.code = code;
        this.whatToDo = whatToDo;
    }

    /** The same with a cause. */
    public StopException(String code, String message, String whatToDo, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.whatToDo = whatToDo;
    }

    /** The stable name of what happened. */
    public String code() {
        return code;
    }

    /** What a person can do about it. */
    public String whatToDo() {
        return whatToDo;
    }
}
