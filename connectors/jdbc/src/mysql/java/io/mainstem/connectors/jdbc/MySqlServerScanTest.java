package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Ack;
import io.mainstem.api.Config;
import io.mainstem.api.Emitter;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.Row;
import io.mainstem.api.Scan;
import io.mainstem.api.Scannable;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.testkit.RecordingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink reads its table of MySQL or MariaDB back as the rows that it was given. */
final class MySqlServerScanTest {

    private static final Schema SCHEMA = Schema.of(
            "goods",
            Field.required("Id", Type.INT64),
            Field.nullable("sold", Type.BOOLEAN),
            Field.nullable("changed", Type.TIMESTAMPTZ),
            Field.nullable("seen", Type.TIMESTAMP),
            Field.nullable("gone", Type.STRING));

    @TempDir
    private Path folder;

    @Test
    void rowsThatAreNotMarkedAsDeletedComeUnderTheNamesOfTheirFields() throws Exception {
        MySqlDatabase database = MySqlDatabase.create(
                "CREATE TABLE goods (id bigint PRIMARY KEY, sold boolean, changed timestamp(6) NULL, seen datetime(6), other int,"
                        + " deleted_at timestamp(6) NULL)",
                "SET time_zone = '+00:00'",
                "INSERT INTO goods VALUES (1, 1, '2024-01-02 03:04:05.000006', '2024-03-31 02:30:00', 5, NULL), (2, 0, NULL,"
                        + " NULL, NULL, NULL), (3, 1, NULL, NULL, NULL, '2024-01-01 00:00:00')");
        Map<String, Object> options =
                database.options("table", "goods", "mode", "upsert", "table-mode", "soft-delete", "names", "lower");
        JdbcSinkFactory factory = new JdbcSinkFactory();
        Rows rows = new Rows();
        try (Sink sink = factory.create(
                Config.parse(factory.config(), options), new RecordingContext(folder, Instant.now()))) {
            StreamSchema stream = StreamSchema.of("goods", SCHEMA, List.of("Id"));
            try (SplitReader scan = ((Scannable) sink).scan(Scan.of(stream))) {
                Poll.Next next = Poll.Next.MORE;
                while (next != Poll.Next.END) {
                    next = scan.poll(rows, Duration.ofMillis(100)).next();
                }
            }
        }
        assertThat(rows.all).hasSize(2);
        Row first = rows.all.get(0);
        assertThat(first.schema().fields())
                .extracting(Field::name)
                .containsExactly("Id", "sold", "changed", "seen");
        assertThat(first.at("sold")).isEqualTo(true);
        assertThat(first.at("changed")).isEqualTo(Instant.parse("2024-01-02T03:04:05.000006Z"));
        assertThat(first.at("seen")).isEqualTo(LocalDateTime.parse("2024-03-31T02:30"));
    }

    /** Keeps rows. */
    private static final class Rows implements Emitter {
        private final List<Row> all = new ArrayList<>();

        @Override
        public void emit(Message message) {
            all.add((Row) message.value());
        }

        @Override
        public void bad(byte[] raw, String where, String why) {
            throw new AssertionError(where + ": " + why);
        }

        @Override
        public void announce(Split child) {}

        @Override
        public void checkpoint(Position after) {}

        @Override
        public void checkpoint(Map<String, Position> changed, Ack ack) {}
    }
}
