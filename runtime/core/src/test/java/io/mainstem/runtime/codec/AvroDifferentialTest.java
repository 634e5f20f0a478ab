package io.mainstem.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import io.mainstem.runtime.schema.AvroSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** Our bytes against those of Avro's own library, over random schemas and rows. */
class AvroDifferentialTest {

    private static final int SCHEMAS = 200;
    private static final int ROWS = 12;

    @Test
    void writesTheBytesThatAvrosLibraryWrites() throws IOException {
        RandomRows random = new RandomRows(RandomRows.newSeed());
        for (int i = 0; i < SCHEMAS; i++) {
            Schema schema = random.schema();
            org.apache.avro.Schema avro = parse(schema);
            AvroProgram program = AvroProgram.of(schema);
            for (int k = 0; k < ROWS; k++) {
                Row row = random.row(schema);
                byte[] theirs = write(avro, generic(schema, avro, row));
                assertThat(write(program, row)).as("%s", row).isEqualTo(theirs);
                assertThat(write(program, RandomRows.withTextInOneArray(row))).isEqualTo(theirs);
            }
        }
    }

    @Test
    void avrosLibraryReadsOurBytes() throws IOException {
        RandomRows random = new RandomRows(RandomRows.newSeed());
        for (int i = 0; i < SCHEMAS; i++) {
            Schema schema = random.schema();
            org.apache.avro.Schema avro = parse(schema);
            AvroProgram program = AvroProgram.of(schema);
            for (int k = 0; k < ROWS; k++) {
                Row row = random.row(schema);
                byte[] theirs = write(avro, generic(schema, avro, row));
                assertThat(read(avro, write(program, row))).isEqualTo(read(avro, theirs));
            }
        }
    }

    @Test
    void readsTheBytesThatAvrosLibraryWrites() throws IOException {
        RandomRows random = new RandomRows(RandomRows.newSeed());
        for (int i = 0; i < SCHEMAS; i++) {
            Schema schema = random.schema();
            org.apache.avro.Schema avro = parse(schema);
            AvroProgram program = AvroProgram.of(schema);
            AvroReader reader = new AvroReader();
            for (int k = 0; k < ROWS; k++) {
                Row row = random.row(schema);
                byte[] bytes = write(avro, generic(schema, avro, row));
                byte[] framed = new byte[bytes.length + 9];
                Arrays.fill(framed, (byte) -1);
                System.arraycopy(bytes, 0, framed, 5, bytes.length);
                assertSame(reader.read(program, framed, 5, 5, 5 + bytes.length), row);
            }
        }
    }

    /** Rows compare arrays inside of lists by identity; their text and their bytes say the same more deeply. */
    private static void assertSame(Row read, Row row) {
        AvroProgram program = AvroProgram.of(row.schema());
        assertThat(write(program, read)).isEqualTo(write(program, row));
        for (int i = 0; i < row.schema().size(); i++) {
            if (!row.schema().field(i).type().toString().contains("bytes")) {
                assertThat(read.at(i)).isEqualTo(row.at(i));
            }
        }
    }

    private static org.apache.avro.Schema parse(Schema schema) {
        return new org.apache.avro.Schema.Parser().parse(AvroSchemas.write(schema));
    }

    static byte[] write(AvroProgram program, Row row) {
        EncodeBuffer out = new EncodeBuffer();
        AvroWriter.write(program, row, out);
        return Arrays.copyOf(out.array(), out.length());
    }

    private static GenericRecord read(org.apache.avro.Schema schema, byte[] bytes) throws IOException {
        return new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }

    private static byte[] write(org.apache.avro.Schema schema, GenericRecord genericRecord) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(schema).write(genericRecord, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static GenericRecord generic(Schema schema, org.apache.avro.Schema avro, Row row) {
        GenericRecord genericRecord = new GenericData.Record(avro);
        for (int i = 0; i < schema.size(); i++) {
            genericRecord.put(
                    i,
                    generic(
                            schema.field(i).type(),
                            notNull(avro.getFields().get(i).schema()),
                            row.at(i)));
        }
        return genericRecord;
    }

    private static org.apache.avro.Schema notNull(org.apache.avro.Schema schema) {
        return schema.isUnion() ? schema.getTypes().get(1) : schema;
    }

    private static Object generic(Type type, org.apache.avro.Schema avro, Object value) {
        if (value == null) {
            return null;
        }
        Row holder = Row.of(Schema.of("h", io.mainstem.api.Field.nullable("h", type)), value);
        return switch (type.kind()) {
            case BOOLEAN, FLOAT32, FLOAT64, STRING, JSON -> value;
            case INT8, INT16, INT32, DATE -> (int) holder.longAt(0);
            case TIME -> type.precision() == 3 ? (Object) (int) holder.longAt(0) : (Object) holder.longAt(0);
            case INT64, TIMESTAMP, TIMESTAMPTZ -> holder.longAt(0);
            case DECIMAL ->
                type.precision() == 0
                        ? ((BigDecimal) value).toPlainString()
                        : ByteBuffer.wrap(((BigDecimal) value).unscaledValue().toByteArray());
            case BYTES -> ByteBuffer.wrap((byte[]) value);
            case UUID -> value.toString();
            case ARRAY -> list(type, avro, (List<?>) value);
            case MAP -> map(type, avro, (Map<?, ?>) value);
            case STRUCT -> generic(type.schema(), avro, (Row) value);
        };
    }

    private static List<Object> list(Type type, org.apache.avro.Schema avro, List<?> values) {
        List<Object> list = new ArrayList<>();
        values.forEach(value -> list.add(generic(type.element(), notNull(avro.getElementType()), value)));
        return list;
    }

    private static Map<String, Object> map(Type type, org.apache.avro.Schema avro, Map<?, ?> values) {
        Map<String, Object> map = new LinkedHashMap<>();
        values.forEach(
                (key, value) -> map.put(key.toString(), generic(type.element(), notNull(avro.getValueType()), value)));
        return map;
    }
}
