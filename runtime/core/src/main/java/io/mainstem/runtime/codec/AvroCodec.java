package io.mainstem.runtime.codec;

import io.mainstem.api.Datum;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.schema.Schemas;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Avro binary behind a zero byte and the schema's id in four bytes, as Confluent's clients frame it. */
@SuppressWarnings("ReferenceEquality") // a schema is shared by its rows: another instance is looked up
final class AvroCodec implements ValueCodec {

    private static final int FRAME_BYTES = 5;
    /** More schemas of one topic than anybody has; a source that makes one for every row must not fill the memory. */
    private static final int SCHEMAS_MAX = 64;

    private final String topic;
    private final List<String> keyFields;
    private final Schemas schemas;
    private final IdentityHashMap<Schema, Writer> writers = new IdentityHashMap<>();
    private final Map<Integer, AvroProgram> programs = new HashMap<>();
    private final AvroReader reader = new AvroReader();

    private @Nullable Writer writer;
    private int readId = -1;
    private @Nullable AvroProgram readProgram;

    AvroCodec(String topic, List<String> keyFields, Schemas schemas) {
        this.topic = topic;
        this.keyFields = List.copyOf(keyFields);
        this.schemas = schemas;
    }

    @Override
    public void encode(Datum value, EncodeBuffer out) {
        if (!(value instanceof Row row)) {
            throw new UnencodableException("topic '" + topic + "' takes rows, and this value has no fields but is a "
                    + value.type() + "; give the topic the codec text, bytes or json");
        }
        Writer by = writer;
        if (by == null || by.schema != row.schema()) {
            by = writer(row.schema());
        }
        byte[] array = out.reserve(FRAME_BYTES);
        int at = out.length();
        array[at] = 0;
        array[at + 1] = (byte) (by.id >> 24);
        array[at + 2] = (byte) (by.id >> 16);
        array[at + 3] = (byte) (by.id >> 8);
        array[at + 4] = (byte) by.id;
        out.setLength(at + FRAME_BYTES);
        try {
            AvroWriter.write(by.program, row, out);
        } catch (IllegalArgumentException | ArithmeticException | ClassCastException e) {
            throw new UnencodableException("an element of the row is wrong: " + e.getMessage() + ", in " + row, e);
        }
    }

    private Writer writer(Schema schema) {
        Writer known = writers.get(schema);
        if (known == null) {
            int id = schemas.register(topic, schema, keyFields);
            known = new Writer(schema, id, AvroProgram.of(schema));
            if (writers.size() == SCHEMAS_MAX) {
                writers.clear();
            }
            writers.put(schema, known);
        }
        writer = known;
        return known;
    }

    @Override
    public Row decode(byte[] array, int offset, int length) {
        if (length < FRAME_BYTES) {
            throw new UndecodableException("the value has " + length + " bytes, and the schema's id alone takes "
                    + FRAME_BYTES + ", at byte 0");
        }
        if (array[offset] != 0) {
            throw new UndecodableException("the value begins with " + array[offset]
                    + " where Avro with a schema's id has a 0, at byte 0; was it written by another codec?");
        }
        int id = array[offset + 1] << 24
                | (array[offset + 2] & 0xff) << 16
                | (array[offset + 3] & 0xff) << 8
                | array[offset + 4] & 0xff;
        AvroProgram program = readProgram;
        if (program == null || id != readId) {
            program = program(id);
        }
        return reader.read(program, array, offset, offset + FRAME_BYTES, offset + length);
    }

    private AvroProgram program(int id) {
        AvroProgram known = programs.get(id);
        if (known == null) {
            known = AvroProgram.of(schema(id));
            programs.put(id, known);
        }
        readId = id;
        readProgram = known;
        return known;
    }

    private Schema schema(int id) {
        try {
            return schemas.get(id).schema();
        } catch (SchemaException e) {
            throw new UndecodableException(e.getMessage() + ", at byte 1", e);
        }
    }

    /** What writes rows of one schema. */
    private record Writer(Schema schema, int id, AvroProgram program) {}
}
