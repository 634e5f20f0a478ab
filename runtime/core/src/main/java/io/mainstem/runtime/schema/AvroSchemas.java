package io.mainstem.runtime.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstem.api.Schema;

/**
 * Schemas as the text of Avro schemas, and back.
 *
 * <p>A nullable type is the union of null and the type, in this order; elements of arrays and maps are always nullable.
 * What Avro has no word for is kept in properties: {@code mainstem.name} (a name that is not in Avro's alphabet), {@code
 * mainstem.type} (int8 and int16), {@code mainstem.default} (a default with a number that is not finite), and the logical types
 * {@code mainstem.decimal}, {@code mainstem.json} and {@code mainstem.time-nanos}.
 */
public final class AvroSchemas {

    static final String NAME = "mainstem.name";
    static final String TYPE = "mainstem.type";
    static final String DEFAULT = "mainstem.default";
    static final String DECIMAL = "mainstem.decimal";
    static final String JSON = "mainstem.json";
    static final String TIME_NANOS = "mainstem.time-nanos";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private AvroSchemas() {}

    /**
     * The Avro schema of a schema, in one canonical line: equal schemas give equal text.
     *
     * @throws SchemaException when two names become one in Avro's alphabet
     */
    public static String write(Schema schema) {
        return tree(schema).toString();
    }

    static JsonNode tree(Schema schema) {
        return new AvroSchemaWriter().write(schema);
    }

    /**
     * The schema that {@link #write} made the text of.
     *
     * @throws SchemaException when it is no Avro schema, or one that rows cannot have
     */
    public static Schema read(String avro) {
        try {
            return read(MAPPER.readTree(avro));
        } catch (JsonProcessingException e) {
            throw new SchemaException("the Avro schema is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    static Schema read(JsonNode avro) {
        try {
            return AvroSchemaReader.read(avro);
        } catch (IllegalArgumentException | ArithmeticException | ClassCastException e) {
            throw new SchemaException("the Avro schema is not one of a row: " + e.getMessage(), e);
        }
    }
}
