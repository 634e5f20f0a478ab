package io.mainstem.runtime.schema;

/** A schema that differs from a topic's latest in a way that the topic does not allow. */
public final class IncompatibleSchemaException extends SchemaException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what differs and what to do. */
    public IncompatibleSchemaException(String message) {
        super(message);
    }
}
