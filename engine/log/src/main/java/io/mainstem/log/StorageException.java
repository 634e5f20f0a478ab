package io.mainstem.log;

/** The disk failed to write, read or force. What was not acknowledged may be lost; what was acknowledged is safe, and reopening the log recovers it. */
public class StorageException extends LogException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what happened, to which thing, and what to do next. */
    public StorageException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
