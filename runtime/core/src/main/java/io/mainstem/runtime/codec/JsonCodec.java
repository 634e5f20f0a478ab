package io.mainstem.runtime.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstem.api.Datum;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.runtime.schema.Registered;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON without anything in front. The topic's schema is pinned beside it: that of the rows written, or what the first
 * object to be read looks like. An object with fields that the schema lacks extends it by fields that may be null.
 */
@SuppressWarnings("ReferenceEquality") // a schema is shared by its rows: another instance is looked up
final class JsonCodec implements ValueCodec {

    /** As many as one topic may have at a time; a source that makes one for every row must not fill the memory. */
    private static final int SCHEMAS_MAX = 64;

    private final String topic;
    private final List<String> keyFields;
    private final Schemas schemas;
    private final JsonReader reader = JsonReader.ofTopic();
    /** The schemas that are known to be registered, by identity. */
    private final Set<Schema> written = Collections.newSetFromMap(new IdentityHashMap<>());

    private @Nullable Schema pinned;

    JsonCodec(String topic, List<String> keyFields, Schemas schemas) {
        this.topic = topic;
        this.keyFields = List.copyOf(keyFields);
        this.schemas = schemas;
    }

    @Override
    public void encode(Datum value, EncodeBuffer out) {
        if (!(value instanceof Row row)) {
            Scalar scalar = (Scalar) value;
            JsonWriter.writeValue(scalar.type(), scalar.value(), out);
            return;
        }
        if (!written.contains(row.schema())) {
            schemas.register(topic, row.schema(), keyFields);
            remember(row.schema());
        }
        try {
            JsonWriter.writeRow(row, out);
        } catch (IllegalArgumentException | ClassCastException e) {
            throw new UnencodableException(e.getMessage() + " in " + row, e);
        }
    }

    private void remember(Schema schema) {
        if (written.size() == SCHEMAS_MAX) {
            written.clear();
        }
        written.add(schema);
    }

    @Override
    public Datum decode(byte[] array, int offset, int length) {
        int first = JsonValues.skipSpace(array, offset, offset + length);
        if (first == offset + length || array[first] != '{') {
            return JsonValues.scalar(array, offset, length);
        }
        Schema schema = pinned;
        if (schema == null) {
            schema = schemas.latest(topic).map(Registered::schema).orElse(null);
            pinned = schema;
        }
        return schema == null ? extended(array, offset, length) : decode(schema, array, offset, length);
    }

    private Row decode(Schema schema, byte[] array, int offset, int length) {
        Row row;
        try {
            row = reader.readObject(schema, array, offset, length);
        } catch (UndecodableException e) {
            Schema latest = schemas.latest(topic).map(Registered::schema).orElse(schema);
            if (latest == schema) {
                throw e;
            }
            pinned = latest;
            return decode(latest, array, offset, length);
        }
        return hasUnknown() ? extended(array, offset, length) : row;
    }

    private boolean hasUnknown() {
        return reader.unknown().isPresent();
    }

    /** Adds what the object has and the topic's latest schema lacks to that schema, and reads the object by it. */
    private Row extended(byte[] array, int offset, int length) {
        JsonNode object = JsonValues.tree(array, offset, length);
        Schema before = schemas.latest(topic).map(Registered::schema).orElseGet(() -> Schema.of(topic));
        try {
            Schema after = JsonInference.extend(before, List.of(object));
            Schema shared = after == before ? before : register(after);
            pinned = shared;
            return reader.readObject(shared, array, offset, length);
        } catch (SchemaException | IllegalArgumentException e) {
            throw new UndecodableException(
                    "the object does not fit the topic's schema: " + e.getMessage() + ", at byte 0", e);
        }
    }

    private Schema register(Schema schema) {
        List<String> key = schemas.latest(topic).map(Registered::keyFields).orElse(keyFields);
        return schemas.get(schemas.register(topic, schema, key)).schema();
    }
}
