package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Type;

/** The fields that PostgreSQL's columns become, and the expressions that read them. */
final class PgTypes {

    private static final String ADDRESS = "inet";
    private static final String CHARACTER = "char";

    private PgTypes() {}

    static Type typeOf(ColumnFacts column) {
        return switch (column.type()) {
            case "bool" -> Type.BOOLEAN;
            case "int2" -> Type.INT16;
            case "int4" -> Type.INT32;
            case "int8", "oid" -> Type.INT64;
            case "float4" -> Type.FLOAT32;
            case "float8" -> Type.FLOAT64;
            case "money" -> Type.DECIMAL;
            case "numeric" ->
                column.precision() < 1 || column.scale() < 0 || column.scale() > column.precision()
                        ? Type.DECIMAL
                        : Type.decimal(column.precision(), column.scale());
            case "bytea" -> Type.BYTES;
            case "date" -> Type.DATE;
            case "time" -> Type.TIME;
            case "timestamp" -> Type.TIMESTAMP;
            case "timestamptz" -> Type.TIMESTAMPTZ;
            case "uuid" -> Type.UUID;
            case "json", "jsonb" -> Type.JSON;
            default -> column.isArray() ? Type.array(typeOf(column.element())) : Type.STRING;
        };
    }

    /**
     * A column's expression: cast to text where the binary form is not read. What is cast has another name in the result: an ORDER BY
     * takes a name of the result before one of the table, and would sort texts.
     */
    static String expression(String quoted, ColumnFacts column, Type type) {
        String brackets = column.isArray() ? "[]" : "";
        if (type.kind() == Type.Kind.STRING) {
            return isText(column.type()) ? quoted : text(quoted, column.type()) + " AS \"(text)\"";
        }
        String element = column.isArray() ? column.type().substring(1) : column.type();
        if (element.equals("money")) {
            return quoted + "::numeric" + brackets + " AS \"(numeric)\"";
        }
        boolean elementsAreText = column.isArray() && type.element().kind() == Type.Kind.STRING;
        return elementsAreText && !isText(element) ? texts(quoted, element) + " AS \"(text)\"" : quoted;
    }

    /**
     * As the database writes it; a cast of an address would add its length, where that says nothing, and one of a character that is no ASCII
     * would give, before PostgreSQL 16, a byte that is no text.
     */
    private static String text(String quoted, String type) {
        if (type.equals(CHARACTER)) {
            return character(quoted);
        }
        return type.equals(ADDRESS) ? "textin(inet_out(" + quoted + "))" : quoted + "::text";
    }

    /** A byte above 127, a negative number, as a backslash and three octal digits. */
    private static String character(String quoted) {
        String value = "(256 + " + quoted + "::int4)";
        return "CASE WHEN " + quoted + "::int4 >= 0 THEN " + quoted + "::text ELSE chr(92) || " + value + " / 64 || "
                + value + " / 8 % 8 || " + value + " % 8 END";
    }

    private static String texts(String quoted, String element) {
        return element.equals(ADDRESS) ? quoted + "::text::text[]" : quoted + "::text[]";
    }

    private static boolean isText(String type) {
        return switch (type) {
            case "text", "varchar", "bpchar", "name", "citext", "enum" -> true;
            default -> false;
        };
    }
}
