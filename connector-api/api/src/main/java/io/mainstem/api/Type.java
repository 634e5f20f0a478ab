package io.mainstem.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The type of a value. Immutable; equal when all of it is equal.
 *
 * <p>Every type but {@code struct} can be written as text, which {@link #parse} reads and {@link #toString} writes:
 * {@code int64}, {@code decimal(10,2)}, {@code timestamp(3)}, {@code array<string>}.
 */
public final class Type {

    /** What a type is, without its parameters. Open: more may come. */
    public enum Kind {
        /** True or false. */
        BOOLEAN(Boolean.class),
        /** -128 to 127. */
        INT8(Long.class),
        /** -32,768 to 32,767. */
        INT16(Long.class),
        /** 32 bits with sign. */
        INT32(Long.class),
        /** 64 bits with sign. */
        INT64(Long.class),
        /** IEEE 754 binary32. */
        FLOAT32(Float.class),
        /** IEEE 754 binary64. */
        FLOAT64(Double.class),
        /** A decimal number; with precision and scale, or of any size. */
        DECIMAL(BigDecimal.class),
        /** Unicode text. */
        STRING(String.class),
        /** Bytes. */
        BYTES(byte[].class),
        /** A calendar date; inside, days since 1970-01-01. */
        DATE(LocalDate.class),
        /** A time of day; inside, units since midnight. */
        TIME(LocalTime.class),
        /** Date and time on a wall clock that is not named; inside, units since 1970-01-01T00:00 of that clock. */
        TIMESTAMP(LocalDateTime.class),
        /** A moment in the world; inside, units since 1970-01-01T00:00Z. */
        TIMESTAMPTZ(Instant.class),
        /** A UUID. */
        UUID(UUID.class),
        /** A JSON text, kept as it was written. */
        JSON(String.class),
        /** A list of values of one type. */
        ARRAY(List.class),
        /** Text to values of one type. */
        MAP(Map.class),
        /** Named fields. */
        STRUCT(Row.class);

        private final Class<?> javaType;

        Kind(Class<?> javaType) {
            this.javaType = javaType;
        }

        /** The class of a value when it is handed over as an object: every integer is a {@link Long}. */
        public Class<?> javaType() {
            return javaType;
        }
    }

    /** True or false. */
    public static final Type BOOLEAN = new Type(Kind.BOOLEAN, 0, 0, null, null);
    /** 8 bits with sign. */
    public static final Type INT8 = new Type(Kind.INT8, 0, 0, null, null);
    /** 16 bits with sign. */
    public static final Type INT16 = new Type(Kind.INT16, 0, 0, null, null);
    /** 32 bits with sign. */
    public static final Type INT32 = new Type(Kind.INT32, 0, 0, null, null);
    /** 64 bits with sign. */
    public static final Type INT64 = new Type(Kind.INT64, 0, 0, null, null);
    /** Binary floating point of 32 bits. */
    public static final Type FLOAT32 = new Type(Kind.FLOAT32, 0, 0, null, null);
    /** Binary floating point of 64 bits. */
    public static final Type FLOAT64 = new Type(Kind.FLOAT64, 0, 0, null, null);
    /** A decimal number of any size. */
    public static final Type DECIMAL = new Type(Kind.DECIMAL, 0, 0, null, null);
    /** Unicode text. */
    public static final Type STRING = new Type(Kind.STRING, 0, 0, null, null);
    /** Bytes. */
    public static final Type BYTES = new Type(Kind.BYTES, 0, 0, null, null);
    /** A date. */
    public static final Type DATE = new Type(Kind.DATE, 0, 0, null, null);
    /** A time of day to the microsecond. */
    public static final Type TIME = new Type(Kind.TIME, 6, 0, null, null);
    /** Date and time without a zone, to the microsecond. */
    public static final Type TIMESTAMP = new Type(Kind.TIMESTAMP, 6, 0, null, null);
    /** A moment, to the microsecond. */
    public static final Type TIMESTAMPTZ = new Type(Kind.TIMESTAMPTZ, 6, 0, null, null);
    /** A UUID. */
    public static final Type UUID = new Type(Kind.UUID, 0, 0, null, null);
    /** A JSON text. */
    public static final Type JSON = new Type(Kind.JSON, 0, 0, null, null);

    /** The most digits of a decimal that has a precision. */
    public static final int PRECISION_MAX = 1000;

    private static final List<Type> PLAIN = List.of(
            BOOLEAN,
            INT8,
            INT16,
            INT32,
            INT64,
            FLOAT32,
            FLOAT64,
            DECIMAL,
            STRING,
            BYTES,
            DATE,
            TIME,
            TIMESTAMP,
            TIMESTAMPTZ,
            UUID,
            JSON);
    private static final Pattern PARAMETERS = Pattern.compile("([a-z]+)\\((\\d{1,4})(?:,\\s*(\\d{1,4}))?\\)");
    private static final Pattern NESTED = Pattern.compile("(array|map)<(.+)>");

    private final Kind kind;
    private final int precision;
    private final int scale;
    private final @Nullable Type element;
    private final @Nullable Schema schema;

    private Type(Kind kind, int precision, int scale, @Nullable Type element, @Nullable Schema schema) {
        this.kind = kind;
        this.precision = precision;
        this.scale = scale;
        this.element = element;
        this.schema = schema;
    }

    /** A decimal number of at most {@code precision} digits, {@code scale} of them behind the point. */
    public static Type decimal(int precision, int scale) {
        if (precision < 1 || precision > PRECISION_MAX || scale < 0 || scale > precision) {
            throw new IllegalArgumentException("decimal(" + precision + "," + scale
                    + "): the precision must be from 1 to " + PRECISION_MAX + " and the scale from 0 to the precision");
        }
        return new Type(Kind.DECIMAL, precision, scale, null, null);
    }

    /** A time of day in milli- (3), micro- (6) or nanoseconds (9). */
    public static Type time(int digits) {
        return digits == 6 ? TIME : new Type(Kind.TIME, unit("time", digits), 0, null, null);
    }

    /** Date and time without a zone in milli- (3), micro- (6) or nanoseconds (9). */
    public static Type timestamp(int digits) {
        return digits == 6 ? TIMESTAMP : new Type(Kind.TIMESTAMP, unit("timestamp", digits), 0, null, null);
    }

    /** A moment in milli- (3), micro- (6) or nanoseconds (9). */
    public static Type timestamptz(int digits) {
        return digits == 6 ? TIMESTAMPTZ : new Type(Kind.TIMESTAMPTZ, unit("timestamptz", digits), 0, null, null);
    }

    /** A list; its elements may be null. */
    public static Type array(Type element) {
        return new Type(Kind.ARRAY, 0, 0, element, null);
    }

    /** Text to values, which may be null. */
    public static Type map(Type element) {
        return new Type(Kind.MAP, 0, 0, element, null);
    }

    /** Named fields. */
    public static Type struct(Schema schema) {
        return new Type(Kind.STRUCT, 0, 0, null, schema);
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException when there is no such type; the message names the nearest, and those that there are
     */
    public static Type parse(String text) {
        String clean = text.strip().toLowerCase(Locale.ROOT);
        for (Type plain : PLAIN) {
            if (plain.toString().equals(clean)) {
                return plain;
            }
        }
        Matcher nested = NESTED.matcher(clean);
        if (nested.matches()) {
            Type element = parse(nested.group(2));
            return nested.group(1).equals("array") ? array(element) : map(element);
        }
        Matcher parameters = PARAMETERS.matcher(clean);
        if (parameters.matches()) {
            return withParameters(
                    text,
                    parameters.group(1),
                    Integer.parseInt(parameters.group(2)),
                    Optional.ofNullable(parameters.group(3)).map(Integer::valueOf));
        }
        throw unknown(text);
    }

    private static Type withParameters(String text, String name, int first, Optional<Integer> second) {
        if (name.equals("decimal")) {
            return decimal(first, second.orElse(0));
        }
        if (second.isPresent()) {
            throw unknown(text);
        }
        return switch (name) {
            case "time" -> time(first);
            case "timestamp" -> timestamp(first);
            case "timestamptz" -> timestamptz(first);
            default -> throw unknown(text);
        };
    }

    private static IllegalArgumentException unknown(String text) {
        String hint = TypeNames.meant(text)
                .map(meant -> "; did you mean '" + meant + "'? The types are ")
                .orElse("; the types are ");
        return new IllegalArgumentException(
                "'" + text + "' is not a type" + hint + "boolean, int8, int16, int32, int64, "
                        + "float32, float64, decimal, decimal(P,S), string, bytes, date, time, timestamp, timestamptz, uuid, json, "
                        + "array<T>, map<T>");
    }

    private static int unit(String name, int digits) {
        if (digits != 3 && digits != 6 && digits != 9) {
            throw new IllegalArgumentException(
                    name + "(" + digits + "): the digits of a second must be 3 (milli), 6 (micro) or 9 (nano)");
        }
        return digits;
    }

    /** What it is. */
    public Kind kind() {
        return kind;
    }

    /** A decimal's most digits, or 0 when it has no limit; of a time or timestamp the digits of a second: 3, 6 or 9. */
    public int precision() {
        return precision;
    }

    /** A decimal's digits behind the point. */
    public int scale() {
        return scale;
    }

    /**
     * The type of an array's or a map's elements.
     *
     * @throws IllegalStateException for other kinds
     */
    public Type element() {
        if (element == null) {
            throw new IllegalStateException("type " + this + " has no elements");
        }
        return element;
    }

    /**
     * The fields of a struct.
     *
     * @throws IllegalStateException for other kinds
     */
    public Schema schema() {
        if (schema == null) {
            throw new IllegalStateException("type " + this + " has no fields");
        }
        return schema;
    }

    /**
     * Whether a {@link Row} keeps such a value as a long: booleans (0, 1), integers, floats (their bits), dates, times,
     * timestamps, and decimals of 1 to 18 digits (unscaled).
     */
    public boolean isLong() {
        return switch (kind) {
            case BOOLEAN, INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> true;
            case DECIMAL -> precision >= 1 && precision <= 18;
            default -> false;
        };
    }

    /** Whether a {@link Row} keeps such a value as text in UTF-8: strings and JSON. */
    public boolean isText() {
        return kind == Kind.STRING || kind == Kind.JSON;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Type that
                        && kind == that.kind
                        && precision == that.precision
                        && scale == that.scale
                        && Objects.equals(element, that.element)
                        && Objects.equals(schema, that.schema);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, precision, scale, element, schema);
    }

    @Override
    public String toString() {
        String name = kind.name().toLowerCase(Locale.ROOT);
        return switch (kind) {
            case DECIMAL -> precision == 0 ? name : name + "(" + precision + "," + scale + ")";
            case TIME, TIMESTAMP, TIMESTAMPTZ -> precision == 6 ? name : name + "(" + precision + ")";
            case ARRAY, MAP -> name + "<" + element + ">";
            case STRUCT -> name + schema;
            default -> name;
        };
    }
}
