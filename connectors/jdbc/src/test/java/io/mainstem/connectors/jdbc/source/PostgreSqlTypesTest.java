package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import io.mainstem.testkit.RecordingLog;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** PostgreSQL's types as fields, without loss. */
final class PostgreSqlTypesTest extends SourceTypesCase {

    @Override
    Map<String, Object> makeTable(String type, String value) throws SQLException {
        return PostgreSqlTable.create(
                        "CREATE TABLE t (id int PRIMARY KEY, x " + type + ")",
                        "INSERT INTO t VALUES (1, " + value + "), (2, NULL)")
                .options();
    }

    @Test
    void numbersKeepEveryDigit() throws Exception {
        assertReads("smallint", "-32768", Type.INT16, -32768L);
        assertReads("integer", "2147483647", Type.INT32, 2147483647L);
        assertReads("bigint", "-9223372036854775808", Type.INT64, Long.MIN_VALUE);
        assertReads("oid", "4294967295", Type.INT64, 4294967295L);
        assertReads("real", "1.5", Type.FLOAT32, 1.5f);
        assertReads("double precision", "'NaN'", Type.FLOAT64, Double.NaN);
        assertReads("money", "'-12.34'", Type.DECIMAL, new BigDecimal("-12.34"));
        assertReads("boolean", "true", Type.BOOLEAN, true);
        for (String number :
                List.of("0", "0.01", "-0.10", "12345678.90", "-99999999.99", "10000", "1.00", "10000000", "-0.05")) {
            String plain = new BigDecimal(number).setScale(2).toPlainString();
            assertReads("numeric(10,2)", number, Type.decimal(10, 2), new BigDecimal(plain));
        }
        assertReads(
                "numeric(18,18)", "0.123456789012345678", Type.decimal(18, 18), new BigDecimal("0.123456789012345678"));
        assertReads(
                "numeric(38,10)",
                "-1234567890123456789012345678.0123456789",
                Type.decimal(38, 10),
                new BigDecimal("-1234567890123456789012345678.0123456789"));
        assertReads("numeric", "1e-20", Type.DECIMAL, new BigDecimal("0.00000000000000000001"));
        assertReads("numeric", "1e30", Type.DECIMAL, new BigDecimal("1" + "0".repeat(30)));
    }

    @Test
    void timesKeepTheirMicrosecondsAndZones() throws Exception {
        assertReads("date", "'2024-02-29'", Type.DATE, LocalDate.of(2024, 2, 29));
        assertReads("date", "'0044-03-15 BC'", Type.DATE, LocalDate.of(-43, 3, 15));
        assertReads("time", "'23:59:59.999999'", Type.TIME, LocalTime.parse("23:59:59.999999"));
        assertReads(
                "timestamp",
                "'1969-12-31 23:59:59.000001'",
                Type.TIMESTAMP,
                LocalDateTime.parse("1969-12-31T23:59:59.000001"));
        assertReads(
                "timestamptz",
                "'2024-03-31 02:30:00.123456+02'",
                Type.TIMESTAMPTZ,
                Instant.parse("2024-03-31T00:30:00.123456Z"));
        assertReads("interval", "'1 year 2 mons 3 days 04:05:06.7'", Type.STRING, "P1Y2M3DT4H5M6.7S");
        assertReads("timetz", "'10:00:00+02'", Type.STRING, "10:00:00+02");
    }

    @Test
    void textBytesAndStructuresAreKept() throws Exception {
        assertReads("text", "'zürich'", Type.STRING, "zürich");
        assertReads("varchar(5)", "''", Type.STRING, "");
        assertReads("char(4)", "'ab'", Type.STRING, "ab  ");
        UUID uuid = UUID.fromString("6f2c1e9a-0b6e-4b0e-9d3c-1c2d3e4f5a6b");
        assertReads("uuid", "'" + uuid + "'", Type.UUID, uuid);
        assertReads("json", "'{\"a\":  1}'", Type.JSON, "{\"a\":  1}");
        assertReads("jsonb", "'{\"a\":  1}'", Type.JSON, "{\"a\": 1}");
        Row bytes = one("bytea", "'\\x00ff10'");
        assertThat(bytes.bytesAt(1)).containsExactly(0, 0xff, 0x10);
        assertReads("integer[]", "ARRAY[1,NULL,3]", Type.array(Type.INT32), Arrays.asList(1L, null, 3L));
        assertReads("text[]", "'{}'", Type.array(Type.STRING), List.of());
        assertReads("inet[]", "ARRAY['10.0.0.1'::inet]", Type.array(Type.STRING), List.of("10.0.0.1"));
        assertReads("bit(4)", "B'1010'", Type.STRING, "1010");
        assertReads("inet", "'10.0.0.1'", Type.STRING, "10.0.0.1");
        assertReads("macaddr", "'08:00:2b:01:02:03'", Type.STRING, "08:00:2b:01:02:03");
        assertReads("int4range", "'[1,5)'", Type.STRING, "[1,5)");
        assertReads("point", "'(1,2)'", Type.STRING, "(1,2)");
        assertReads("tsvector", "'a b'", Type.STRING, "'a' 'b'");
        assertReads("\"char\"", "'a'", Type.STRING, "a");
        assertReads("\"char\"", "''", Type.STRING, "");
        assertReads("\"char\"", "'\\'", Type.STRING, "\\");
        assertReads("\"char\"", "'\\303'", Type.STRING, "\\303");
        assertReads("\"char\"", "(-1)::\"char\"", Type.STRING, "\\377");
        assertReads("\"char\"", "(-128)::\"char\"", Type.STRING, "\\200");
    }

    @Test
    void enumsDomainsAndCompositesAreRead() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TYPE mood AS ENUM ('glad', 'sad')",
                "CREATE DOMAIN price AS numeric(8,2)",
                "CREATE TYPE pair AS (a int, b text)",
                "CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL, ms mood[], p price, c pair, g int GENERATED ALWAYS AS (id * 2) "
                        + "STORED)",
                "INSERT INTO t VALUES (1, 'sad', ARRAY['glad'::mood], 1.5, ROW(1, 'x'))");
        Row row = (Row)
                TestSource.read(table.options("table", "t")).messages().get(0).value();
        assertThat(row.schema().fields().stream().map(Object::toString))
                .containsExactly(
                        "id int32 not null",
                        "m string not null",
                        "ms array<string>",
                        "p decimal(8,2)",
                        "c string",
                        "g int32");
        assertThat(row.toString()).isEqualTo("{id=1, m=sad, ms=[glad], p=1.50, c=(1,x), g=2}");
    }

    @Test
    void aValueThatNoFieldHoldsIsABadRecordThatNamesColumnAndValue() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE t (id int PRIMARY KEY, n numeric, d date, a int[])",
                "INSERT INTO t VALUES (1, 'NaN', NULL, NULL), (2, 1, 'infinity', NULL), (3, 1, NULL, '{{1},{2}}'), (4, 4, "
                        + "'2024-01-01', '{4}')");
        RecordingLog log = TestSource.read(table.options("table", "t"));
        assertThat(log.messages()).hasSize(1);
        assertThat(log.bad().stream().map(RecordingLog.Bad::why))
                .containsExactly(
                        "column 'n': NaN is no decimal; read it as text with columns: {n: {type: string}}",
                        "column 'd': infinity is no date; read it as text with columns: {d: {type: string}}",
                        "column 'a': an array of 2 dimensions is no list; read it as text with columns: {a: {type: string}}");
        assertThat(log.bad().get(0).where()).isEqualTo("public.t, row [1]");
        Object[] text = {
            "table",
            "t",
            "columns",
            Map.of("n", Map.of("type", "string"), "d", Map.of("type", "string"), "a", Map.of("type", "string"))
        };
        assertThat(TestSource.read(table.options(text)).values())
                .contains(
                        "{id=1, n=NaN, d=null, a=null}",
                        "{id=2, n=1, d=infinity, a=null}",
                        "{id=3, n=1, d=null, a={{1},{2}}}");
    }

    @Test
    void aKeyThatNoFieldHoldsIsABadRecordAndHasItsPlaceAmongTheOthers() throws Exception {
        for (String type : List.of("numeric", "timestamptz", "date")) {
            String special = type.equals("numeric") ? "NaN" : "infinity";
            String value = type.equals("numeric") ? "i" : "'2024-01-01'::" + type + " + i * interval '1 day'";
            PostgreSqlTable table = PostgreSqlTable.create(
                    "CREATE TABLE t (id " + type + " PRIMARY KEY, x text)",
                    "INSERT INTO t VALUES ('" + special + "', 'special')",
                    "INSERT INTO t SELECT " + value + ", 'x' || i FROM generate_series(1, 50) i");
            RecordingLog log = TestSource.read(table.options("table", "t", "fetch-rows", 10));
            assertThat(log.messages()).as(type).hasSize(50);
            assertThat(log.bad().stream().map(RecordingLog.Bad::why))
                    .singleElement()
                    .asString()
                    .startsWith("column 'id': " + special + " is no ")
                    .endsWith("columns: {id: {type: string}}");
            assertThat(TestSource.read(table.options(
                                    "table", "t", "fetch-rows", 10, "columns", Map.of("id", Map.of("type", "string"))))
                            .messages())
                    .as(type + " as text")
                    .hasSize(51);
        }
    }

    @Test
    void aDeclaredTypeIsTakenWhenNothingIsLost() throws Exception {
        Object[] number = {"columns", Map.of("x", Map.of("type", "int64"))};
        assertReads("numeric", "12345678901", Type.INT64, 12345678901L, number);
        Object[] decimal = {"columns", Map.of("x", Map.of("type", "decimal(12,3)"))};
        assertReads("numeric", "1.5", Type.decimal(12, 3), new BigDecimal("1.500"), decimal);
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE t (id int PRIMARY KEY, x numeric)", "INSERT INTO t VALUES (1, 1.5)");
        RecordingLog log =
                TestSource.read(table.options("table", "t", "columns", Map.of("x", Map.of("type", "int64"))));
        assertThat(log.bad().get(0).why()).startsWith("column 'x': '1.5' is no int64");
        assertThat(log.bad().get(0).raw().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
    }
}
