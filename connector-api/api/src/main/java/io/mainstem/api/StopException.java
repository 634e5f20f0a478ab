package io.mainstem.api;

import org.jspecify.annotations.Nullable;

/**
 * Going on would be wrong until a person changes something: a wrong password, a missing table, a file that was changed
 * behind what was read. The runtime stops the source or sink and shows both texts; nothing is lost.
 */
public final class StopException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String whatToDo;
    private final Reach reach;

    /** What has to stop. */
    private enum Reach {
        ALL,
        STREAM,
        STREAM_FOR_A_WHILE
    }

    /**
     * With a code, what happened, and what to do.
     *
     * @param code a stable name for documentation and alerts, such as {@code file.changed}
     * @param message what happened, to which thing
     * @param whatToDo what a person can do about it
     */
    public StopException(String code, String message, String whatToDo) {
        this(code, message, whatToDo, null, Reach.ALL);
    }

    /** The same with a cause. */
    public StopException(String code, String message, String whatToDo, Throwable cause) {
        this(code, message, whatToDo, cause, Reach.ALL);
    }

    private StopException(String code, String message, String whatToDo, @Nullable Throwable cause, Reach reach) {
        super(message, cause);
        this.code = code;
        this.whatToDo = whatToDo;
        this.reach = reach;
    }

    /**
     * The same, of one stream alone: thrown by its {@link SplitReader}, or where that is opened, it holds the stream back, and the others of the
     * source are read on. Where there is no other, the source stops.
     *
     * @param endsByItself whether the stream is read again as soon as a discovery has it; else it is held back until the source is started again
     */
    public StopException ofStream(boolean endsByItself) {
        return new StopException(
                code,
                String.valueOf(getMessage()),
                whatToDo,
                getCause(),
                endsByItself ? Reach.STREAM_FOR_A_WHILE : Reach.STREAM);
    }

    /** Whether it is of one stream alone. */
    public boolean isOfStream() {
        return reach != Reach.ALL;
    }

    /** Whether that stream is read again as soon as a discovery has it. */
    public boolean endsByItself() {
        return reach == Reach.STREAM_FOR_A_WHILE;
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
