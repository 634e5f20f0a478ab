package io.mainstem.log;

/** A record is not of the kind that its topic accepts; nothing of it was written. */
public class InvalidRecordException extends LogException {
    private static final long serialVersionUID = 1L;

    /** A failure with its message. */
    public InvalidRecordException(String message) {
        super(message);
    }
}
