package io.mainstem.connectors.jdbc;

/**
 * A column that a table has.
 *
 * @param type the database's name of its type, in lower case and without parameters; of a domain, the type below it
 * @param length the most characters of a text, or -1 without limit
 * @param precision the digits of a decimal, or -1 without limit; of a time, its digits of a second
 * @param scale the digits of a decimal behind the point
 * @param filled whether the database gives it a value by itself: a default or an identity
 * @param generated whether nobody may write it
 * @param fromText whether the server itself reads texts for it, by the rules of its type
 */
record ColumnInfo(
        String name,
        String type,
        int length,
        int precision,
        int scale,
        boolean nullable,
        boolean filled,
        boolean generated,
        boolean fromText) {

    /** One of which the server reads no texts. */
    ColumnInfo(
            String name,
            String type,
            int length,
            int precision,
            int scale,
            boolean nullable,
            boolean filled,
            boolean generated) {
        this(name, type, length, precision, scale, nullable, filled, generated, false);
    }

    /** The same, of which the server reads texts. */
    ColumnInfo readFromText() {
        return new ColumnInfo(name, type, length, precision, scale, nullable, filled, generated, true);
    }

    /** The type as people write it. */
    String typeText() {
        if (length >= 0) {
            return type + "(" + length + ")";
        }
        boolean number = type.equals("numeric") || type.equals("decimal") || type.equals("number");
        return precision >= 0 && number ? type + "(" + precision + "," + scale + ")" : type;
    }
}
