package io.mainstem.log;

/** A topic of that name exists. */
public class TopicExistsException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public TopicExistsException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public TopicExistsException(String message, Throwable cause) {
        super(message, cause);
    }
}
