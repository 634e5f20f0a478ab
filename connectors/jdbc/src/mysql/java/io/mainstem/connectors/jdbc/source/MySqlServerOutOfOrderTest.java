package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.Problem;
import io.mainstem.connectors.jdbc.MySqlDatabase;
import io.mainstem.connectors.jdbc.MySqlServer;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of MySQL or MariaDB that commit out of order are all read, once. */
final class MySqlServerOutOfOrderTest {

    private static final int WRITERS = 4;
    private static final int TRANSACTIONS = 20;

    @TempDir
    private Path folder;

    @Test
    void idsOfTransactionsThatStayOpenAreNotPassed() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random seeds = new Random(seed);
        MySqlDatabase database = MySqlDatabase.create(
                "CREATE TABLE t (id bigint PRIMARY KEY AUTO_INCREMENT, writer int NOT NULL)",
                "INSERT INTO t (writer) VALUES (0)");
        RecordingLog log = new RecordingLog();
        RecordingContext context = new RecordingContext(folder, Instant.now());
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try (SourceHarness harness = new SourceHarness(
                new JdbcSourceFactory(),
                database.options("table", "t", "mode", "incrementing", "cursor", "id"),
                context,
                log)) {
            List<Future<?>> writers = IntStream.range(0, WRITERS)
                    .<Future<?>>mapToObj(i -> {
                        Random random = new Random(seeds.nextLong());
                        return threads.submit(() -> write(database, random));
                    })
                    .toList();
            while (!writers.stream().allMatch(Future::isDone)) {
                harness.runToEnd();
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            harness.runToEnd();
        } finally {
            threads.shutdownNow();
        }
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM t ORDER BY id")) {
            List<String> ids = new ArrayList<>();
            while (rows.next()) {
                ids.add("{id=" + rows.getLong(1));
            }
            assertThat(log.values().stream().map(value -> value.substring(0, value.indexOf(','))))
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(ids);
        }
    }

    /** Each draws its ids, and stays open for up to five seconds, which is longer than any delay here. */
    private static Void write(MySqlDatabase database, Random random) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < TRANSACTIONS; i++) {
                statement.execute("INSERT INTO t (writer) VALUES (1), (2)");
                boolean isLong = random.nextInt(6) == 0;
                TimeUnit.MILLISECONDS.sleep(random.nextInt(isLong ? 5_000 : 50));
                connection.commit();
            }
        }
        return null;
    }

    /** InnoDB does not renew its list of transactions while it is read all the time. */
    @Test
    void anOldListOfTransactionsIsNotTakenForANewOne() throws Exception {
        MySqlDatabase database = MySqlDatabase.create(
                "CREATE TABLE t (id bigint PRIMARY KEY AUTO_INCREMENT, writer int NOT NULL)",
                "INSERT INTO t (writer) VALUES (0)");
        AtomicBoolean ends = new AtomicBoolean();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        MySqlWatermark watermark = new MySqlWatermark(
                MySqlServerOutOfOrderTest::highest,
                new TransactionList(),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Clock.systemUTC());
        try (Connection connection = database.connect();
                Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(until(watermark, connection, Watermark.Mark::isComplete).bound())
                    .contains(new Watermark.Bound("1", true));
            Future<?> monitor = threads.submit(() -> readList(database, ends));
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO t (writer) VALUES (2)");
            database.execute("INSERT INTO t (writer) VALUES (3)");
            Watermark.Mark old = until(watermark, connection, mark -> mark.heldBy().isPresent());
            assertThat(old.bound()).contains(new Watermark.Bound("1", true));
            assertThat(old.heldBy().orElseThrow()).contains("more than ten times a second");
            ends.set(true);
            monitor.get();
            Watermark.Mark renewed = until(
                    watermark,
                    connection,
                    mark -> mark.heldBy().filter(why -> why.contains("session")).isPresent());
            assertThat(renewed.bound()).contains(new Watermark.Bound("1", true));
            writer.commit();
            assertThat(until(watermark, connection, mark -> !mark.bound().equals(renewed.bound()))
                            .bound())
                    .contains(new Watermark.Bound("3", true));
        } finally {
            ends.set(true);
            threads.shutdownNow();
        }
    }

    private static Optional<String> highest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT max(id) FROM t")) {
            rows.next();
            return Optional.ofNullable(rows.getString(1));
        }
    }

    private static Void readList(MySqlDatabase database, AtomicBoolean ends) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            while (!ends.get()) {
                try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM information_schema.innodb_trx")) {
                    rows.next();
                }
            }
            return null;
        }
    }

    private static Watermark.Mark until(
            Watermark watermark, Connection connection, Predicate<Watermark.Mark> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        Watermark.Mark mark = watermark.look(connection);
        while (!condition.test(mark)) {
            assertThat(System.nanoTime()).as("%s", mark).isLessThan(deadline);
            mark = watermark.look(connection);
        }
        return mark;
    }

    @Test
    void aUserWithoutProcessIsToldSoAndReadsBehindADelay() throws Exception {
        MySqlDatabase database = MySqlDatabase.create(
                "CREATE TABLE t (id bigint PRIMARY KEY AUTO_INCREMENT)",
                "INSERT INTO t VALUES (1), (2)");
        database.execute(MySqlServer.enablePrivileges().toArray(String[]::new));
        database.execute(
                "DROP USER IF EXISTS reader@localhost",
                "CREATE USER reader@localhost IDENTIFIED BY 'secret'",
                "GRANT SELECT ON *.* TO reader@localhost");
        Map<String, Object> options = database.options("table", "t", "mode", "incrementing", "cursor", "id");
        options.put("user", "reader");
        options.put("password", "secret");
        RecordingContext context = new RecordingContext(folder, Instant.now());
        JdbcSourceFactory factory = new JdbcSourceFactory();
        assertThat(factory.check(Config.parse(factory.config(), options), context))
                .extracting(Problem::message)
                .singleElement()
                .asString()
                .contains("grant the privilege PROCESS");
    }
}
