package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Objects;

/**
 * How values go into SQLite's columns, which convert by the affinity that their declared type gives them. Only what SQLite
 * keeps as it is goes in: decimals and times as text, so that no digit is lost.
 */
final class SqliteColumns {

    private static final long DOUBLE_EXACT_MAX = 1L << 53;
    private static final int REAL_DIGITS = 15;

    /** What SQLite makes of a declared type, by its rules. */
    enum Affinity {
        INTEGER,
        TEXT,
        BLOB,
        REAL,
        NUMERIC
    }

    private SqliteColumns() {}

    static Affinity affinity(String declared) {
        if (declared.contains("int")) {
            return Affinity.INTEGER;
        }
        if (declared.contains("char") || declared.contains("clob") || declared.contains("text")) {
            return Affinity.TEXT;
        }
        if (declared.isEmpty() || declared.contains("blob")) {
            return Affinity.BLOB;
        }
        return declared.contains("real") || declared.contains("floa") || declared.contains("doub")
                ? Affinity.REAL
                : Affinity.NUMERIC;
    }

    /** A declared type that has the right affinity, and from which {@link #typeOf} finds the way back. */
    static String columnType(Type type) {
        return switch (type.kind()) {
            case BOOLEAN -> "BOOLEAN";
            case INT8, INT16 -> "SMALLINT";
            case INT32 -> "INT";
            case INT64 -> "BIGINT";
            case FLOAT32 -> "REAL";
            case FLOAT64 -> "DOUBLE";
            case DECIMAL ->
                type.precision() == 0 ? "DECIMAL_TEXT" : "DECIMAL_TEXT(" + type.precision() + "," + type.scale() + ")";
            case STRING -> "TEXT";
            case BYTES -> "BLOB";
            case DATE -> "DATE_TEXT";
            case TIME -> "TIME_TEXT(" + type.precision() + ")";
            case TIMESTAMP -> "TIMESTAMP_TEXT(" + type.precision() + ")";
            case TIMESTAMPTZ -> "TIMESTAMPTZ_TEXT(" + type.precision() + ")";
            case UUID -> "UUID_TEXT";
            case JSON, ARRAY, MAP, STRUCT -> "JSON_TEXT";
        };
    }

    /** The type of a column as it was declared, in the case in which {@link #columnType} declares it. */
    static String typeText(ColumnInfo column) {
        String type = column.type().toUpperCase(Locale.ROOT);
        if (column.precision() < 0) {
            return type;
        }
        boolean hasScale = type.startsWith("DECIMAL") || type.startsWith("NUMERIC");
        return type + "(" + column.precision() + (hasScale ? "," + column.scale() : "") + ")";
    }

    static Type typeOf(ColumnInfo column) {
        return switch (column.type()) {
            case "boolean" -> Type.BOOLEAN;
            case "smallint" -> Type.INT16;
            case "int" -> Type.INT32;
            case "decimal_text" ->
                column.precision() < 1 ? Type.DECIMAL : Type.decimal(column.precision(), column.scale());
            case "date_text" -> Type.DATE;
            case "time_text" -> Type.time(digits(column));
            case "timestamp_text" -> Type.timestamp(digits(column));
            case "timestamptz_text" -> Type.timestamptz(digits(column));
            case "uuid_text" -> Type.UUID;
            case "json_text" -> Type.JSON;
            default -> byAffinity(column.type());
        };
    }

    private static int digits(ColumnInfo column) {
        return column.precision() == 3 || column.precision() == 9 ? column.precision() : 6;
    }

    private static Type byAffinity(String declared) {
        return switch (affinity(declared)) {
            case INTEGER -> Type.INT64;
            case TEXT -> Type.STRING;
            case BLOB -> declared.isEmpty() ? Type.STRING : Type.BYTES;
            case REAL -> Type.FLOAT64;
            case NUMERIC -> declared.contains("date") || declared.contains("time") ? Type.STRING : Type.DECIMAL;
        };
    }

    /**
     * The setter for a pair of types.
     *
     * @throws IllegalArgumentException with the reason, when there is none
     */
    static StatementColumn of(Type type, ColumnInfo column) {
        Affinity affinity = affinity(column.type());
        return switch (type.kind()) {
            case BOOLEAN, INT8, INT16, INT32, INT64 -> integer(affinity, column);
            case FLOAT32, FLOAT64 -> floating(affinity, column);
            case DECIMAL -> decimal(affinity, column);
            case STRING -> string(affinity, column);
            case BYTES -> bytes(affinity);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON -> text(affinity, column);
            case ARRAY, MAP, STRUCT -> nested(affinity, column);
        };
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(why);
    }

    private static StatementColumn integer(Affinity affinity, ColumnInfo column) {
        return switch (affinity) {
            case TEXT -> (row, field) -> Objects.requireNonNull(CanonicalText.of(row.at(field)));
            case REAL ->
                (row, field) -> {
                    if (Math.abs(row.longAt(field)) > DOUBLE_EXACT_MAX) {
                        throw new BadValueException(
                                BadValueException.OUT_OF_RANGE,
                                column.name(),
                                row.longAt(field) + " has more digits than " + column.typeText() + " holds");
                    }
                    return row.longAt(field);
                };
            default -> (row, field) -> row.longAt(field);
        };
    }

    private static StatementColumn floating(Affinity affinity, ColumnInfo column) {
        if (affinity == Affinity.TEXT || affinity == Affinity.INTEGER) {
            throw refused("choose a column of type REAL");
        }
        return (row, field) -> {
            double value = row.doubleAt(field);
            if (Double.isNaN(value)) {
                throw new BadValueException(column.name(), "NaN cannot be stored: SQLite makes NULL of it");
            }
            return value;
        };
    }

    private static StatementColumn decimal(Affinity affinity, ColumnInfo column) {
        if (affinity == Affinity.TEXT || affinity == Affinity.BLOB) {
            return (row, field) -> row.decimalAt(field).toPlainString();
        }
        return (row, field) -> {
            BigDecimal value = row.decimalAt(field).stripTrailingZeros();
            if (value.precision() > REAL_DIGITS || value.scale() > REAL_DIGITS) {
                throw new BadValueException(
                        BadValueException.OUT_OF_RANGE,
                        column.name(),
                        BadValueException.shown(value.toPlainString()) + " has more than the " + REAL_DIGITS
                                + " digits that a number in SQLite keeps; declare the column as DECIMAL_TEXT");
            }
            if (affinity == Affinity.INTEGER && value.scale() > 0) {
                throw new BadValueException(
                        BadValueException.OUT_OF_RANGE,
                        column.name(),
                        BadValueException.shown(value.toPlainString()) + " does not fit " + column.typeText());
            }
            return value.toPlainString();
        };
    }

    private static boolean keepsText(Affinity affinity, ColumnInfo column) {
        return affinity == Affinity.TEXT
                || affinity == Affinity.BLOB
                || affinity == Affinity.NUMERIC
                        && (column.type().contains("date") || column.type().contains("time"));
    }

    private static StatementColumn string(Affinity affinity, ColumnInfo column) {
        if (!keepsText(affinity, column)) {
            throw refused(
                    "SQLite would make numbers of texts like '007' there; choose a column of type TEXT, or convert the "
                            + "field with a transform");
        }
        return (row, field) -> withoutZero(column, row, field);
    }

    private static String withoutZero(ColumnInfo column, Row row, int field) throws BadValueException {
        String text = row.stringAt(field);
        if (text.indexOf('\0') >= 0) {
            throw new BadValueException(
                    BadValueException.UNSTORABLE_CHARACTER,
                    column.name(),
                    "the text has the character U+0000, at which SQLite ends texts");
        }
        return text;
    }

    private static StatementColumn bytes(Affinity affinity) {
        if (affinity != Affinity.BLOB) {
            throw refused("choose a column of type BLOB");
        }
        return (row, field) -> row.bytesAt(field);
    }

    private static StatementColumn text(Affinity affinity, ColumnInfo column) {
        if (!keepsText(affinity, column)) {
            throw refused("choose a column of type TEXT");
        }
        return (row, field) -> Objects.requireNonNull(CanonicalText.of(row.at(field)));
    }

    private static StatementColumn nested(Affinity affinity, ColumnInfo column) {
        if (!keepsText(affinity, column)) {
            throw refused("choose a column of type TEXT");
        }
        return (row, field) -> CanonicalText.json(Objects.requireNonNull(row.at(field)));
    }
}
