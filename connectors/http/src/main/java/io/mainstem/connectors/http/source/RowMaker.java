package io.mainstem.connectors.http.source;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes rows out of records. One thread. */
final class RowMaker {

    private final Schema schema;
    private final JsonPointer[] pointers;
    private final @Nullable String[] added;
    private final int whole;
    private final Row.Builder builder;

    /**
     * For one stream.
     *
     * @param columns what is declared of its fields
     * @param added the texts to add, by the names of their fields
     * @param recordField the field that takes the whole record
     */
    RowMaker(Schema schema, Map<String, Column> columns, Map<String, String> added, Optional<String> recordField) {
        this.schema = schema;
        this.builder = Row.builder(schema);
        this.whole = recordField.map(schema::indexOf).orElse(-1);
        this.pointers = new JsonPointer[schema.size()];
        this.added = new String[schema.size()];
        for (int i = 0; i < schema.size(); i++) {
            String name = schema.field(i).name();
            @Nullable Column column = columns.get(name);
            pointers[i] = column == null ? JsonPointer.empty().appendProperty(name) : column.pointer(name);
            this.added[i] = added.get(name);
        }
    }

    Row row(JsonNode record) throws BadValueException {
        try {
            for (int i = 0; i < schema.size(); i++) {
                builder.set(i, value(i, record));
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            builder.reset();
            throw new BadValueException(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Object value(int index, JsonNode record) throws BadValueException {
        if (index == whole) {
            return record.toString();
        }
        if (added[index] != null) {
            return added[index];
        }
        Field field = schema.field(index);
        JsonNode value = record.isObject() ? record.at(pointers[index]) : scalar(index, record);
        return JsonValues.value(value, field.type(), field.name());
    }

    /** A record that is no object, such as an element of an array of numbers, is the first field. */
    private static JsonNode scalar(int index, JsonNode record) {
        return index == 0 ? record : MissingNode.getInstance();
    }

    /** The name of a field that the stream does not have. */
    Optional<String> unknown(JsonNode record, Map<String, Column> columns) {
        if (record instanceof ObjectNode object && whole < 0 && columns.isEmpty()) {
            for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                if (schema.indexOf(name) < 0) {
                    return Optional.of(name);
                }
            }
        }
        return Optional.empty();
    }
}
