package io.mainstem.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.Locale;

/** Makes the Avro schema of one schema. */
final class AvroSchemaWriter {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final AvroNames names = new AvroNames();

    ObjectNode write(Schema schema) {
        return struct(schema, AvroNames.legal(schema.name()));
    }

    private ObjectNode struct(Schema schema, String wanted) {
        String name = names.unique(wanted);
        ObjectNode node = NODES.objectNode().put("type", "record").put("name", name);
        if (!schema.name().equals(name)) {
            node.put(AvroSchemas.NAME, schema.name());
        }
        AvroNames.OfFields fieldNames = new AvroNames.OfFields(schema.name());
        ArrayNode fields = node.putArray("fields");
        for (Field field : schema.fields()) {
            fields.add(field(field, name, fieldNames.legal(field.name())));
        }
        return node;
    }

    private ObjectNode field(Field field, String record, String name) {
        ObjectNode node = NODES.objectNode().put("name", name);
        if (!field.name().equals(name)) {
            node.put(AvroSchemas.NAME, field.name());
        }
        JsonNode type = type(field.type(), record + "_" + name);
        node.set("type", field.isNullable() ? nullable(type) : type);
        writeDefault(field, node);
        if (!field.doc().isEmpty()) {
            node.put("doc", field.doc());
        }
        return node;
    }

    private static void writeDefault(Field field, ObjectNode node) {
        if (field.defaultValue().isEmpty()) {
            if (field.isNullable()) {
                node.putNull("default");
            }
            return;
        }
        Object value = field.defaultValue().get();
        String property = AvroDefaults.isAvro(field.type(), value) ? "default" : AvroSchemas.DEFAULT;
        node.set(property, AvroDefaults.write(field, value));
    }

    private static ArrayNode nullable(JsonNode type) {
        return NODES.arrayNode().add("null").add(type);
    }

    private JsonNode type(Type type, String structName) {
        return switch (type.kind()) {
            case BOOLEAN -> NODES.textNode("boolean");
            case INT8, INT16 -> typed("int", AvroSchemas.TYPE, type.toString());
            case INT32 -> NODES.textNode("int");
            case INT64 -> NODES.textNode("long");
            case FLOAT32 -> NODES.textNode("float");
            case FLOAT64 -> NODES.textNode("double");
            case DECIMAL -> decimal(type);
            case STRING -> NODES.textNode("string");
            case BYTES -> NODES.textNode("bytes");
            case DATE -> logical("int", "date");
            case TIME -> time(type);
            case TIMESTAMP -> logical("long", "local-timestamp-" + unit(type));
            case TIMESTAMPTZ -> logical("long", "timestamp-" + unit(type));
            case UUID -> logical("string", "uuid");
            case JSON -> logical("string", AvroSchemas.JSON);
            case ARRAY -> container("array", "items", type(type.element(), structName));
            case MAP -> container("map", "values", type(type.element(), structName));
            case STRUCT -> struct(type.schema(), structName);
        };
    }

    private static JsonNode decimal(Type type) {
        if (type.precision() == 0) {
            return logical("string", AvroSchemas.DECIMAL);
        }
        return logical("bytes", "decimal").put("precision", type.precision()).put("scale", type.scale());
    }

    private static JsonNode time(Type type) {
        return switch (type.precision()) {
            case 3 -> logical("int", "time-millis");
            case 6 -> logical("long", "time-micros");
            default -> logical("long", AvroSchemas.TIME_NANOS);
        };
    }

    private static String unit(Type type) {
        return switch (type.precision()) {
            case 3 -> "millis";
            case 6 -> "micros";
            default -> "nanos";
        };
    }

    private static ObjectNode container(String type, String of, JsonNode element) {
        ObjectNode node = NODES.objectNode().put("type", type);
        node.set(of, nullable(element));
        return node;
    }

    private static ObjectNode logical(String type, String logicalType) {
        return typed(type, "logicalType", logicalType.toLowerCase(Locale.ROOT));
    }

    private static ObjectNode typed(String type, String property, String value) {
        return NODES.objectNode().put("type", type).put(property, value);
    }
}
