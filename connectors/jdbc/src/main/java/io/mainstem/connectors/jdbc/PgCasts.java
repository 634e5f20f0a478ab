package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;
import java.util.Optional;
import java.util.Set;

/**
 * The columns of PostgreSQL whose values the server itself reads from a text, by the type's own rules: intervals, network
 * addresses, bit strings, money, ranges, types that users have made, and so on.
 */
final class PgCasts {

    private static final Set<String> WRITTEN_BINARY = Set.of(
            "bool",
            "int2",
            "int4",
            "int8",
            "float4",
            "float8",
            "numeric",
            "text",
            "varchar",
            "bpchar",
            "citext",
            "name",
            "enum",
            "bytea",
            "date",
            "time",
            "timestamp",
            "timestamptz",
            "uuid",
            "json",
            "jsonb");

    /** A character of the server's own tables; a text would be cut. */
    private static final String CHARACTER = "char";

    private PgCasts() {}

    /** The type of the column in the temporary table; empty when it is the column's own. */
    static Optional<String> stageType(Type type, ColumnInfo column) {
        String name = column.type();
        if (column.fromText() && type.kind() == Type.Kind.STRING && !PgColumns.isText(column)) {
            return Optional.of("text");
        }
        if (WRITTEN_BINARY.contains(name) || name.equals(CHARACTER) || PgNested.isKnownArray(name)) {
            return Optional.empty();
        }
        if (name.equals("money")) {
            return isNumber(type) ? Optional.of("numeric") : Optional.empty();
        }
        if (type.kind() == Type.Kind.STRING) {
            return Optional.of("text");
        }
        return isArray(name) && type.kind() == Type.Kind.ARRAY && type.element().kind() == Type.Kind.STRING
                ? Optional.of("text[]")
                : Optional.empty();
    }

    private static boolean isNumber(Type type) {
        return switch (type.kind()) {
            case DECIMAL, INT8, INT16, INT32, INT64 -> true;
            default -> false;
        };
    }

    private static boolean isArray(String name) {
        return name.substring(name.indexOf('.') + 1).startsWith("_");
    }

    /** What the text is cast to, without a length: the assignment to the column checks that, where a cast would cut. */
    static String castType(ColumnInfo column) {
        String name = column.type().equals("bit") ? "varbit" : column.type();
        int point = name.indexOf('.');
        return point < 0 ? quoted(name) : quoted(name.substring(0, point)) + "." + quoted(name.substring(point + 1));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
