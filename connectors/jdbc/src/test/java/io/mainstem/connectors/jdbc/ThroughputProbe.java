package io.mainstem.connectors.jdbc;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.postgresql.PGConnection;

/**
 * Measures, when a person runs it: a million orders through the sink, beside PostgreSQL's own COPY of the same data. The
 * messages are made before, as rows over shared text, the way that the log gives them.
 */
final class ThroughputProbe {

    private static final int ROWS = 1_000_000;
    private static final int BATCH = 10_000;
    private static final Schema ORDERS = Schema.of(
            "orders",
            Field.required("id", Type.INT64),
            Field.nullable("customer", Type.STRING),
            Field.nullable("sku", Type.STRING),
            Field.nullable("qty", Type.INT32),
            Field.nullable("price", Type.decimal(10, 2)),
            Field.nullable("created_at", Type.TIMESTAMP));
    private static final TopicPartition PARTITION = new TopicPartition("orders", UUID.randomUUID(), 0);

    private ThroughputProbe() {}

    /** Runs. */
    public static void main(String[] arguments) throws Exception {
        try (TestSink target = new TestSink()) {
            List<SinkBatch> batches = batches();
            byte[] copied = text(batches);
            for (int round = 1; round <= 3; round++) {
                copy(target, copied, round);
                sink(target, batches, round, "insert");
            }
            sink(target, batches, 4, "upsert");
            for (int round = 5; round <= 7; round++) {
                upsertByHand(target, copied, round);
                settle(target);
                sink(target, batches, round, "upsert");
                settle(target);
            }
        }
        System.exit(0);
    }

    private static List<SinkBatch> batches() {
        List<SinkBatch> batches = new ArrayList<>();
        Row.Builder builder = Row.builder(ORDERS);
        for (int first = 0; first < ROWS; first += BATCH) {
            List<Message> messages = new ArrayList<>();
            byte[] text = new byte[BATCH * 40];
            int end = 0;
            for (int i = first; i < first + BATCH; i++) {
                builder.setLong(0, i);
                end = setText(builder, 1, text, end, "customer-" + i % 10_007);
                end = setText(builder, 2, text, end, "SKU-" + i % 997 + "-A");
                builder.setLong(3, i % 12 + 1)
                        .setLong(4, i * 37L % 1_000_000)
                        .setLong(5, 1_767_225_600_000_000L + i * 1_000_000L);
                messages.add(Message.of(Operation.CREATE, null, builder.build()).withOrigin(PARTITION, i, 0));
            }
            batches.add(SinkBatch.of(PARTITION, messages, first, first + BATCH, 0));
        }
        return batches;
    }

    private static int setText(Row.Builder builder, int field, byte[] text, int at, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, text, at, utf8.length);
        builder.setUtf8(field, text, at, utf8.length);
        return at + utf8.length;
    }

    private static byte[] text(List<SinkBatch> batches) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (SinkBatch batch : batches) {
            for (Message message : batch.messages()) {
                Row row = (Row) java.util.Objects.requireNonNull(message.value());
                String line = row.longAt(0) + "\t" + row.stringAt(1) + "\t" + row.stringAt(2) + "\t" + row.longAt(3)
                        + "\t" + row.decimalAt(4) + "\t" + row.at(5) + "\n";
                out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    private static void copy(TestSink target, byte[] text, int round) throws SQLException, IOException {
        target.execute(
                "DROP TABLE IF EXISTS c; CREATE TABLE c (id bigint, customer text, sku text, qty int, price numeric(10,2), "
                        + "created_at timestamp)");
        long start = System.nanoTime();
        try (Connection connection = target.server().connect(target.database())) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY c FROM STDIN", new ByteArrayInputStream(text), 1 << 16);
        }
        report("COPY text by the driver, round " + round, start, 0);
    }

    /** What one writes by hand to upsert a million rows into a table that has them. */
    private static void upsertByHand(TestSink target, byte[] text, int round) throws SQLException, IOException {
        long start = System.nanoTime();
        try (Connection connection = target.server().connect(target.database());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE TEMP TABLE stage (LIKE t) ON COMMIT DROP");
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY stage FROM STDIN", new ByteArrayInputStream(text), 1 << 16);
            statement.execute("INSERT INTO t SELECT * FROM stage ON CONFLICT (id) DO UPDATE SET customer = "
                    + "excluded.customer, sku = excluded.sku, qty = excluded.qty, price = excluded.price, created_at = "
                    + "excluded.created_at");
            connection.commit();
        }
        report("COPY and INSERT by hand, round " + round, start, 0);
    }

    private static void settle(TestSink target) throws SQLException {
        target.execute("VACUUM FULL t");
        target.execute("CHECKPOINT");
    }

    private static void sink(TestSink target, List<SinkBatch> batches, int round, String mode) throws Exception {
        target.execute("DROP TABLE IF EXISTS mainstem_offsets");
        if (round < 5) {
            target.execute("DROP TABLE IF EXISTS t");
        }
        long start = System.nanoTime();
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Sink sink = mode.equals("insert") ? target.open() : target.open("mode", mode, "key", "id");
        new SinkRuntime(PARTITION).assign(sink);
        for (SinkBatch batch : batches) {
            sink.write(batch);
        }
        sink.flush();
        report(
                "sink, " + mode + ", round " + round,
                start,
                ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu);
        sink.close();
    }

    private static void report(String what, long start, long cpuNanos) {
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%-40s %6.2f s  %,10.0f rows/s  own thread %5.2f CPU s%n",
                what, seconds, ROWS / seconds, cpuNanos / 1e9);
    }
}
