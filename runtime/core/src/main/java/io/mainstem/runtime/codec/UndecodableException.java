package io.mainstem.runtime.codec;

/** Bytes on a topic that are not what its codec writes. The message says what is wrong and at which byte. */
public final class UndecodableException extends CodecException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what is wrong and at which byte. */
    public UndecodableException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public UndecodableException(String message, Throwable cause) {
        super(message, cause);
    }
}
