package io.mainstem.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.ArrayList;
import java.util.List;

/** Reads the Avro schemas that {@link AvroSchemaWriter} writes. */
final class AvroSchemaReader {

    private AvroSchemaReader() {}

    static Schema read(JsonNode node) {
        if (!node.path("type").asText().equals("record")) {
            throw new SchemaException("the Avro schema is not a record: " + node);
        }
        List<Field> fields = new ArrayList<>();
        node.path("fields").forEach(field -> fields.add(field(field)));
        return Schema.of(name(node), fields);
    }

    private static String name(JsonNode node) {
        JsonNode original = node.path(AvroSchemas.NAME);
        return original.isTextual() ? original.textValue() : node.path("name").asText();
    }

    private static Field field(JsonNode node) {
        String name = name(node);
        JsonNode type = node.path("type");
        Field field = type.isArray() ? Field.nullable(name, type(notNull(type))) : Field.required(name, type(type));
        if (node.path("doc").isTextual()) {
            field = field.withDoc(node.path("doc").textValue());
        }
        return withDefault(field, node);
    }

    private static Field withDefault(Field field, JsonNode node) {
        JsonNode avro = node.has(AvroSchemas.DEFAULT) ? node.path(AvroSchemas.DEFAULT) : node.path("default");
        if (avro.isMissingNode()) {
            return field;
        }
        Object value = AvroDefaults.read(field.type(), avro);
        return value == null ? field : field.withDefault(value);
    }

    private static JsonNode notNull(JsonNode union) {
        if (union.size() != 2 || !union.path(0).asText().equals("null")) {
            throw new SchemaException("a union must be of null and one type, in this order, not " + union);
        }
        return union.path(1);
    }

    private static Type type(JsonNode node) {
        String avro = node.isTextual() ? node.textValue() : node.path("type").asText();
        String logical = node.path("logicalType").asText("");
        return switch (avro) {
            case "boolean" -> Type.BOOLEAN;
            case "int" -> intType(node, logical);
            case "long" -> longType(logical);
            case "float" -> Type.FLOAT32;
            case "double" -> Type.FLOAT64;
            case "bytes" -> bytesType(node, logical);
            case "string" -> stringType(logical);
            case "array" -> Type.array(type(element(node, "items")));
            case "map" -> Type.map(type(element(node, "values")));
            case "record" -> Type.struct(read(node));
            default -> throw new SchemaException("rows have no fields of Avro's type " + node);
        };
    }

    private static JsonNode element(JsonNode node, String of) {
        return notNull(node.path(of));
    }

    private static Type intType(JsonNode node, String logical) {
        return switch (logical) {
            case "date" -> Type.DATE;
            case "time-millis" -> Type.time(3);
            default -> Type.parse(node.path(AvroSchemas.TYPE).asText("int32"));
        };
    }

    private static Type longType(String logical) {
        return switch (logical) {
            case "time-micros" -> Type.time(6);
            case AvroSchemas.TIME_NANOS -> Type.time(9);
            case "timestamp-millis" -> Type.timestamptz(3);
            case "timestamp-micros" -> Type.timestamptz(6);
            case "timestamp-nanos" -> Type.timestamptz(9);
            case "local-timestamp-millis" -> Type.timestamp(3);
            case "local-timestamp-micros" -> Type.timestamp(6);
            case "local-timestamp-nanos" -> Type.timestamp(9);
            default -> Type.INT64;
        };
    }

    private static Type bytesType(JsonNode node, String logical) {
        return logical.equals("decimal")
                ? Type.decimal(
                        node.path("precision").asInt(), node.path("scale").asInt())
                : Type.BYTES;
    }

    private static Type stringType(String logical) {
        return switch (logical) {
            case "uuid" -> Type.UUID;
            case AvroSchemas.JSON -> Type.JSON;
            case AvroSchemas.DECIMAL -> Type.DECIMAL;
            default -> Type.STRING;
        };
    }
}
