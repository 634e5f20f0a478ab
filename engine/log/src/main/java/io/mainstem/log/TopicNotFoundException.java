package io.mainstem.log;

/** There is no such topic or partition. */
public class TopicNotFoundException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public TopicNotFoundException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public TopicNotFoundException(String message, Throwable cause) {
        super(message, cause);
    }
}
