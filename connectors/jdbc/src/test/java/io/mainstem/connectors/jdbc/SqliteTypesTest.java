package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import io.mainstem.testkit.SinkTestContext;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes out of SQLite is what went in, or the record is named as bad. */
final class SqliteTypesTest {

    @TempDir
    Path folder;

    private final SinkRuntime log = new SinkRuntime(new TopicPartition("t", UUID.randomUUID(), 0));

    private Sink open(Map<String, ?> options) {
        Map<String, Object> all = new HashMap<>(options);
        all.put("url", "jdbc:sqlite:t.db");
        JdbcSinkFactory factory = new JdbcSinkFactory();
        return factory.create(Config.parse(factory.config(), all), SinkTestContext.in(folder));
    }

    private List<String> query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("t.db"));
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (found.next()) {
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    values.add(found.getString(i));
                }
            }
            return values;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("t.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aTypeIsWrittenInOneWayBeforeAndAfterItsColumnIsMade() throws Exception {
        for (String type : List.of("DECIMAL_TEXT(10,2)", "TIMESTAMP_TEXT(6)", "TEXT", "BIGINT", "DECIMAL_TEXT")) {
            execute("DROP TABLE IF EXISTS types");
            execute("CREATE TABLE types (a " + type + ")");
            try (var handle = org.jdbi.v3.core.Jdbi.open("jdbc:sqlite:" + folder.resolve("t.db"))) {
                SqliteDialect dialect = new SqliteDialect();
                TableInfo table = dialect.readTable(handle, new TableName(java.util.Optional.empty(), "types"))
                        .orElseThrow();
                assertThat(dialect.typeText(table.columns().get(0))).isEqualTo(type);
            }
        }
    }

    @Test
    void valuesStayAsTheyAre() throws Exception {
        Schema schema = Schema.of(
                "t",
                Field.nullable("b", Type.BOOLEAN),
                Field.nullable("i", Type.INT64),
                Field.nullable("f", Type.FLOAT64),
                Field.nullable("d", Type.decimal(30, 10)),
                Field.nullable("s", Type.STRING),
                Field.nullable("by", Type.BYTES),
                Field.nullable("date", Type.DATE),
                Field.nullable("tz", Type.TIMESTAMPTZ),
                Field.nullable("u", Type.UUID),
                Field.nullable("a", Type.array(Type.INT32)));
        UUID uuid = UUID.randomUUID();
        log.append(
                null,
                Row.of(
                        schema,
                        true,
                        Long.MIN_VALUE,
                        0.1,
                        new BigDecimal("12345678901234567890.1234567890"),
                        "007",
                        new byte[] {0, 1},
                        LocalDate.of(2026, 1, 2),
                        Instant.parse("2026-01-02T03:04:05.000001Z"),
                        uuid,
                        List.of(1L)));
        log.append(null, Row.of(schema, null, null, Double.NaN, null, null, null, null, null, null, null));
        Sink sink = open(Map.of());
        log.run(sink);
        sink.close();
        assertThat(log.deadLetters()).hasSize(1);
        assertThat(query("SELECT b, i, f, d, s, hex(by), date, tz, u, a FROM t"))
                .containsExactly(
                        "1",
                        "-9223372036854775808",
                        "0.1",
                        "12345678901234567890.1234567890",
                        "007",
                        "0001",
                        "2026-01-02",
                        "2026-01-02T03:04:05.000001Z",
                        uuid.toString(),
                        "[1]");
        assertThat(query("SELECT DISTINCT typeof(d) || typeof(s) || typeof(tz) FROM t"))
                .containsExactly("texttexttext");
    }

    @Test
    void violationsAreIsolated() throws Exception {
        execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT CHECK (name <> 'bad'))");
        Schema schema = Schema.of("t", Field.required("id", Type.INT64), Field.nullable("name", Type.STRING));
        for (long id = 0; id < 200; id++) {
            log.append(null, Row.of(schema, id, id % 50 == 7 ? "bad" : "good"));
        }
        Sink sink = open(Map.of());
        log.batchSize(64).run(sink);
        sink.close();
        assertThat(log.deadLetters()).hasSize(4);
        assertThat(query("SELECT count(*) FROM t")).containsExactly("196");
    }

    @Test
    void textNeverGoesIntoNumbers() throws Exception {
        execute("CREATE TABLE t (code INTEGER)");
        log.append(null, Row.of(Schema.of("t", Field.nullable("code", Type.STRING)), "007"));
        Sink sink = open(Map.of());
        assertThatThrownBy(() -> log.run(sink))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("'007'");
        sink.close();
    }
}
