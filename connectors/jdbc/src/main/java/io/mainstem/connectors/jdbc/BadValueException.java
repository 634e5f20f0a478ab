package io.mainstem.connectors.jdbc;

/** A value that its column cannot hold. Says which column, which value and why. */
final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int SHOWN_CHARACTERS_MAX = 100;

    BadValueException(String column, String message) {
        super("column '" + column + "': " + message, null, false, false);
    }

    /** The value as it is shown: quoted, and cut when it is long. */
    static String shown(Object value) {
        String text = value.toString();
        return text.length() <= SHOWN_CHARACTERS_MAX
                ? "'" + text + "'"
                : "'" + text.substring(0, SHOWN_CHARACTERS_MAX) + "...' (" + text.length() + " characters)";
    }
}
