package io.mainstem.benchmarks;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.codec.Codecs;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.codec.ValueCodec;
import io.mainstem.runtime.schema.AvroSchemas;
import io.mainstem.runtime.schema.Schemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Prints how long a row of the orders takes each way, and what it allocates. */
final class CodecSpeed {

    private static final int ROWS = 10_000;
    private static final int ROUNDS = 400;
    private static final int MESSAGE_BYTES_MAX = 128;
    private static final Schema ORDERS = Schema.of(
            "orders",
            Field.required("id", Type.INT64),
            Field.nullable("customer", Type.STRING),
            Field.nullable("sku", Type.STRING),
            Field.nullable("qty", Type.INT32),
            Field.nullable("price", Type.decimal(10, 2)),
            Field.nullable("created_at", Type.TIMESTAMP));

    private CodecSpeed() {}

    /** Measures each step several times and prints the best. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(System.getProperty("mainstem.work"), "codec"));
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            Schemas schemas = Schemas.open(log);
            for (CodecKind kind : new CodecKind[] {CodecKind.AVRO, CodecKind.JSON}) {
                measureValues(kind, schemas);
            }
            measureMessages(schemas);
        }
        measureLibrary();
    }

    /** The same row by Avro's library, from generic records to generic records. */
    private static void measureLibrary() {
        org.apache.avro.Schema schema = new org.apache.avro.Schema.Parser().parse(AvroSchemas.write(ORDERS));
        GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(schema);
        GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(schema);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        Row[] rows = rows();
        print("library encode, with its record", () -> {
            out.reset();
            try {
                for (Row row : rows) {
                    writer.write(genericRecord(schema, row), encoder);
                }
                encoder.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return out.size();
        });
        byte[] bytes = out.toByteArray();
        print("library decode", () -> {
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
            long sum = 0;
            try {
                for (int i = 0; i < ROWS; i++) {
                    sum += (long) reader.read(null, decoder).get(0);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return sum;
        });
    }

    private static GenericRecord genericRecord(org.apache.avro.Schema schema, Row row) {
        GenericData.Record made = new GenericData.Record(schema);
        made.put(0, row.longAt(0));
        made.put(1, row.stringAt(1));
        made.put(2, row.stringAt(2));
        made.put(3, (int) row.longAt(3));
        made.put(4, ByteBuffer.wrap(row.decimalAt(4).unscaledValue().toByteArray()));
        made.put(5, row.longAt(5));
        return made;
    }

    private static void measureValues(CodecKind kind, Schemas schemas) {
        ValueCodec codec = Codecs.value(kind, "orders-" + kind, List.of("id"), schemas);
        Row[] rows = rows();
        EncodeBuffer out = new EncodeBuffer();
        int[] ends = new int[ROWS];
        print(kind + " encode", () -> encodeAll(codec, rows, out, ends));
        print(kind + " decode", () -> decodeAll(codec, out.array(), ends));
    }

    private static long encodeAll(ValueCodec codec, Row[] rows, EncodeBuffer out, int[] ends) {
        out.clear();
        for (int i = 0; i < ROWS; i++) {
            codec.encode(rows[i], out);
            ends[i] = out.length();
        }
        return out.length();
    }

    private static long decodeAll(ValueCodec codec, byte[] array, int[] ends) {
        long sum = 0;
        for (int i = 0; i < ROWS; i++) {
            int start = i == 0 ? 0 : ends[i - 1];
            sum += ((Row) codec.decode(array, start, ends[i] - start)).longAt(0);
        }
        return sum;
    }

    private static void measureMessages(Schemas schemas) {
        MessageCodec codec = MessageCodec.of("orders", CodecKind.AVRO, List.of("id"), schemas);
        Row[] rows = rows();
        byte[] all = new byte[ROWS * MESSAGE_BYTES_MAX];
        int[] ends = new int[2 * ROWS];
        print("message encode (with its copy)", () -> {
            int end = 0;
            for (int i = 0; i < ROWS; i++) {
                codec.encode(Message.create(rows[i]));
                end = copy(codec.key(), all, end);
                ends[2 * i] = end;
                end = copy(codec.value(), all, end);
                ends[2 * i + 1] = end;
            }
            return end;
        });
        TopicPartition partition = new TopicPartition("orders", new UUID(0, 0), 0);
        print("message decode", () -> {
            Records cursor = new Records(all, ends);
            long sum = 0;
            while (cursor.next()) {
                sum += codec.decode(cursor, partition).headers().size();
            }
            return sum;
        });
    }

    private static int copy(EncodeBuffer from, byte[] to, int at) {
        System.arraycopy(from.array(), 0, to, at, from.length());
        return at + from.length();
    }

    private static void print(String what, LongSupplier step) {
        double best = Double.MAX_VALUE;
        long allocated = 0;
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long bytes = allocatedBytes();
            long start = System.nanoTime();
            sum += step.getAsLong();
            best = Math.min(best, (System.nanoTime() - start) / (double) ROWS);
            allocated = (allocatedBytes() - bytes) / ROWS;
        }
        System.out.printf(Locale.ROOT, "%-32s %6.1f ns/row %5d bytes allocated (%d)%n", what, best, allocated, sum);
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** As the CSV source makes them: text in shared arrays. */
    private static Row[] rows() {
        Row[] rows = new Row[ROWS];
        Row.Builder builder = Row.builder(ORDERS);
        for (int i = 0; i < ROWS; i++) {
            byte[] text = ("customer-" + i % 5000 + "SKU-" + i % 997).getBytes(StandardCharsets.UTF_8);
            int split = new String(text, StandardCharsets.UTF_8).indexOf("SKU");
            builder.setLong(0, i)
                    .setUtf8(1, text, 0, split)
                    .setUtf8(2, text, split, text.length - split)
                    .setLong(3, i % 10)
                    .setLong(4, 1999 + i * 7L % 100_000)
                    .setLong(5, 1_700_000_000_000_000L + i * 1_000_003L);
            rows[i] = builder.build();
        }
        return rows;
    }

    /** Records that lie one behind the other. */
    private static final class Records implements RecordCursor {
        private final byte[] array;
        private final int[] ends;
        private int index = -1;

        Records(byte[] array, int[] ends) {
            this.array = array;
            this.ends = ends;
        }

        @Override
        public boolean next() {
            return ++index < ROWS;
        }

        @Override
        public long offset() {
            return index;
        }

        @Override
        public long timestamp() {
            return 1;
        }

        @Override
        public byte[] array() {
            return array;
        }

        @Override
        public int keyOffset() {
            return index == 0 ? 0 : ends[2 * index - 1];
        }

        @Override
        public int keyLength() {
            return ends[2 * index] - keyOffset();
        }

        @Override
        public int valueOffset() {
            return ends[2 * index];
        }

        @Override
        public int valueLength() {
            return ends[2 * index + 1] - valueOffset();
        }

        @Override
        public Headers headers() {
            return Headers.EMPTY;
        }
    }
}
