package io.mainstem.runtime.codec;

import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.runtime.schema.AvroSchemas;
import io.mainstem.runtime.schema.SchemaException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message outside of any topic, as a person can read it and as it can be read back: a line of JSON, and the schema of that line.
 * Its headers are not in it. Immutable.
 *
 * @param text as {@link JsonRows#toJson(Message)} has it, of which this reads the operation, the key, the value and the timestamp
 * @param schema the Avro schema of those
 */
public record MessageLine(String text, String schema) {

    private static final String NAME = "message";
    private static final String OPERATION = "operation";
    private static final String KEY = "key";
    private static final String VALUE = "value";
    private static final String TIMESTAMP = "timestamp";

    /** The line of a message that is in no topic; empty when it cannot be read back as the very same. */
    public static Optional<MessageLine> of(Message message) {
        try {
            MessageLine line = new MessageLine(JsonRows.toJson(message), AvroSchemas.write(schemaOf(message)));
            return JsonRows.toJson(line.read(message.headers())).equals(line.text())
                    ? Optional.of(line)
                    : Optional.empty();
        } catch (CodecException | SchemaException | IllegalArgumentException | StackOverflowError e) {
            return Optional.empty();
        }
    }

    private static Schema schemaOf(Message message) {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.required(OPERATION, Type.STRING));
        addField(KEY, message.key(), fields);
        addField(VALUE, message.value(), fields);
        if (message.timestamp().isPresent()) {
            fields.add(Field.required(TIMESTAMP, Type.STRING));
        }
        return Schema.of(NAME, fields);
    }

    private static void addField(String name, @Nullable Datum datum, List<Field> fields) {
        if (datum != null) {
            fields.add(Field.required(name, datum.type()));
        }
    }

    /**
     * The message.
     *
     * @param headers those that it has
     * @throws CodecException when there is none in the line
     * @throws SchemaException when the schema is none
     */
    public Message read(List<Header> headers) {
        Row row = JsonRows.toKnown(text, AvroSchemas.read(schema));
        try {
            Operation operation = Operation.valueOf(
                    row.stringAt(row.schema().indexOf(OPERATION)).toUpperCase(Locale.ROOT));
            Message message =
                    Message.of(operation, datum(row, KEY), datum(row, VALUE)).withHeaders(headers);
            int timestamp = row.schema().indexOf(TIMESTAMP);
            return timestamp < 0 ? message : message.withTimestamp(Instant.parse(row.stringAt(timestamp)));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new UndecodableException("the line is no message: " + e.getMessage(), e);
        }
    }

    private static @Nullable Datum datum(Row row, String name) {
        int index = row.schema().indexOf(name);
        if (index < 0) {
            return null;
        }
        Object value = Objects.requireNonNull(row.at(index));
        return value instanceof Row inner
                ? inner
                : Scalar.of(row.schema().field(index).type(), value);
    }

    /**
     * The same message with another value.
     *
     * @param json the value, an object of the fields that the value has
     * @throws CodecException when it does not fit them, or the message has no row
     */
    public MessageLine withValue(String json) {
        Message message = read(List.of());
        if (!(message.value() instanceof Row row)) {
            throw new UnencodableException("it has no row that could be another");
        }
        return new MessageLine(JsonRows.toJson(message.withValue(JsonRows.toRow(json, row.schema()))), schema);
    }
}
