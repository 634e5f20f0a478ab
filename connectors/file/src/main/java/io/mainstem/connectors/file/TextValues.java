package io.mainstem.connectors.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.mainstem.api.Type;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;

/** Reads values of the types that are rarer or larger than what {@link TextParser} is for, from text. */
final class TextValues {

    private static final int EXPONENT_MAX = 10_000;
    private static final JsonFactory JSON = new JsonFactory();

    /** @throws IllegalArgumentException when the text is no value of the type */
    Object parse(Type type, String text) {
        return switch (type.kind()) {
            case BOOLEAN -> bool(text);
            case FLOAT32 -> {
                Double value = number(text);
                yield finite(text, value, value.floatValue());
            }
            case FLOAT64 -> {
                Double value = number(text);
                yield finite(text, value, value);
            }
            case DECIMAL -> decimal(text);
            case TIME -> time(text, type.precision());
            case UUID -> uuid(text);
            case BYTES -> Base64.getDecoder().decode(text);
            case JSON -> json(text);
            default -> throw new IllegalArgumentException("no text is of type " + type);
        };
    }

    private static Boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "1" -> true;
            case "false", "f", "no", "n", "0" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** Not everything that Java takes for a number is one here: no hexadecimal, no suffix, no blanks. */
    private static Double number(String text) {
        char last = text.charAt(text.length() - 1);
        boolean suffix = last == 'd' || last == 'D' || last == 'f' || last == 'F';
        if (suffix || last <= ' ' || text.charAt(0) <= ' ' || text.indexOf('x') >= 0 || text.indexOf('X') >= 0) {
            throw new IllegalArgumentException(text);
        }
        return Double.valueOf(text);
    }

    /** A number with digits that is too large must not become infinite: that would be another value than the text's. */
    private static Double finite(String text, Double value, double kept) {
        boolean tooLarge = Double.isInfinite(kept) && text.chars().anyMatch(c -> c >= '0' && c <= '9');
        if (tooLarge) {
            throw new IllegalArgumentException(text);
        }
        return value;
    }

    private static BigDecimal decimal(String text) {
        BigDecimal value = new BigDecimal(text);
        if (Math.abs((long) value.scale()) > EXPONENT_MAX) {
            throw new IllegalArgumentException(text);
        }
        return value;
    }

    private static LocalTime time(String text, int digits) {
        try {
            LocalTime time = LocalTime.from(DateTimeFormatter.ISO_LOCAL_TIME.parse(text));
            if (time.toNanoOfDay() % (digits == 3 ? 1_000_000 : digits == 6 ? 1_000 : 1) != 0) {
                throw new IllegalArgumentException(text);
            }
            return time;
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static UUID uuid(String text) {
        if (text.length() != 36) {
            throw new IllegalArgumentException(text);
        }
        return UUID.fromString(text);
    }

    private static String json(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException(text);
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException(text);
            }
            return text;
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** Text for a message: its beginning when it is long. */
    static String shortText(byte[] bytes, int from, int to) {
        String text = text(bytes, from, Math.min(to, from + 400));
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }
}
