package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.UuidText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Chooses how a field's values become a PostgreSQL column's. Nothing is rounded, cut or guessed: a pair of types is refused,
 * or single values are.
 */
final class PgColumns {

    private static final long DOUBLE_EXACT_MAX = 1L << 53;
    private static final long FLOAT_EXACT_MAX = 1L << 24;
    private static final long OID_MAX = (1L << 32) - 1;
    private static final int ASCII_END = 0x80;
    private static final Pattern OCTAL = Pattern.compile("\\\\[23][0-7]{2}");
    private static final int OCTAL_BASE = 8;
    private static final int MONEY_DIGITS = 19;
    private static final int MONEY_SCALE = 2;

    private PgColumns() {}

    /**
     * The writer for a pair of types.
     *
     * @throws IllegalArgumentException with the reason, when there is none
     */
    static CopyColumn of(Type type, ColumnInfo column) {
        if (column.type().equals("money") && PgCasts.stageType(type, column).isPresent()) {
            return money(type, column);
        }
        return switch (type.kind()) {
            case BOOLEAN -> bool(column);
            case INT8, INT16, INT32, INT64 -> integer(type, column);
            case FLOAT32, FLOAT64 -> floating(type, column);
            case DECIMAL -> decimal(type, column);
            case STRING -> string(column);
            case BYTES -> bytes(column);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> PgTimes.of(type, column);
            case UUID -> uuid(column);
            case JSON -> json(column);
            case ARRAY, MAP, STRUCT -> PgNested.of(type, column);
        };
    }

    static boolean isText(ColumnInfo column) {
        return switch (column.type()) {
            case "text", "varchar", "bpchar", "citext", "name", "enum" -> true;
            default -> false;
        };
    }

    static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(why);
    }

    private static CopyColumn bool(ColumnInfo column) {
        return switch (column.type()) {
            case "bool" -> (row, field, out) -> out.byteValue((int) row.longAt(field));
            case "int2" -> (row, field, out) -> out.shortValue((int) row.longAt(field));
            case "int4" -> (row, field, out) -> out.intValue((int) row.longAt(field));
            case "int8" -> (row, field, out) -> out.longValue(row.longAt(field));
            default -> plainText(column, "choose a column of type boolean, an integer type or text");
        };
    }

    private static CopyColumn integer(Type type, ColumnInfo column) {
        return switch (column.type()) {
            case "int2" ->
                type.kind() == Type.Kind.INT8 || type.kind() == Type.Kind.INT16
                        ? (row, field, out) -> out.shortValue((int) row.longAt(field))
                        : (row, field, out) -> out.shortValue(
                                (int) inRange(column, row.longAt(field), Short.MIN_VALUE, Short.MAX_VALUE));
            case "int4" ->
                type.kind() == Type.Kind.INT64
                        ? (row, field, out) -> out.intValue(
                                (int) inRange(column, row.longAt(field), Integer.MIN_VALUE, Integer.MAX_VALUE))
                        : (row, field, out) -> out.intValue((int) row.longAt(field));
            case "int8" -> (row, field, out) -> out.longValue(row.longAt(field));
            case "oid" -> (row, field, out) -> out.intValue((int) inRange(column, row.longAt(field), 0, OID_MAX));
            case "numeric" -> (row, field, out) -> numeric(column, row.longAt(field), 0, out);
            case "float8" ->
                (row, field, out) -> out.longValue(Double.doubleToRawLongBits(
                        (double) inRange(column, row.longAt(field), -DOUBLE_EXACT_MAX, DOUBLE_EXACT_MAX)));
            case "float4" ->
                (row, field, out) -> out.intValue(Float.floatToRawIntBits(
                        (float) inRange(column, row.longAt(field), -FLOAT_EXACT_MAX, FLOAT_EXACT_MAX)));
            default -> plainText(column, "choose a column of type " + integerName(type) + ", numeric or text");
        };
    }

    private static String integerName(Type type) {
        return type.kind() == Type.Kind.INT64 ? "bigint" : type.kind() == Type.Kind.INT32 ? "integer" : "smallint";
    }

    private static long inRange(ColumnInfo column, long value, long min, long max) throws BadValueException {
        if (value < min || value > max) {
            throw new BadValueException(
                    BadValueException.OUT_OF_RANGE,
                    column.name(),
                    value + " does not fit " + column.typeText() + " (" + min + " to " + max + ")");
        }
        return value;
    }

    private static CopyColumn floating(Type type, ColumnInfo column) {
        boolean wide = type.kind() == Type.Kind.FLOAT64;
        return switch (column.type()) {
            case "float8" ->
                wide
                        ? (row, field, out) -> out.longValue(row.longAt(field))
                        : (row, field, out) -> out.longValue(Double.doubleToRawLongBits(row.doubleAt(field)));
            case "float4" -> {
                if (wide) {
                    throw refused("real has half of the digits; choose double precision");
                }
                yield (row, field, out) -> out.intValue((int) row.longAt(field));
            }
            default ->
                throw refused("binary fractions fit only " + (wide ? "double precision" : "real or double precision"));
        };
    }

    private static CopyColumn decimal(Type type, ColumnInfo column) {
        int scale = type.scale();
        return switch (column.type()) {
            case "numeric" ->
                type.isLong() && holds(column, type)
                        ? (row, field, out) -> PgNumeric.write(row.longAt(field), scale, out)
                        : type.isLong()
                                ? (row, field, out) -> numeric(column, row.longAt(field), scale, out)
                                : (row, field, out) -> numeric(column, row.decimalAt(field), out);
            case "int2" -> wholeNumber(column, Short.MIN_VALUE, Short.MAX_VALUE);
            case "int4" -> wholeNumber(column, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "int8" -> wholeNumber(column, Long.MIN_VALUE, Long.MAX_VALUE);
            case "float4", "float8" ->
                throw refused(
                        "binary fractions cannot hold decimal ones; choose numeric, or convert the field with a transform");
            default -> plainText(column, "choose a column of type numeric or text");
        };
    }

    private static boolean holds(ColumnInfo column, Type type) {
        return column.precision() < 0
                || type.precision() > 0
                        && column.scale() >= type.scale()
                        && column.precision() - column.scale() >= type.precision() - type.scale();
    }

    private static void numeric(ColumnInfo column, long unscaled, int scale, CopyOutput out)
            throws BadValueException, java.sql.SQLException {
        if (column.precision() < 0) {
            PgNumeric.write(unscaled, scale, out);
        } else {
            numeric(column, BigDecimal.valueOf(unscaled, scale), out);
        }
    }

    private static void numeric(ColumnInfo column, BigDecimal value, CopyOutput out)
            throws BadValueException, java.sql.SQLException {
        if (column.precision() >= 0) {
            BigDecimal plain = value.stripTrailingZeros();
            if (plain.signum() != 0
                    && (plain.scale() > column.scale()
                            || plain.precision() - plain.scale() > column.precision() - column.scale())) {
                throw new BadValueException(
                        BadValueException.OUT_OF_RANGE,
                        column.name(),
                        BadValueException.shown(value.toPlainString()) + " does not fit " + column.typeText());
            }
        } else if (!PgNumeric.fits(value)) {
            throw new BadValueException(
                    BadValueException.OUT_OF_RANGE,
                    column.name(),
                    "a number of " + value.precision() + " digits does not fit numeric");
        }
        PgNumeric.write(value, out);
    }

    private static CopyColumn wholeNumber(ColumnInfo column, long min, long max) {
        return (row, field, out) -> {
            BigDecimal value = row.decimalAt(field);
            long number;
            try {
                number = value.longValueExact();
            } catch (ArithmeticException e) {
                throw new BadValueException(
                        BadValueException.OUT_OF_RANGE,
                        column.name(),
                        BadValueException.shown(value.toPlainString()) + " does not fit " + column.typeText());
            }
            inRange(column, number, min, max);
            switch (column.type()) {
                case "int2" -> out.shortValue((int) number);
                case "int4" -> out.intValue((int) number);
                default -> out.longValue(number);
            }
        };
    }

    /** As a number with two digits behind the point, which the server makes money of. */
    private static CopyColumn money(Type type, ColumnInfo column) {
        ColumnInfo number = new ColumnInfo(
                column.name(), "numeric", -1, MONEY_DIGITS, MONEY_SCALE, column.nullable(), column.filled(), false);
        return of(type, number);
    }

    /** A text that the server reads itself. */
    private static CopyColumn read(ColumnInfo column) {
        if (column.length() >= 0 && column.type().startsWith("_")) {
            throw refused("the server would cut spaces off the texts of an array with a limit; choose text[]");
        }
        CopyColumn text =
                text(new ColumnInfo(column.name(), "text", -1, -1, 0, column.nullable(), column.filled(), false));
        if (!PgTexts.areChecked(column)) {
            return text;
        }
        return (row, field, out) -> {
            PgTexts.check(column, row.stringAt(field));
            text.write(row, field, out);
        };
    }

    private static CopyColumn string(ColumnInfo column) {
        if (isText(column)) {
            return text(column);
        }
        if (PgCasts.stageType(Type.STRING, column).isPresent()) {
            return read(column);
        }
        return switch (column.type()) {
            case "uuid" -> (row, field, out) -> uuid(column, row.stringAt(field), out);
            case "json", "jsonb" -> json(column);
            case "char" -> (row, field, out) -> character(column, row.stringAt(field), out);
            default ->
                throw refused(
                        "choose a column of type text, convert the field with a transform, or name the column in 'from-text', "
                                + "so that the server reads its texts");
        };
    }

    /**
     * The one byte of a type of the server's own tables; none of them is the empty text. One above 127 is a backslash and three octal digits, as
     * the server writes it.
     */
    private static void character(ColumnInfo column, String text, CopyOutput out)
            throws BadValueException, java.sql.SQLException {
        boolean isPlain = text.isEmpty() || text.length() == 1 && text.charAt(0) > 0 && text.charAt(0) < ASCII_END;
        if (!isPlain && !OCTAL.matcher(text).matches()) {
            throw new BadValueException(
                    BadValueException.TOO_LONG,
                    column.name(),
                    BadValueException.shown(text)
                            + " is not what \"char\" holds: one ASCII character, or a byte such as \\303");
        }
        out.byteValue(text.isEmpty() ? 0 : isPlain ? text.charAt(0) : Integer.parseInt(text.substring(1), OCTAL_BASE));
    }

    private static CopyColumn text(ColumnInfo column) {
        if (column.length() < 0) {
            return (row, field, out) -> {
                if (out.textValue(row, field) < 0) {
                    throw zero(column);
                }
            };
        }
        return (row, field, out) -> {
            int bytes = out.textValue(row, field);
            if (bytes < 0) {
                throw zero(column);
            }
            if (bytes > column.length() && out.characters(bytes) > column.length()) {
                throw tooLong(column, row.stringAt(field));
            }
        };
    }

    private static BadValueException zero(ColumnInfo column) {
        return new BadValueException(
                BadValueException.UNSTORABLE_CHARACTER,
                column.name(),
                "the text has the character U+0000, which PostgreSQL cannot store");
    }

    private static BadValueException tooLong(ColumnInfo column, String text) {
        return new BadValueException(
                BadValueException.TOO_LONG,
                column.name(),
                BadValueException.shown(text) + " has " + text.codePointCount(0, text.length())
                        + " characters, more than " + column.typeText() + " holds");
    }

    /** A value of another type as its canonical text. */
    static CopyColumn plainText(ColumnInfo column, String advice) {
        if (!isText(column)) {
            throw refused(advice);
        }
        return (row, field, out) -> plainText(column, String.valueOf(CanonicalText.of(row.at(field))), out);
    }

    static void plainText(ColumnInfo column, String text, CopyOutput out)
            throws BadValueException, java.sql.SQLException {
        if (text.indexOf('\0') >= 0) {
            throw zero(column);
        }
        if (column.length() >= 0 && text.codePointCount(0, text.length()) > column.length()) {
            throw tooLong(column, text);
        }
        out.bytesValue(text.getBytes(StandardCharsets.UTF_8));
    }

    private static CopyColumn bytes(ColumnInfo column) {
        if (!column.type().equals("bytea")) {
            throw refused("bytes fit only bytea");
        }
        return (row, field, out) -> out.bytesValue(row.bytesAt(field));
    }

    private static CopyColumn uuid(ColumnInfo column) {
        if (!column.type().equals("uuid")) {
            return plainText(column, "choose a column of type uuid or text");
        }
        return (row, field, out) -> {
            UUID value = (UUID) java.util.Objects.requireNonNull(row.at(field));
            uuid(value, out);
        };
    }

    private static void uuid(ColumnInfo column, String text, CopyOutput out)
            throws BadValueException, java.sql.SQLException {
        UUID value;
        try {
            value = UuidText.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(
                    BadValueException.UNREADABLE, column.name(), BadValueException.shown(text) + " is not a UUID");
        }
        uuid(value, out);
    }

    static void uuid(UUID value, CopyOutput out) throws java.sql.SQLException {
        out.putInt(16);
        out.putLong(value.getMostSignificantBits());
        out.putLong(value.getLeastSignificantBits());
    }

    private static CopyColumn json(ColumnInfo column) {
        return switch (column.type()) {
            case "json" -> text(column);
            case "jsonb" -> (row, field, out) -> jsonb(column, row, field, out);
            default -> {
                if (isText(column)) {
                    yield text(column);
                }
                throw refused("choose a column of type json, jsonb or text");
            }
        };
    }

    /** Version 1, then the text. */
    private static void jsonb(ColumnInfo column, Row row, int field, CopyOutput out)
            throws BadValueException, java.sql.SQLException {
        jsonb(column, row.stringAt(field), out);
    }

    static void jsonb(ColumnInfo column, String text, CopyOutput out) throws BadValueException, java.sql.SQLException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (text.indexOf('\0') >= 0) {
            throw zero(column);
        }
        int begun = out.beginValue();
        out.putByte(1);
        for (byte b : utf8) {
            out.putByte(b);
        }
        out.endValue(begun);
    }
}
