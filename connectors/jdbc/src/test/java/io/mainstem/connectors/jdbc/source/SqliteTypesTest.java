package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.testkit.RecordingLog;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite's types as fields: by declaration, and each value as it is. */
final class SqliteTypesTest {

    @TempDir
    private Path folder;

    private RecordingLog read(Map<String, ?> more, String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("t.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        Map<String, Object> options = new HashMap<>(more);
        options.put("url", "jdbc:sqlite:t.db");
        options.put("table", "t");
        TestSource source = new TestSource(folder);
        source.run(options);
        return source.log();
    }

    @Test
    void declaredTypesBecomeFields() throws Exception {
        RecordingLog log = read(
                Map.of(),
                "CREATE TABLE t (id INTEGER PRIMARY KEY, b BOOLEAN, i BIGINT, d DECIMAL_TEXT(10,2), r DOUBLE, at TIMESTAMP_TEXT(6), u "
                        + "UUID_TEXT, j JSON_TEXT, x BLOB, c DATETIME)",
                "INSERT INTO t VALUES (1, 1, 9223372036854775807, '12.50', 1.5, '2024-02-29T10:00:00.123456', "
                        + "'6f2c1e9a-0b6e-4b0e-9d3c-1c2d3e4f5a6b', '{}', x'00ff', '2024-01-01 10:00:00')");
        assertThat(log.values())
                .containsExactly("{id=1, b=true, i=9223372036854775807, d=12.50, r=1.5, at=2024-02-29T10:00:00.123456, "
                        + "u=6f2c1e9a-0b6e-4b0e-9d3c-1c2d3e4f5a6b, j={}, x=2 bytes, c=2024-01-01 10:00:00}");
    }

    @Test
    void aValueOfAnotherKindThanItsColumnsIsABadRecord() throws Exception {
        String[] rows = {
            "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)", "INSERT INTO t VALUES (1, 5), (2, 'six'), (3, 7)"
        };
        RecordingLog log = read(Map.of(), rows);
        assertThat(log.values()).containsExactly("{id=1, n=5}", "{id=3, n=7}");
        assertThat(log.bad())
                .singleElement()
                .satisfies(
                        bad -> assertThat(bad.where() + ": " + bad.why())
                                .isEqualTo(
                                        "main.t, row [2]: column 'n': 'six' is no int64; read it as text with columns: {n: {type: string}}"));
    }

    @Test
    void aTableWithoutAKeyIsReadByThePlaceOfItsRows() throws Exception {
        RecordingLog log = read(
                Map.of("mode", "timestamp", "cursor", "at", "late-commits", "0s"),
                "CREATE TABLE t (name TEXT, at TEXT NOT NULL)",
                "INSERT INTO t VALUES ('a', '2024-01-01'), ('b', '2024-01-01'), ('c', '2023-01-01')");
        assertThat(log.values())
                .containsExactly("{name=c, at=2023-01-01}", "{name=a, at=2024-01-01}", "{name=b, at=2024-01-01}");
    }
}
