package io.mainstem.connectors.jdbc;

import io.mainstem.api.RecordException;

/**
 * A value that its column cannot hold. Says which column, which value and why; its code is the SQLSTATE that PostgreSQL has for
 * it, whether the database was asked or not.
 */
final class BadValueException extends RecordException {
    private static final long serialVersionUID = 1L;

    /** Data exception: what is not one of the others. */
    static final String UNFIT = "22000";

    static final String TOO_LONG = "22001";
    static final String OUT_OF_RANGE = "22003";
    static final String UNREADABLE = "22P02";
    static final String UNSTORABLE_CHARACTER = "22021";
    static final String NULL = "23502";

    private static final int SHOWN_CHARACTERS_MAX = 100;

    private final String column;

    BadValueException(String column, String message) {
        this(UNFIT, column, message);
    }

    BadValueException(String code, String column, String message) {
        super(code, "column '" + column + "': " + message);
        this.column = column;
    }

    /** The column. */
    String column() {
        return column;
    }

    /** The value as it is shown: quoted, and cut when it is long. */
    static String shown(Object value) {
        String text = value.toString();
        return text.length() <= SHOWN_CHARACTERS_MAX
                ? "'" + text + "'"
                : "'" + text.substring(0, SHOWN_CHARACTERS_MAX) + "...' (" + text.length() + " characters)";
    }
}
