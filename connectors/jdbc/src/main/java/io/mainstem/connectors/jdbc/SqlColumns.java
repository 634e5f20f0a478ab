package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.UuidText;
import java.math.BigDecimal;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * How fields become parameters of statements for a {@link SqlDialect}. Nothing is rounded, cut or guessed, whatever the
 * database would do: a pair of types is refused, or single values are.
 */
final class SqlColumns {

    private static final long DOUBLE_EXACT_MAX = 1L << 53;
    private static final long FLOAT_EXACT_MAX = 1L << 24;
    private static final int NANO_DIGITS = 9;

    private final Type type;
    private final ColumnInfo column;
    private final Type target;

    /** Makes a value of the column of the field's. */
    private interface Conversion {
        Object apply(Object value) throws BadValueException;
    }

    private SqlColumns(Type type, ColumnInfo column, Type target) {
        this.type = type;
        this.column = column;
        this.target = target;
    }

    /**
     * The column for a pair of types.
     *
     * @param target the type of the values that the column keeps
     * @throws IllegalArgumentException with the reason, when there is none
     */
    static StatementColumn of(Type type, ColumnInfo column, Type target, SqlDialect dialect) {
        Conversion conversion = new SqlColumns(type, column, target).conversion();
        int nullType = nullType(target);
        return new StatementColumn() {
            @Override
            public Object parameter(Row row, int field) throws BadValueException {
                Object value = conversion.apply(Objects.requireNonNull(row.at(field)));
                Optional<String> changed = dialect.changed(target, column.type(), value);
                if (changed.isPresent()) {
                    throw new BadValueException(column.name(), shown(value) + " " + changed.get());
                }
                return dialect.parameter(target, value);
            }

            @Override
            public int nullType() {
                return nullType;
            }
        };
    }

    private static int nullType(Type target) {
        return switch (target.kind()) {
            case BOOLEAN -> Types.BOOLEAN;
            case INT8, INT16 -> Types.SMALLINT;
            case INT32 -> Types.INTEGER;
            case INT64 -> Types.BIGINT;
            case FLOAT32 -> Types.REAL;
            case FLOAT64 -> Types.DOUBLE;
            case DECIMAL -> Types.DECIMAL;
            case BYTES -> Types.VARBINARY;
            case DATE -> Types.DATE;
            case TIME -> Types.TIME;
            case TIMESTAMP -> Types.TIMESTAMP;
            case TIMESTAMPTZ -> Types.TIMESTAMP_WITH_TIMEZONE;
            default -> Types.VARCHAR;
        };
    }

    private Conversion conversion() {
        return switch (target.kind()) {
            case BOOLEAN -> same(Type.Kind.BOOLEAN, "boolean");
            case INT8 -> whole(Byte.MIN_VALUE, Byte.MAX_VALUE);
            case INT16 -> whole(Short.MIN_VALUE, Short.MAX_VALUE);
            case INT32 -> whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT64 -> whole(Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT32 -> floating(FLOAT_EXACT_MAX, false);
            case FLOAT64 -> floating(DOUBLE_EXACT_MAX, true);
            case DECIMAL -> decimal();
            case STRING, JSON -> text();
            case BYTES -> bytes();
            case DATE -> same(Type.Kind.DATE, "date");
            case TIME, TIMESTAMP, TIMESTAMPTZ -> time();
            case UUID -> uuid();
            case ARRAY, MAP, STRUCT -> throw refused("text");
        };
    }

    private IllegalArgumentException refused(String instead) {
        return new IllegalArgumentException(
                "choose a column of a type for " + instead + ", or convert the field with a transform");
    }

    private Conversion same(Type.Kind kind, String instead) {
        if (type.kind() != kind) {
            throw refused(typeName(instead));
        }
        return value -> value;
    }

    private String typeName(String fallback) {
        return type.kind() == Type.Kind.STRING ? "text" : type.toString().isEmpty() ? fallback : type.toString();
    }

    private Conversion whole(long min, long max) {
        return switch (type.kind()) {
            case BOOLEAN -> value -> (Boolean) value ? 1L : 0L;
            case INT8, INT16, INT32, INT64 -> value -> inRange((Long) value, min, max);
            case DECIMAL -> value -> inRange(wholeNumber((BigDecimal) value), min, max);
            default -> throw refused(typeName("numbers"));
        };
    }

    private long wholeNumber(BigDecimal value) throws BadValueException {
        try {
            return value.longValueExact();
        } catch (ArithmeticException e) {
            throw unfit(value.toPlainString());
        }
    }

    private Long inRange(long value, long min, long max) throws BadValueException {
        if (value < min || value > max) {
            throw new BadValueException(
                    BadValueException.OUT_OF_RANGE,
                    column.name(),
                    value + " does not fit " + column.typeText() + " (" + min + " to " + max + ")");
        }
        return value;
    }

    private Conversion floating(long exact, boolean wide) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64 ->
                wide
                        ? value -> (double) inRange((Long) value, -exact, exact)
                        : value -> (float) (long) inRange((Long) value, -exact, exact);
            case FLOAT32 -> wide ? value -> Double.valueOf(((Number) value).doubleValue()) : value -> value;
            case FLOAT64 -> {
                if (!wide) {
                    throw refused("float64: a float32 has half of the digits");
                }
                yield value -> value;
            }
            default -> throw refused(typeName("numbers"));
        };
    }

    private Conversion decimal() {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64 -> value -> fitting(BigDecimal.valueOf((Long) value));
            case DECIMAL -> value -> fitting((BigDecimal) value);
            default -> throw refused(typeName("numbers"));
        };
    }

    private BigDecimal fitting(BigDecimal value) throws BadValueException {
        if (target.precision() == 0 || value.signum() == 0) {
            return value;
        }
        BigDecimal plain = value.stripTrailingZeros();
        if (plain.scale() > target.scale() || plain.precision() - plain.scale() > target.precision() - target.scale()) {
            throw unfit(value.toPlainString());
        }
        return value;
    }

    private BadValueException unfit(String text) {
        return new BadValueException(
                BadValueException.OUT_OF_RANGE,
                column.name(),
                BadValueException.shown(text) + " does not fit " + column.typeText());
    }

    private static String shown(Object value) {
        return BadValueException.shown(String.valueOf(CanonicalText.of(value)));
    }

    private Conversion text() {
        if (type.kind() == Type.Kind.BYTES) {
            throw refused("bytes");
        }
        boolean nested =
                type.kind() == Type.Kind.ARRAY || type.kind() == Type.Kind.MAP || type.kind() == Type.Kind.STRUCT;
        return value -> {
            String text = nested ? CanonicalText.json(value) : String.valueOf(CanonicalText.of(value));
            if (column.length() >= 0 && text.codePointCount(0, text.length()) > column.length()) {
                throw new BadValueException(
                        BadValueException.TOO_LONG,
                        column.name(),
                        BadValueException.shown(text) + " has " + text.codePointCount(0, text.length())
                                + " characters, more than " + column.typeText() + " holds");
            }
            return text;
        };
    }

    private Conversion bytes() {
        if (type.kind() != Type.Kind.BYTES) {
            throw refused(typeName("text"));
        }
        return value -> {
            int length = ((byte[]) value).length;
            if (column.length() >= 0 && length > column.length()) {
                throw new BadValueException(
                        BadValueException.TOO_LONG,
                        column.name(),
                        length + " bytes are more than " + column.typeText() + " holds");
            }
            return value;
        };
    }

    private Conversion time() {
        if (type.kind() == Type.Kind.DATE && target.kind() == Type.Kind.TIMESTAMP) {
            return value -> ((LocalDate) value).atStartOfDay();
        }
        if (type.kind() != target.kind()) {
            throw refused(typeName("times")
                    + (isTimestamp(type) && isTimestamp(target)
                            ? ": one has a time zone and the other has none, and which one is meant nobody says"
                            : ""));
        }
        int digits = column.precision() < 0 ? NANO_DIGITS : column.precision();
        long step = (long) Math.pow(10, Math.max(0, NANO_DIGITS - digits));
        return value -> {
            if (nanos(value) % step != 0) {
                throw new BadValueException(
                        column.name(),
                        BadValueException.shown(value.toString()) + " is finer than the " + digits
                                + " digits of a second that the column holds");
            }
            return value;
        };
    }

    private static boolean isTimestamp(Type type) {
        return type.kind() == Type.Kind.TIMESTAMP || type.kind() == Type.Kind.TIMESTAMPTZ;
    }

    private static int nanos(Object value) {
        return value instanceof Instant || value instanceof LocalTime || value instanceof LocalDateTime
                ? ((Temporal) value).get(ChronoField.NANO_OF_SECOND)
                : 0;
    }

    private Conversion uuid() {
        return switch (type.kind()) {
            case UUID -> value -> value;
            case STRING -> value -> uuid((String) value);
            default -> throw refused(typeName("text"));
        };
    }

    private UUID uuid(String text) throws BadValueException {
        try {
            return UuidText.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(
                    BadValueException.UNREADABLE, column.name(), BadValueException.shown(text) + " is not a UUID");
        }
    }
}
