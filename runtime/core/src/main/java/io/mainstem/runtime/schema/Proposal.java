package io.mainstem.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One record of the schema topic: somebody wants a topic to have a schema.
 *
 * @param topic the topic
 * @param schema the schema
 * @param keyFields the fields that keys are made of
 * @param rule the rule by which it was proposed, and by which every reader judges it
 */
record Proposal(String topic, Schema schema, List<String> keyFields, Compatibility rule) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    Proposal {
        keyFields = List.copyOf(keyFields);
    }

    /** What makes two proposals the same: the topic, the schema's canonical text and the key. */
    Identity identity() {
        return new Identity(topic, AvroSchemas.write(schema), keyFields);
    }

    byte[] toBytes() {
        ObjectNode node = MAPPER.createObjectNode().put("topic", topic).put("type", "AVRO");
        node.set("schema", AvroSchemas.tree(schema));
        ArrayNode key = node.putArray("key");
        keyFields.forEach(key::add);
        node.put("compatibility", rule.name().toLowerCase(Locale.ROOT));
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a record.
     *
     * @throws SchemaException when it is no proposal
     */
    static Proposal read(byte[] array, int offset, int length) {
        try {
            JsonNode node = MAPPER.readTree(array, offset, length);
            if (!node.path("topic").isTextual()) {
                throw new SchemaException("it names no topic");
            }
            List<String> keyFields = new ArrayList<>();
            node.path("key").forEach(field -> keyFields.add(field.asText()));
            return new Proposal(
                    node.path("topic").textValue(), AvroSchemas.read(node.path("schema")), keyFields, rule(node));
        } catch (IOException e) {
            throw new SchemaException("it is not JSON: " + e.getMessage(), e);
        }
    }

    private static Compatibility rule(JsonNode node) {
        String name = node.path("compatibility").asText("backward");
        try {
            return Compatibility.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new SchemaException("there is no compatibility rule '" + name + "'", e);
        }
    }

    /** See {@link Proposal#identity()}. */
    record Identity(String topic, String avro, List<String> keyFields) {}
}
