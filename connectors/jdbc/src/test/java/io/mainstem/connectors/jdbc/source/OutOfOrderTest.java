package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Row;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Rows that commit out of order, while the reader is killed. The length is set by {@code -Dmainstem.campaign.seconds}, the seed by
 * {@code -Dmainstem.campaign.seed}.
 */
final class OutOfOrderTest {

    private static final int WRITERS = 8;
    private static final int OPEN_MILLIS_MAX = 1_500;
    private static final int EQUAL = 5_000;
    private static final int KILLS = 3;
    private static final long SECONDS = Long.getLong("mainstem.campaign.seconds", 6);
    private static final long SEED = Long.getLong("mainstem.campaign.seed", System.nanoTime());

    private static RandomGenerator random(long salt) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + salt);
    }

    /** Writes transactions until the end, some of them rolled back, some prepared first, some with an idle begin. */
    private static void write(PostgreSqlTable table, int writer, long end) throws SQLException {
        RandomGenerator random = random(writer);
        try (Connection connection = table.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (System.nanoTime() < end) {
                statement.execute("SELECT now()");
                pause(statement, random.nextInt(OPEN_MILLIS_MAX / 5));
                int rows = 1 + random.nextInt(4);
                for (int i = 0; i < rows; i++) {
                    statement.execute("INSERT INTO orders (writer) VALUES (" + writer + ")");
                    pause(statement, random.nextInt(OPEN_MILLIS_MAX / rows / 2));
                }
                if (random.nextInt(5) == 0) {
                    connection.rollback();
                } else if (random.nextInt(5) == 0) {
                    commitInTwoPhases(connection, statement, writer, random);
                } else {
                    connection.commit();
                }
            }
        }
    }

    private static void commitInTwoPhases(
            Connection connection, Statement statement, int writer, RandomGenerator random) throws SQLException {
        statement.execute("PREPARE TRANSACTION 'writer" + writer + "'");
        connection.commit();
        pause(statement, random.nextInt(OPEN_MILLIS_MAX / 5));
        connection.commit();
        connection.setAutoCommit(true);
        statement.execute("COMMIT PREPARED 'writer" + writer + "'");
        connection.setAutoCommit(false);
    }

    private static void pause(Statement statement, int millis) throws SQLException {
        statement.execute("SELECT pg_sleep(" + millis / 1000.0 + ")");
    }

    private void campaign(Map<String, Object> options, PostgreSqlTable table) throws Exception {
        TestSource source = new TestSource();
        RecordingLog log = source.log();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        try (SourceHarness harness = source.harness(options)) {
            List<Future<?>> written = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                written.add(writers.submit(() -> {
                    write(table, writer, end);
                    return null;
                }));
            }
            RandomGenerator random = random(100);
            int kills = 0;
            boolean equalWritten = false;
            while (System.nanoTime() < end) {
                if (!equalWritten && System.nanoTime() > end - TimeUnit.SECONDS.toNanos(SECONDS) * 2 / 3) {
                    equalWritten = true;
                    table.execute("INSERT INTO orders (writer) SELECT 100 FROM generate_series(1, " + EQUAL + ")");
                }
                if (kills < KILLS && log.checkpoints() > 2 * kills) {
                    log.killAfterCheckpoints(1 + random.nextInt(3));
                    kills++;
                }
                follow(harness, log);
            }
            for (Future<?> one : written) {
                one.get(30, TimeUnit.SECONDS);
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            long expected = table.count("SELECT count(*) FROM orders");
            while (log.messages().size() < expected && System.nanoTime() < deadline) {
                follow(harness, log);
            }
            follow(harness, log);
        } finally {
            writers.shutdownNow();
        }
        assertSame(table, log);
    }

    private static void follow(SourceHarness harness, RecordingLog log) throws Exception {
        try {
            harness.followOnce();
        } catch (RecordingLog.Killed e) {
            log.live();
            harness.restart();
        }
    }

    private static void assertSame(PostgreSqlTable table, RecordingLog log) throws SQLException {
        Set<Long> missing = new HashSet<>();
        try (Connection connection = table.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM orders")) {
            while (rows.next()) {
                missing.add(rows.getLong(1));
            }
        }
        int expected = missing.size();
        List<Long> extra = new ArrayList<>();
        log.messages().forEach(message -> {
            Long id = ((Row) java.util.Objects.requireNonNull(message.value())).longAt(0);
            if (!missing.remove(id)) {
                extra.add(id);
            }
        });
        assertThat(missing).as("missing of %s, seed %s", expected, SEED).isEmpty();
        assertThat(extra).as("extra of %s, seed %s", expected, SEED).isEmpty();
        assertThat(expected).isGreaterThan(EQUAL);
    }

    private static PostgreSqlTable table() throws SQLException {
        return PostgreSqlTable.create(
                "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, writer int NOT NULL, changed timestamptz "
                        + "NOT NULL DEFAULT now())",
                "CREATE INDEX ON orders (changed, id)",
                "INSERT INTO orders (writer) SELECT -1 FROM generate_series(1, 2000)");
    }

    @Test
    void noRowIsMissedByItsNumber() throws Exception {
        PostgreSqlTable table = table();
        campaign(
                table.options(
                        "table",
                        "orders",
                        "mode",
                        "incrementing",
                        "cursor",
                        "id",
                        "poll-every",
                        "20ms",
                        "split-rows",
                        "500"),
                table);
    }

    @Test
    void noRowIsMissedByItsTime() throws Exception {
        PostgreSqlTable table = table();
        campaign(
                table.options("table", "orders", "mode", "timestamp", "cursor", "changed", "poll-every", "20ms"),
                table);
    }
}
