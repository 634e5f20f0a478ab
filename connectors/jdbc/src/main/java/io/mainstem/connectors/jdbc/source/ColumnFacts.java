package io.mainstem.connectors.jdbc.source;

/**
 * What a database says of a column.
 *
 * @param type the database's short name of its type, lower case; of an array, that of its elements behind an underscore
 * @param declared the type as it stands in SQL, for casts
 * @param operators the schema of the operators that go with its order, when the plain ones may be others; else empty
 * @param precision digits, or digits of a second; -1 when there is no limit
 */
record ColumnFacts(
        String name, String type, String declared, int precision, int scale, boolean nullable, String operators) {

    ColumnFacts(String name, String type, String declared, int precision, int scale, boolean nullable) {
        this(name, type, declared, precision, scale, nullable, "");
    }

    boolean isArray() {
        return type.startsWith("_");
    }

    ColumnFacts element() {
        return new ColumnFacts(name, type.substring(1), declared, precision, scale, true);
    }

    @Override
    public String toString() {
        return name + " " + declared + (nullable ? "" : " not null");
    }
}
