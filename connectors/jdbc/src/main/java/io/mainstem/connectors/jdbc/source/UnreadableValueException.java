package io.mainstem.connectors.jdbc.source;

/** A value that no field can hold as it is; the message says which and why. */
final class UnreadableValueException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableValueException(String message) {
        // It says where the data is wrong, not where the code is.
        super(message, null, false, false);
    }
}
