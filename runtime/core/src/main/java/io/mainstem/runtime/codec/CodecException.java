package io.mainstem.runtime.codec;

/** One key or value that cannot be turned into bytes or back: that record's error, never the topic's or the log's. */
public abstract class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CodecException(String message) {
        super(message);
    }

    CodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
