package io.mainstem.connectors.http.source;

/** A value of a record does not fit the type of its field. */
final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    BadValueException(String message) {
        super(message, null, false, false);
    }
}
