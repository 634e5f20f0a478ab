package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.MySqlDatabase;
import io.mainstem.connectors.jdbc.MySqlServer;
import io.mainstem.testkit.RecordingLog;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The types of MySQL and MariaDB as fields, without loss. */
final class MySqlServerTypesTest extends SourceTypesCase {

    @Override
    Map<String, Object> makeTable(String type, String value) throws SQLException {
        return MySqlDatabase.create(
                        "CREATE TABLE t (id int PRIMARY KEY, x " + type + " NULL)",
                        "SET time_zone = '+02:00'",
                        "INSERT INTO t VALUES (1, " + value + "), (2, NULL)")
                .options();
    }

    @Test
    void numbersKeepTheirRange() throws Exception {
        assertReads("tinyint", "-128", Type.INT8, -128L);
        assertReads("tinyint unsigned", "255", Type.INT16, 255L);
        assertReads("smallint unsigned", "65535", Type.INT32, 65_535L);
        assertReads("mediumint unsigned", "16777215", Type.INT32, 16_777_215L);
        assertReads("int unsigned", "4294967295", Type.INT64, 4_294_967_295L);
        assertReads("bigint", "-9223372036854775808", Type.INT64, Long.MIN_VALUE);
        assertReads(
                "bigint unsigned", "18446744073709551615", Type.decimal(20, 0), new BigDecimal("18446744073709551615"));
        assertReads("decimal(30,10)", "12345678901234567890.0123456789", Type.decimal(30, 10), new BigDecimal("12345678901234567890.0123456789"));
        assertReads("float", "1.1", Type.FLOAT32, 1.1f);
        assertReads("float", "16777217.0", Type.FLOAT32, 16_777_216f);
        assertReads("double", "0.1", Type.FLOAT64, 0.1);
        assertReads("year", "2155", Type.INT16, 2_155L);
    }

    @Test
    void truthsAreZeroAndOneOrNumbersWhenThatIsAsked() throws Exception {
        assertReads("tinyint(1)", "1", Type.BOOLEAN, true);
        assertReads("boolean", "0", Type.BOOLEAN, false);
        assertReads("bit(1)", "b'1'", Type.BOOLEAN, true);
        assertReads("bit(12)", "b'101000000001'", Type.BYTES, new byte[] {0x0A, 0x01});
        assertReads("tinyint(1)", "7", Type.INT8, 7L, "columns", Map.of("x", Map.of("type", "int8")));
        RecordingLog log = TestSource.read(MySqlDatabase.create(
                        "CREATE TABLE t (id int PRIMARY KEY, x tinyint(1))", "INSERT INTO t VALUES (1, 7), (2, 1)")
                .options("table", "t"));
        assertThat(log.values()).containsExactly("{id=2, x=true}");
        assertThat(log.bad()).singleElement().asString().contains("7 is neither 0 nor 1");
    }

    /** The session that wrote has another zone; that of this process and of the server do not matter. */
    @Test
    void timesAreWhatTheServerHas() throws Exception {
        assertReads("date", "'2024-02-29'", Type.DATE, LocalDate.of(2024, 2, 29));
        assertReads("time(6)", "'23:59:59.999999'", Type.TIME, LocalTime.parse("23:59:59.999999"));
        assertReads(
                "datetime(6)",
                "'2024-03-31 02:30:00.000001'",
                Type.TIMESTAMP,
                LocalDateTime.parse("2024-03-31T02:30:00.000001"));
        assertReads("datetime", "'9999-12-31 23:59:59'", Type.TIMESTAMP, LocalDateTime.parse("9999-12-31T23:59:59"));
        assertReads(
                "timestamp(6)",
                "'2024-03-31 03:30:00.123456'",
                Type.TIMESTAMPTZ,
                Instant.parse("2024-03-31T01:30:00.123456Z"));
    }

    @Test
    void aDateThatIsNoneIsABadRecord() throws Exception {
        RecordingLog log = TestSource.read(MySqlDatabase.create(
                        "CREATE TABLE t (id int PRIMARY KEY, d date, at datetime, t time)",
                        "INSERT INTO t VALUES (1, '0000-00-00', NULL, NULL), (2, NULL, '2024-00-10', NULL), (3, NULL, NULL,"
                                + " '120:00:00'), (4, '2024-01-01', NULL, NULL)")
                .options("table", "t"));
        assertThat(log.values()).containsExactly("{id=4, d=2024-01-01, at=null, t=null}");
        assertThat(log.bad()).hasSize(3).first().asString().contains("column 'd'").contains("0000-00-00");
    }

    @Test
    void textsBytesAndTheOthers() throws Exception {
        assertReads("varchar(20) CHARACTER SET utf8mb4", "'Grüße 😀'", Type.STRING, "Grüße 😀");
        assertReads("enum('red', 'green')", "'green'", Type.STRING, "green");
        assertReads("set('a', 'b', 'c')", "'a,c'", Type.STRING, "a,c");
        assertReads("longtext", "REPEAT('x', 70000)", Type.STRING, "x".repeat(70_000));
        assertReads("varbinary(10)", "x'00ff'", Type.BYTES, new byte[] {0, (byte) 0xFF});
        assertReads("blob", "'abc'", Type.BYTES, "abc".getBytes(StandardCharsets.UTF_8));
        assertReads("json", "'{\"a\": 1}'", MySqlServer.isMariaDb() ? Type.STRING : Type.JSON, "{\"a\": 1}");
        if (MySqlServer.isMariaDb()) {
            UUID id = UUID.fromString("6f2c1e9a-0b6e-4b0e-9d3c-1c2d3e4f5a6b");
            assertReads("uuid", "'" + id + "'", Type.UUID, id);
        }
    }
}
