package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Config;
import io.mainstem.api.Problem;
import io.mainstem.api.StopException;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a server that knows only some of the transactions whose rows come to it, or may be such a one. */
final class MySqlServerReplicaTest {

    private static final String FOLLOW = "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = 1, MASTER_USER = 'nobody'";
    private static final String MAINTENANCE = "SET GLOBAL read_only = 1";

    @TempDir
    private Path folder;

    private MySqlDatabase database;

    /** A user who sees open transactions, may not write to a server that is read-only, nor ask what it follows. */
    @BeforeEach
    void createTableAndReader() throws SQLException {
        database = MySqlDatabase.create(
                "CREATE TABLE t (id bigint PRIMARY KEY AUTO_INCREMENT, writer int NOT NULL)",
                "INSERT INTO t (writer) VALUES (0)");
        database.execute(MySqlServer.enablePrivileges().toArray(String[]::new));
        database.execute(
                "DROP USER IF EXISTS reader@localhost",
                "CREATE USER reader@localhost IDENTIFIED BY 'secret'",
                "GRANT SELECT, PROCESS ON *.* TO reader@localhost");
    }

    @AfterEach
    void writeAgain() throws SQLException {
        database.execute("SET GLOBAL read_only = 0", "STOP SLAVE", "RESET SLAVE ALL");
    }

    @Test
    void aServerThatIsReadOnlyIsReadOnWhenItIsWrittenToAgain() throws Exception {
        PrimaryWatermark watermark = watermark();
        try (Connection connection = database.connect("reader", "secret");
                Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(until(watermark, connection, Watermark.Mark::isComplete).bound())
                    .contains(new Watermark.Bound("1", true));

            database.execute(MAINTENANCE);
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO t (writer) VALUES (2)");
            database.execute("INSERT INTO t (writer) VALUES (3)");
            Watermark.Mark standby = watermark.look(connection);
            assertThat(standby.bound()).isEmpty();
            assertThat(standby.isComplete()).isFalse();
            assertThat(standby.heldBy().orElseThrow()).contains("this one is read-only", "replica");

            database.execute("SET GLOBAL read_only = 0");
            Watermark.Mark held = until(
                    watermark,
                    connection,
                    mark -> mark.heldBy().filter(why -> why.contains("session")).isPresent());
            assertThat(held.bound()).as("%s", held).isNotEqualTo(Optional.of(new Watermark.Bound("3", true)));
            writer.commit();
            assertThat(until(watermark, connection, Watermark.Mark::isComplete).bound())
                    .contains(new Watermark.Bound("3", true));
        }
    }

    @Test
    void aServerThatIsReadOnlyAndKnownToBeNoReplicaIsRead() throws Exception {
        database.execute(
                MAINTENANCE,
                "GRANT " + (MySqlServer.isMariaDb() ? "REPLICA MONITOR" : "REPLICATION CLIENT")
                        + " ON *.* TO reader@localhost");
        try (Connection connection = database.connect("reader", "secret")) {
            connection.setAutoCommit(false);
            assertThat(until(watermark(), connection, Watermark.Mark::isComplete)
                            .bound())
                    .contains(new Watermark.Bound("1", true));
        }
        assertThat(problems(reader())).isEmpty();
    }

    @Test
    void aServerThatIsReadOnlyIsNamedBeforeItIsRead() throws Exception {
        database.execute(MAINTENANCE);
        assertThat(problems(reader()))
                .singleElement()
                .asString()
                .contains("the server is read-only and may be a replica", "REPLICATION CLIENT");
    }

    @Test
    void aReplicaIsRefused() throws Exception {
        database.execute(MAINTENANCE, FOLLOW);
        assertThat(problems(root())).singleElement().asString().contains("the server is a replica", "mode snapshot");
        try (SourceHarness harness = new SourceHarness(
                new JdbcSourceFactory(), root(), new RecordingContext(folder, Instant.now()), new RecordingLog())) {
            assertThatThrownBy(harness::runToEnd)
                    .isInstanceOfSatisfying(
                            StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.standby"));
        }
    }

    @Test
    void aReplicaIsKnownByItsThreadsWhereItsStatusIsNot() throws Exception {
        database.execute(MAINTENANCE, FOLLOW, "START SLAVE");
        assertThat(problems(reader())).singleElement().asString().contains("the server is a replica");
    }

    @Test
    void aReplicaThatIsWrittenToIsNamed() throws Exception {
        database.execute(FOLLOW);
        assertThat(problems(root()))
                .singleElement()
                .asString()
                .contains("takes changes of another one", "on which the rows are written");
    }

    private static PrimaryWatermark watermark() {
        return new PrimaryWatermark(() -> new MySqlWatermark(
                MySqlServerReplicaTest::highest,
                new TransactionList(),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Clock.systemUTC()));
    }

    private static Optional<String> highest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT max(id) FROM t")) {
            rows.next();
            return Optional.ofNullable(rows.getString(1));
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

    private Map<String, Object> root() {
        return database.options("table", "t", "mode", "incrementing", "cursor", "id");
    }

    private Map<String, Object> reader() {
        Map<String, Object> options = root();
        options.put("user", "reader");
        options.put("password", "secret");
        return options;
    }

    private List<String> problems(Map<String, Object> options) throws Exception {
        JdbcSourceFactory factory = new JdbcSourceFactory();
        return factory
                .check(Config.parse(factory.config(), options), new RecordingContext(folder, Instant.now()))
                .stream()
                .map(Problem::message)
                .toList();
    }
}
