package io.mainstem.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Default values as Avro writes them in a schema: bytes as text in ISO-8859-1, dates and times as numbers. */
final class AvroDefaults {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private AvroDefaults() {}

    static JsonNode write(Field field, Object value) {
        try {
            return node(field.type(), value);
        } catch (IllegalArgumentException e) {
            throw new SchemaException(
                    "the default of field '" + field.name() + "' does not fit its type: " + e.getMessage(), e);
        }
    }

    private static JsonNode node(Type type, @Nullable Object value) {
        if (value == null) {
            return NODES.nullNode();
        }
        Row row = Row.of(holder(type), value);
        return switch (type.kind()) {
            case BOOLEAN -> NODES.booleanNode(row.booleanAt(0));
            case INT8, INT16, INT32, INT64, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> NODES.numberNode(row.longAt(0));
            case FLOAT32, FLOAT64 -> number((Number) value);
            case DECIMAL -> decimal(type, row.decimalAt(0));
            case STRING, JSON, UUID -> NODES.textNode(value.toString());
            case BYTES -> latin1((byte[]) value);
            case ARRAY -> array(type, (List<?>) value);
            case MAP -> map(type, (Map<?, ?>) value);
            case STRUCT -> struct(type.schema(), (Row) value);
        };
    }

    private static JsonNode number(Number value) {
        if (!Double.isFinite(value.doubleValue())) {
            return NODES.textNode(value.toString());
        }
        return value instanceof Float ? NODES.numberNode(value.floatValue()) : NODES.numberNode(value.doubleValue());
    }

    /** Whether Avro has a literal for all of it: there is none for a number that is not finite. */
    static boolean isAvro(Type type, @Nullable Object value) {
        return switch (type.kind()) {
            case FLOAT32, FLOAT64 -> !(value instanceof Number number) || Double.isFinite(number.doubleValue());
            case ARRAY -> !(value instanceof List<?> list) || areAvro(type.element(), list);
            case MAP -> !(value instanceof Map<?, ?> map) || areAvro(type.element(), map.values());
            case STRUCT -> !(value instanceof Row row) || areAvro(row);
            default -> true;
        };
    }

    private static boolean areAvro(Type element, Collection<?> values) {
        return values.stream().allMatch(value -> isAvro(element, value));
    }

    private static boolean areAvro(Row row) {
        return IntStream.range(0, row.schema().size())
                .allMatch(i -> isAvro(row.schema().field(i).type(), row.at(i)));
    }

    private static JsonNode decimal(Type type, BigDecimal value) {
        return type.precision() == 0
                ? NODES.textNode(value.toPlainString())
                : latin1(value.unscaledValue().toByteArray());
    }

    private static JsonNode latin1(byte[] bytes) {
        return NODES.textNode(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static ArrayNode array(Type type, List<?> values) {
        ArrayNode node = NODES.arrayNode();
        values.forEach(value -> node.add(node(type.element(), value)));
        return node;
    }

    private static ObjectNode map(Type type, Map<?, ?> values) {
        ObjectNode node = NODES.objectNode();
        values.forEach((key, value) -> node.set(key.toString(), node(type.element(), value)));
        return node;
    }

    private static ObjectNode struct(Schema schema, Row row) {
        ObjectNode node = NODES.objectNode();
        for (int i = 0; i < schema.size(); i++) {
            node.set(
                    AvroNames.legal(schema.field(i).name()),
                    node(schema.field(i).type(), row.at(i)));
        }
        return node;
    }

    static @Nullable Object read(Type type, JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        return switch (type.kind()) {
            case BOOLEAN -> node.booleanValue();
            case INT8, INT16, INT32, INT64, DATE, TIME, TIMESTAMP, TIMESTAMPTZ ->
                Row.builder(holder(type)).setLong(0, node.longValue()).build().at(0);
            case FLOAT32 -> Float.valueOf(node.asText());
            case FLOAT64 -> Double.valueOf(node.asText());
            case DECIMAL ->
                type.precision() == 0
                        ? new BigDecimal(node.textValue())
                        : new BigDecimal(new BigInteger(bytes(node)), type.scale());
            case STRING, JSON -> node.textValue();
            case UUID -> UUID.fromString(node.textValue());
            case BYTES -> bytes(node);
            case ARRAY -> readArray(type, node);
            case MAP -> readMap(type, node);
            case STRUCT -> readStruct(type.schema(), node);
        };
    }

    private static byte[] bytes(JsonNode node) {
        return node.textValue().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<@Nullable Object> readArray(Type type, JsonNode node) {
        List<@Nullable Object> values = new ArrayList<>();
        node.forEach(value -> values.add(read(type.element(), value)));
        return Collections.unmodifiableList(values);
    }

    private static Map<String, @Nullable Object> readMap(Type type, JsonNode node) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        node.properties().forEach(entry -> values.put(entry.getKey(), read(type.element(), entry.getValue())));
        return Collections.unmodifiableMap(values);
    }

    private static Row readStruct(Schema schema, JsonNode node) {
        Row.Builder row = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            JsonNode value = node.path(AvroNames.legal(schema.field(i).name()));
            row.set(i, value.isMissingNode() ? null : read(schema.field(i).type(), value));
        }
        return row.build();
    }

    private static Schema holder(Type type) {
        return Schema.of("default", Field.nullable("value", type));
    }
}
