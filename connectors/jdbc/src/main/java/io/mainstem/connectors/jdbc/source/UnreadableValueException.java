package io.mainstem.connectors.jdbc.source;

import java.util.Optional;

/** A value that no field can hold as it is; the message says which and why. */
final class UnreadableValueException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Optional<String> literal;

    UnreadableValueException(String message) {
        this(message, Optional.empty());
    }

    /**
     * One of which more is known.
     *
     * @param literal the value as the database itself writes it
     */
    UnreadableValueException(String message, Optional<String> literal) {
        // It says where the data is wrong, not where the code is.
        super(message, null, false, false);
        this.literal = literal;
    }

    /** The value as the database itself writes it, if that is known: it has a place in an order though no field holds it. */
    Optional<String> literal() {
        return literal;
    }
}
