package io.mainstem.runtime.codec;

/** A key or a value that the topic's codec cannot write, such as a key field that is null. */
public final class UnencodableException extends CodecException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the field and says what is wrong with it. */
    public UnencodableException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public UnencodableException(String message, Throwable cause) {
        super(message, cause);
    }
}
