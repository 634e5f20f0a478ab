package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.Problem;
import io.mainstem.connectors.jdbc.MariaDb;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of MariaDB that commit out of order are all read, once. */
final class MariaDbOutOfOrderTest {

    private static final int WRITERS = 4;
    private static final int TRANSACTIONS = 20;

    @TempDir
    private Path folder;

    @Test
    void idsOfTransactionsThatStayOpenAreNotPassed() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random seeds = new Random(seed);
        MariaDb database = MariaDb.create(
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
    private static Void write(MariaDb database, Random random) throws Exception {
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

    @Test
    void aUserWithoutProcessIsToldSoAndReadsBehindADelay() throws Exception {
        MariaDb database = MariaDb.create(
                "CREATE TABLE t (id bigint PRIMARY KEY AUTO_INCREMENT)",
                "INSERT INTO t VALUES (1), (2)",
                // The server begins without privileges; root keeps its empty password.
                "UPDATE mysql.global_priv SET priv = JSON_SET(priv, '$.plugin', 'mysql_native_password',"
                        + " '$.authentication_string', '') WHERE User = 'root'",
                "FLUSH PRIVILEGES",
                "CREATE OR REPLACE USER reader@localhost IDENTIFIED BY 'secret'",
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
