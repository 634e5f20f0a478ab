package io.mainstem.runtime.transform;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.api.Row;
import io.mainstem.api.Type;
import io.mainstem.runtime.codec.ScalarText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes a value of one type of a value of another that is not null. Nothing is lost silently but digits behind the point. */
interface Conversion {

    /**
     * Sets a field.
     *
     * @throws IllegalArgumentException when the value does not fit
     * @throws ArithmeticException when it is out of range
     */
    void convert(Row row, int from, Row.Builder to, int index);

    /** The conversion, or null when there is none. */
    static @Nullable Conversion of(Type from, Type to) {
        return switch (to.kind()) {
            case INT8, INT16, INT32, INT64 -> toInteger(from, to);
            case FLOAT32, FLOAT64 -> toFloat(from, to);
            case DECIMAL -> toDecimal(from, to);
            case STRING -> toText(from);
            case BOOLEAN -> toBoolean(from);
            case DATE, TIMESTAMP, TIMESTAMPTZ -> toMoment(from, to);
            case JSON -> from.kind() == Type.Kind.STRING ? Conversion::json : null;
            case BYTES ->
                from.isText()
                        ? (row, i, out, o) -> out.setBytes(o, row.stringAt(i).getBytes(StandardCharsets.UTF_8))
                        : null;
            case TIME, UUID -> from.kind() == Type.Kind.STRING ? parsed(to) : null;
            case ARRAY, MAP, STRUCT -> null;
        };
    }

    private static boolean isInteger(Type type) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64 -> true;
            default -> false;
        };
    }

    private static boolean isFloat(Type type) {
        return type.kind() == Type.Kind.FLOAT32 || type.kind() == Type.Kind.FLOAT64;
    }

    private static Conversion parsed(Type to) {
        return (row, i, out, o) ->
                out.set(o, ScalarText.parse(to, row.stringAt(i).strip()));
    }

    private static @Nullable Conversion toInteger(Type from, Type to) {
        if (isInteger(from)) {
            boolean fits = bits(to) >= bits(from);
            return fits
                    ? (row, i, out, o) -> out.setLong(o, row.longAt(i))
                    : (row, i, out, o) -> out.set(o, row.longAt(i));
        }
        if (isFloat(from)) {
            return (row, i, out, o) -> out.set(
                    o,
                    BigDecimal.valueOf(row.doubleAt(i))
                            .setScale(0, RoundingMode.HALF_UP)
                            .longValueExact());
        }
        return switch (from.kind()) {
            case BOOLEAN -> (row, i, out, o) -> out.setLong(o, row.longAt(i));
            case DECIMAL ->
                (row, i, out, o) -> out.set(
                        o, row.decimalAt(i).setScale(0, RoundingMode.HALF_UP).longValueExact());
            case STRING -> (row, i, out, o) -> out.set(o, whole(row.stringAt(i).strip()));
            default -> null;
        };
    }

    private static long whole(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return number(text).setScale(0, RoundingMode.HALF_UP).longValueExact();
        }
    }

    private static BigDecimal number(String text) {
        return ScalarText.limited(new BigDecimal(text));
    }

    private static int bits(Type type) {
        return switch (type.kind()) {
            case INT8 -> 8;
            case INT16 -> 16;
            case INT32 -> 32;
            default -> 64;
        };
    }

    private static @Nullable Conversion toFloat(Type from, Type to) {
        boolean isNarrow = to.kind() == Type.Kind.FLOAT32;
        if (isInteger(from)) {
            return (row, i, out, o) -> out.setDouble(o, (double) row.longAt(i));
        }
        if (isFloat(from)) {
            return isNarrow
                    ? (row, i, out, o) -> out.setDouble(o, fitting(row.doubleAt(i), true))
                    : (row, i, out, o) -> out.setDouble(o, row.doubleAt(i));
        }
        return switch (from.kind()) {
            case DECIMAL ->
                (row, i, out, o) -> out.setDouble(o, finite(row.decimalAt(i).doubleValue(), isNarrow));
            case STRING ->
                (row, i, out, o) -> out.setDouble(o, real(row.stringAt(i).strip(), isNarrow));
            default -> null;
        };
    }

    /** A number as people write it; Java knows others, such as {@code 1f} and {@code 0x1p3}. */
    private static double real(String text, boolean isNarrow) {
        double value = Double.parseDouble(text);
        boolean isWord = text.endsWith("NaN") || text.endsWith("Infinity");
        if (!isWord
                && (Character.isLetter(text.charAt(text.length() - 1)) || text.indexOf('x') + text.indexOf('X') > -2)) {
            throw new NumberFormatException(text);
        }
        return isWord ? value : finite(value, isNarrow);
    }

    private static double finite(double value, boolean isNarrow) {
        if (Double.isInfinite(value)) {
            throw new ArithmeticException("out of range");
        }
        return fitting(value, isNarrow);
    }

    private static double fitting(double value, boolean isNarrow) {
        if (isNarrow && Float.isInfinite((float) value) && !Double.isInfinite(value)) {
            throw new ArithmeticException("out of range");
        }
        return value;
    }

    private static @Nullable Conversion toDecimal(Type from, Type to) {
        if (isInteger(from)) {
            return (row, i, out, o) -> out.setDecimal(o, BigDecimal.valueOf(row.longAt(i)));
        }
        if (isFloat(from)) {
            return (row, i, out, o) -> out.setDecimal(o, rounded(BigDecimal.valueOf(row.doubleAt(i)), to));
        }
        return switch (from.kind()) {
            case DECIMAL -> (row, i, out, o) -> out.setDecimal(o, rounded(row.decimalAt(i), to));
            case STRING ->
                (row, i, out, o) ->
                        out.setDecimal(o, rounded(number(row.stringAt(i).strip()), to));
            default -> null;
        };
    }

    private static BigDecimal rounded(BigDecimal value, Type to) {
        return to.precision() == 0 || value.scale() <= to.scale()
                ? value
                : value.setScale(to.scale(), RoundingMode.HALF_UP);
    }

    private static @Nullable Conversion toText(Type from) {
        return switch (from.kind()) {
            case ARRAY, MAP, STRUCT ->
                (row, i, out, o) -> out.setString(o, ScalarText.of(from, Objects.requireNonNull(row.at(i))));
            case STRING, JSON -> (row, i, out, o) -> out.setString(o, row.stringAt(i));
            case INT8, INT16, INT32, INT64 -> (row, i, out, o) -> out.setString(o, Long.toString(row.longAt(i)));
            default -> (row, i, out, o) -> out.setString(o, ScalarText.of(from, Objects.requireNonNull(row.at(i))));
        };
    }

    private static @Nullable Conversion toBoolean(Type from) {
        if (isInteger(from)) {
            return (row, i, out, o) -> out.setBoolean(o, truth(row.longAt(i)));
        }
        return from.kind() == Type.Kind.STRING ? parsed(Type.BOOLEAN) : null;
    }

    private static boolean truth(long number) {
        if (number != 0 && number != 1) {
            throw new IllegalArgumentException(number + " is neither 0 nor 1");
        }
        return number == 1;
    }

    private static @Nullable Conversion toMoment(Type from, Type to) {
        return switch (from.kind()) {
            case STRING -> parsed(to);
            case DATE ->
                to.kind() == Type.Kind.TIMESTAMP
                        ? (row, i, out, o) -> out.set(o, row.localDateAt(i).atStartOfDay())
                        : null;
            case TIMESTAMP -> ofTimestamp(to);
            case TIMESTAMPTZ ->
                to.kind() == Type.Kind.TIMESTAMPTZ ? (row, i, out, o) -> out.set(o, row.instantAt(i)) : null;
            default -> null;
        };
    }

    /** A clock without a zone becomes no moment by itself: the step parse takes a zone. */
    private static @Nullable Conversion ofTimestamp(Type to) {
        return switch (to.kind()) {
            case TIMESTAMP -> (row, i, out, o) -> out.set(o, row.localDateTimeAt(i));
            case DATE -> (row, i, out, o) -> out.set(o, row.localDateTimeAt(i).toLocalDate());
            default -> null;
        };
    }

    private static void json(Row row, int from, Row.Builder to, int index) {
        String text = row.stringAt(from);
        try {
            Json.MAPPER.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
        }
        to.setString(index, text);
    }

    /** A value as an error message shows it, of limited length. */
    static String shown(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return bytes.length + " bytes";
        }
        String text = String.valueOf(value);
        return "'" + (text.length() > 100 ? text.substring(0, 100) + "..." : text) + "'";
    }

    /** Loaded when a text is first cast to JSON. */
    final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper()
                .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

        private Json() {}
    }
}
