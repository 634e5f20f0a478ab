package io.mainstem.runtime.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.runtime.codec.ScalarText;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Texts of values that are equal when the values are, in whatever types two systems keep them: 1.50 and 1.5, true and 1, a UUID and its text, a
 * JSON document and the same with other spaces and another order of names. A value that is not of the kind that is expected has a text
 * of its own.
 */
final class CanonicalText {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private CanonicalText() {}

    /**
     * The text of a value.
     *
     * @param type what it is compared as
     */
    static @Nullable String of(Type type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        try {
            return typed(type, value);
        } catch (IllegalArgumentException e) {
            return plain(value);
        }
    }

    private static String typed(Type type, Object value) {
        return switch (type.kind()) {
            case BOOLEAN -> truth(value);
            case INT8, INT16, INT32, INT64, DECIMAL -> number(value);
            case FLOAT32 -> Float.toString(floating(value).floatValue() + 0f);
            case FLOAT64 -> Double.toString(floating(value).doubleValue() + 0d);
            case TIMESTAMP, TIMESTAMPTZ, DATE, TIME, UUID -> moment(type, value);
            case JSON, ARRAY, MAP, STRUCT -> nested(value);
            case STRING, BYTES -> plain(value);
        };
    }

    private static String plain(Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    private static String truth(Object value) {
        return switch (plain(value)) {
            case "1", "t" -> "true";
            case "0", "f" -> "false";
            default -> plain(value);
        };
    }

    private static String number(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? "1" : "0";
        }
        return ScalarText.limited(new BigDecimal(plain(value)).stripTrailingZeros())
                .toPlainString();
    }

    private static Number floating(Object value) {
        return value instanceof Number number ? number : Double.valueOf(plain(value));
    }

    private static String moment(Type type, Object value) {
        if (value instanceof String text) {
            return ScalarText.parse(type, type.kind() == Type.Kind.UUID ? text : text.replace(' ', 'T'))
                    .toString();
        }
        if (type.kind() == Type.Kind.TIMESTAMPTZ && value instanceof LocalDateTime wall) {
            return wall.toInstant(ZoneOffset.UTC).toString();
        }
        return value.toString();
    }

    private static String nested(Object value) {
        StringBuilder out = new StringBuilder();
        if (value instanceof String text) {
            try {
                write(JSON.readTree(text), out);
            } catch (JsonProcessingException e) {
                return text;
            }
        } else {
            write(value, out);
        }
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        if (value instanceof List<?> list) {
            separated("[", list, "]", out, CanonicalText::write);
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((name, of) -> sorted.put(String.valueOf(name), of == null ? JSON.nullNode() : of));
            separated("{", sorted.entrySet(), "}", out, CanonicalText::writeEntry);
        } else if (value instanceof Row row) {
            write(fields(row), out);
        } else if (value instanceof JsonNode node) {
            write(node, out);
        } else {
            out.append(value == null ? "null" : quoted(leaf(value)));
        }
    }

    private static Map<String, Object> fields(Row row) {
        Map<String, Object> fields = new TreeMap<>();
        Schema schema = row.schema();
        for (int i = 0; i < schema.size(); i++) {
            Object value = row.at(i);
            fields.put(schema.field(i).name(), value == null ? JSON.nullNode() : value);
        }
        return fields;
    }

    private static void writeEntry(Map.Entry<String, Object> entry, StringBuilder out) {
        out.append(quoted(entry.getKey())).append(':');
        write(entry.getValue(), out);
    }

    private static void write(JsonNode node, StringBuilder out) {
        if (node.isArray()) {
            separated("[", node, "]", out, (JsonNode element, StringBuilder to) -> write(element, to));
        } else if (node.isObject()) {
            Map<String, Object> sorted = new TreeMap<>();
            node.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
            separated("{", sorted.entrySet(), "}", out, CanonicalText::writeEntry);
        } else {
            out.append(node.isNull() ? "null" : quoted(node.isNumber() ? number(node.decimalValue()) : node.asText()));
        }
    }

    private interface Writer<T> {
        void write(T element, StringBuilder out);
    }

    private static <T> void separated(
            String begin, Iterable<? extends T> elements, String end, StringBuilder out, Writer<T> writer) {
        out.append(begin);
        String separator = "";
        for (T element : elements) {
            out.append(separator);
            writer.write(element, out);
            separator = ",";
        }
        out.append(end);
    }

    /** Bytes are written as JSON has them, which is all that some targets keep of a list. */
    private static String leaf(Object value) {
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        try {
            return value instanceof Number ? number(value) : plain(value);
        } catch (NumberFormatException e) {
            return plain(value);
        }
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }
}
