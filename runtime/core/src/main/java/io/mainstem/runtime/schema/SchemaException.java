package io.mainstem.runtime.schema;

/** A schema that is not known or not allowed. The message says which, why, and what to do. */
public class SchemaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message that says which schema, what is wrong with it, and what to do. */
    public SchemaException(String message) {
        super(message);
    }

    /** With a message and the cause. */
    public SchemaException(String message, Throwable cause) {
        super(message, cause);
    }
}
