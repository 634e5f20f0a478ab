package io.mainstem.connectors.file;

import io.mainstem.api.Field;
import io.mainstem.api.Type;
import java.util.Locale;

/**
 * The type of a column as it is declared.
 *
 * @param type the type of its values
 * @param nullable whether it may be empty
 */
record ColumnType(Type type, boolean nullable) {

    private static final String NOT_NULL = " not null";

    /** Reads {@code int64} or {@code int64 not null}. */
    static ColumnType parse(String text) {
        String clean = text.strip();
        boolean nullable = !clean.toLowerCase(Locale.ROOT).endsWith(NOT_NULL);
        Type type = Type.parse(nullable ? clean : clean.substring(0, clean.length() - NOT_NULL.length()));
        switch (type.kind()) {
            case ARRAY, MAP, STRUCT ->
                throw new IllegalArgumentException(
                        "'" + text + "' is not a type that a column of CSV can have; use json");
            default -> {
                return new ColumnType(type, nullable);
            }
        }
    }

    Field field(String name) {
        return nullable ? Field.nullable(name, type) : Field.required(name, type);
    }

    @Override
    public String toString() {
        return type + (nullable ? "" : NOT_NULL);
    }
}
