package io.mainstem.runtime.codec;

import io.mainstem.api.Scalar;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.UUID;

/**
 * The canonical text of values without parts, and back: ISO-8601 for dates and times, plain digits for numbers. Equal
 * values have equal text, which keys rely on.
 */
public final class ScalarText {

    /** The most digits before, and behind, the point of a decimal: more than any database has. */
    private static final int DIGITS_MAX = 200_000;

    private ScalarText() {}

    static String of(Scalar scalar) {
        return of(scalar.type(), scalar.value());
    }

    /** The text of a value, of the class that {@link Type.Kind} names. */
    public static String of(Type type, Object value) {
        return switch (type.kind()) {
            case DECIMAL -> limited((BigDecimal) value).toPlainString();
            case BYTES -> new String((byte[]) value, StandardCharsets.UTF_8);
            case ARRAY, MAP, STRUCT -> {
                EncodeBuffer out = new EncodeBuffer();
                JsonWriter.writeValue(type, value, out);
                yield new String(out.array(), 0, out.length(), StandardCharsets.UTF_8);
            }
            default -> value.toString();
        };
    }

    /** Whether {@link #parse} can read values of the type. */
    static boolean hasText(Type type) {
        return switch (type.kind()) {
            case ARRAY, MAP, STRUCT -> false;
            default -> true;
        };
    }

    /**
     * Reads the text of {@link #of}.
     *
     * @throws IllegalArgumentException when it is not a value of the type
     */
    public static Object parse(Type type, String text) {
        try {
            return switch (type.kind()) {
                case BOOLEAN -> parseBoolean(text);
                case INT8, INT16, INT32, INT64 -> Long.valueOf(text);
                case FLOAT32 -> Float.valueOf(text);
                case FLOAT64 -> Double.valueOf(text);
                case DECIMAL -> limited(new BigDecimal(text));
                case STRING, JSON -> text;
                case BYTES -> text.getBytes(StandardCharsets.UTF_8);
                case DATE -> LocalDate.parse(text);
                case TIME -> LocalTime.parse(text);
                case TIMESTAMP -> LocalDateTime.parse(text);
                case TIMESTAMPTZ -> Instant.parse(text);
                case UUID -> UUID.fromString(text);
                case ARRAY, MAP, STRUCT -> throw new IllegalArgumentException("there is no text of " + type);
            };
        } catch (NumberFormatException | DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is not of type " + type, e);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is out of range of " + type, e);
        }
    }

    /**
     * A decimal, if it can be written out.
     *
     * @throws IllegalArgumentException when it is like 1E+999999999, whose digits would fill the memory
     */
    public static BigDecimal limited(BigDecimal value) {
        if (value.scale() > DIGITS_MAX || (long) value.precision() - value.scale() > DIGITS_MAX) {
            throw new IllegalArgumentException("a decimal has more than " + DIGITS_MAX + " digits");
        }
        return value;
    }

    private static boolean parseBoolean(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        }
        return text.equals("true");
    }
}
