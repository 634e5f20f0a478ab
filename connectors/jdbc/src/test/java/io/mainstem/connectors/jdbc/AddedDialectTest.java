package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import io.mainstem.testkit.SinkTestContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A database that was added by one class, found by the service loader. */
final class AddedDialectTest {

    @Test
    void oneClassMakesASinkForAnotherDatabase() throws Exception {
        String url = "jdbc:h2:mem:example" + UUID.randomUUID();
        assertThat(Dialects.find(url).orElseThrow().name()).isEqualTo("Example");
        Schema schema = Schema.of("t", Field.required("id", Type.INT32), Field.nullable("day", Type.DATE));
        SinkRuntime log = new SinkRuntime(new TopicPartition("t", UUID.randomUUID(), 0));
        log.append(null, Row.of(schema, 1, LocalDate.of(2026, 1, 2)));
        log.append(null, Row.of(schema, 1, LocalDate.of(2026, 1, 3)));
        try (Connection keepsItAlive = DriverManager.getConnection(url);
                Statement statement = keepsItAlive.createStatement()) {
            JdbcSinkFactory factory = new JdbcSinkFactory();
            Config config = Config.parse(factory.config(), Map.of("url", url, "mode", "upsert", "key", "id"));
            Sink sink = factory.create(config, SinkTestContext.in(Path.of(".")));
            log.run(sink);
            sink.close();
            try (ResultSet found = statement.executeQuery("SELECT \"id\", \"day\" FROM \"t\"")) {
                assertThat(found.next()).isTrue();
                assertThat(List.of(found.getLong(1), found.getString(2))).isEqualTo(List.of(1L, "2026-01-03"));
                assertThat(found.next()).isFalse();
            }
        }
    }

    /** SQL for databases that no test here runs: what would be sent. */
    @Test
    void theStatementsOfOtherDatabasesAreAsTheirManualsSay() {
        List<String> columns = List.of("\"id\"", "\"name\"");
        List<String> key = List.of("\"id\"");
        assertThat(new SqlServerDialect().upsert("\"t\"", columns, key))
                .isEqualTo(
                        "MERGE INTO \"t\" WITH (HOLDLOCK) AS t USING (VALUES (?, ?)) s (\"id\", \"name\") ON (t.\"id\" = "
                                + "s.\"id\") WHEN MATCHED THEN UPDATE SET t.\"name\" = s.\"name\" WHEN NOT MATCHED THEN INSERT "
                                + "(\"id\", \"name\") VALUES (s.\"id\", s.\"name\");");
        assertThat(new OracleDialect().upsert("\"t\"", columns, key))
                .isEqualTo("MERGE INTO \"t\" t USING (SELECT ? AS \"id\", ? AS \"name\" FROM DUAL) s ON (t.\"id\" = "
                        + "s.\"id\") WHEN MATCHED THEN UPDATE SET t.\"name\" = s.\"name\" WHEN NOT MATCHED THEN INSERT "
                        + "(\"id\", \"name\") VALUES (s.\"id\", s.\"name\")");
        assertThat(new MySqlDialect().upsert("\"t\"", columns, key))
                .isEqualTo("INSERT INTO \"t\" (\"id\", \"name\") VALUES (?, ?) ON DUPLICATE KEY UPDATE \"id\" = "
                        + "IF(CAST(\"id\" AS BINARY) <=> CAST(VALUES(\"id\") AS BINARY), \"id\", "
                        + "(SELECT NULL FROM (SELECT 1 UNION ALL SELECT 2) another_row)), \"name\" = VALUES(\"name\")");
        assertThat(new SqlServerDialect().selectLocked("a", "t", "b = ?"))
                .isEqualTo("SELECT a FROM t WITH (UPDLOCK, ROWLOCK, HOLDLOCK) WHERE b = ?");
    }
}
