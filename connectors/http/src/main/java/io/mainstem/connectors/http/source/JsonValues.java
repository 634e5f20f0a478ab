package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns values of JSON into values of our types. Text is read as what the type asks for, so that CSV and XML need nothing else. */
final class JsonValues {

    /** A number of a few characters must not become one of a billion digits. */
    private static final int EXPONENT_MAX = 10_000;

    private JsonValues() {}

    /**
     * A value of a type, or null for one that is null or not there.
     *
     * @throws BadValueException when it does not fit
     */
    static @Nullable Object value(JsonNode node, Type type, String field) throws BadValueException {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        try {
            return convert(node, type, field);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw bad(node, type, field);
        }
    }

    private static BadValueException bad(JsonNode node, Type type, String field) {
        String text = node.toString();
        return new BadValueException("field '" + field + "': "
                + (text.length() > 200 ? text.substring(0, 200) + "..." : text) + " is no " + type);
    }

    private static @Nullable Object convert(JsonNode node, Type type, String field) throws BadValueException {
        return switch (type.kind()) {
            case BOOLEAN -> truth(node);
            case INT8, INT16, INT32, INT64 -> number(node).longValueExact();
            case FLOAT32 -> finite(node, (double) (float) floating(node));
            case FLOAT64 -> finite(node, floating(node));
            case DECIMAL -> number(node);
            case STRING -> node.isValueNode() ? node.asText() : node.toString();
            case JSON -> node.toString();
            case BYTES -> Base64.getDecoder().decode(text(node));
            case DATE -> LocalDate.parse(text(node));
            case TIME -> LocalTime.parse(text(node));
            case TIMESTAMP -> LocalDateTime.ofInstant(moment(node), ZoneOffset.UTC);
            case TIMESTAMPTZ -> moment(node);
            case UUID -> UUID.fromString(text(node));
            case ARRAY -> array(node, type, field);
            case MAP -> map(node, type, field);
            case STRUCT -> struct(node, type.schema());
        };
    }

    private static Boolean truth(JsonNode node) {
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return switch (node.asText()) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException();
        };
    }

    private static double floating(JsonNode node) {
        return node.isTextual()
                ? Double.parseDouble(node.textValue())
                : number(node).doubleValue();
    }

    /** A number that is too large for the type is no infinite one, unless it is written as that. */
    private static Double finite(JsonNode node, double value) {
        if (Double.isInfinite(value) && !node.asText().endsWith("Infinity")) {
            throw new IllegalArgumentException();
        }
        return value;
    }

    private static BigDecimal number(JsonNode node) {
        if (!node.isNumber() && !node.isTextual()) {
            throw new IllegalArgumentException();
        }
        BigDecimal number = node.isTextual() ? new BigDecimal(node.textValue().strip()) : node.decimalValue();
        if (Math.abs((long) number.scale()) > EXPONENT_MAX) {
            throw new IllegalArgumentException();
        }
        return number;
    }

    private static String text(JsonNode node) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException();
        }
        return node.textValue();
    }

    /** A text of ISO 8601 or of RFC 1123, or a number since 1970. */
    private static Instant moment(JsonNode node) {
        if (node.isNumber() || Moments.isNumber(node.asText())) {
            return Moments.ofEpoch(number(node));
        }
        return Moments.parse(text(node)).orElseThrow(IllegalArgumentException::new);
    }

    private static List<@Nullable Object> array(JsonNode node, Type type, String field) throws BadValueException {
        List<@Nullable Object> list = new ArrayList<>(node.size());
        for (JsonNode item : node.isArray() ? node : List.of(node)) {
            list.add(value(item, type.element(), field));
        }
        return list;
    }

    private static Map<String, @Nullable Object> map(JsonNode node, Type type, String field) throws BadValueException {
        if (!node.isObject()) {
            throw new IllegalArgumentException();
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            map.put(entry.getKey(), value(entry.getValue(), type.element(), field));
        }
        return map;
    }

    private static Row struct(JsonNode node, Schema schema) throws BadValueException {
        if (!node.isObject()) {
            throw new IllegalArgumentException();
        }
        Row.Builder row = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            Field field = schema.field(i);
            row.set(i, value(node.path(field.name()), field.type(), field.name()));
        }
        return row.build();
    }
}
