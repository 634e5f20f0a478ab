package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.source.JdbcSourceFactory;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SinkRuntime;
import io.mainstem.testkit.SourceHarness;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Values of PostgreSQL that no field holds go from one PostgreSQL to another as texts, which the server reads. */
final class PostgreSqlFromTextTest {

    @TempDir
    Path folder;

    @RegisterExtension
    final TestSink target = new TestSink();

    private final SinkRuntime log = new SinkRuntime(new TopicPartition("t", UUID.randomUUID(), 0)).batchSize(100);

    private static final List<String> COLUMNS = List.of(
            "n numeric",
            "money numeric(10,2)",
            "d date",
            "ts timestamp",
            "tz timestamptz",
            "tm time",
            "ns numeric[]",
            "ds date[]",
            "m int[]",
            "f real[]",
            "words text[]",
            "g double precision[]",
            "z timestamptz(3)[]",
            "b bytea[]",
            "u uuid[]");

    private static final List<String> ROWS = List.of(
            "'NaN', 'NaN', 'infinity', 'infinity', '-infinity', '24:00', '{NaN,1.5}', '{infinity,2024-02-29}', '{{1,2},{3,NULL}}', "
                    + "'{{0.1,NaN}}', '[0:1]={\"a,b\",\"\\\"c\\\"\"}', '[-3:-2]={0.1,-Infinity}', "
                    + "'{\"2024-01-01 10:00:00.123+02\",infinity}', '{{\"\\\\x00ff\"}}', "
                    + "'{{6f2c1e9a-0b6e-4b0e-9d3c-1c2d3e4f5a6b}}'",
            "1e-20, -99999999.99, '-infinity', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '23:59:59.999999', "
                    + "'{}', NULL, '[5:5]={7}', '{}', '{{a},{NULL}}', '{1e300}', NULL, NULL, NULL",
            "123456789012345678901234567890.5, 0.10, '4713-01-01 BC', '0044-03-15 01:02:03.5 BC', '0044-03-15 01:02:03.5+00 BC', '00:00', "
                    + "NULL, '{\"0044-03-15 BC\"}', NULL, NULL, NULL, NULL, NULL, NULL, NULL",
            "5e1000, NULL, '5874897-12-31', NULL, 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL");

    private static List<String> names() {
        return COLUMNS.stream()
                .map(column -> column.substring(0, column.indexOf(' ')))
                .toList();
    }

    @Test
    void everyValueArrivesAsItWasInBothModes() throws Exception {
        target.execute("CREATE TABLE s (id int PRIMARY KEY, " + String.join(", ", COLUMNS) + ")");
        for (int i = 0; i < ROWS.size(); i++) {
            target.execute("INSERT INTO s VALUES (" + i + ", " + ROWS.get(i) + ")");
        }
        target.execute("INSERT INTO s (id) VALUES (99)");
        for (String mode : List.of("insert", "upsert")) {
            target.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (LIKE s INCLUDING ALL)");
            SinkRuntime records = new SinkRuntime(new TopicPartition(mode, UUID.randomUUID(), 0)).batchSize(100);
            for (Message message : read("s").messages()) {
                records.append(null, message.value());
            }
            records.run(target.open("mode", mode, "key", "id", "from-text", names()));
            assertThat(records.deadLetters()).isEmpty();
            assertThat(target.one("SELECT count(*) FROM t")).isEqualTo("5");
            assertThat(target.query("SELECT * FROM s EXCEPT SELECT * FROM t"))
                    .as(mode)
                    .isEmpty();
            assertThat(target.query("SELECT s::text FROM s EXCEPT SELECT t::text FROM t"))
                    .as("bounds of arrays, zeros and scales in " + mode)
                    .isEmpty();
        }
    }

    private RecordingLog read(String table) throws Exception {
        Map<String, Object> columns = new LinkedHashMap<>();
        names().forEach(name -> columns.put(name, Map.of("type", "string")));
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("url", target.server().url(target.database()));
        options.put("user", target.server().user());
        options.put("password", target.server().password());
        options.put("table", table);
        options.put("columns", columns);
        RecordingLog read = new RecordingLog();
        RecordingContext context = new RecordingContext(folder, Instant.parse("2030-01-01T00:00:00Z"));
        try (SourceHarness harness = new SourceHarness(new JdbcSourceFactory(), options, context, read)) {
            harness.runToEnd();
        }
        assertThat(read.bad()).isEmpty();
        return read;
    }

    @Test
    void whatTheServerWouldChangeIsABadRecord() throws Exception {
        Map<String, List<String>> changed = new LinkedHashMap<>();
        changed.put("numeric(10,2)", List.of("1.239", "12345678901", "1,5"));
        changed.put("numeric(10,2)[]", List.of("{1.20,1.239}"));
        changed.put("date", List.of("2026-01-01 10:00:00", "01/02/2026", "today", "2026-02-30"));
        changed.put("date[]", List.of("{2026-01-01,01/02/2026}", "{\"2026-01-01 10:00\"}"));
        changed.put(
                "timestamp",
                List.of(
                        "2026-01-01 10:00:00+02",
                        "2026-01-01 10:00:00.1234567",
                        "now",
                        "2026-01-01",
                        "2026-01-01 23:59:60",
                        "2026-01-01 24:00:00"));
        changed.put("timestamp(3)", List.of("2026-01-01 10:00:00.1234"));
        changed.put("timestamptz", List.of("2026-01-01 10:00:00", "2026-01-01 10:00:00 Europe/Berlin"));
        changed.put("time", List.of("10:00:00+02", "10:00:00.1234567", "2026-01-01 10:00:00", "23:59:60"));
        changed.put("timetz", List.of("10:00:00", "23:59:60+00"));
        changed.put("real", List.of("0.12345678901", "16777217", "0.1234567890"));
        changed.put("double precision[]", List.of("{0.123456789012345678901}"));
        changed.put("int", List.of("1.5", "x", "3000000000"));
        changed.put("int[]", List.of("{1.5}", "{{1},{2,3}}"));
        changed.put("interval(0)", List.of("1.5 s"));
        Schema schema = Schema.of("t", Field.required("id", Type.INT64), Field.nullable("x", Type.STRING));
        for (Map.Entry<String, List<String>> entry : changed.entrySet()) {
            target.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (id bigint, x " + entry.getKey() + ")");
            SinkRuntime records =
                    new SinkRuntime(new TopicPartition("t-" + entry.getKey(), UUID.randomUUID(), 0)).batchSize(100);
            entry.getValue().forEach(text -> records.append(null, Row.of(schema, 1L, text)));
            records.append(null, Row.of(schema, 2L, null));
            records.run(target.open("from-text", "x"));
            assertThat(target.query("SELECT id, x FROM t"))
                    .as(entry.getKey())
                    .containsExactly(java.util.Arrays.asList("2", null));
            assertThat(records.deadLetters())
                    .as(entry.getKey())
                    .hasSize(entry.getValue().size());
        }
    }

    @Test
    void aColumnOfOneTableIsNamedWithItAndThatOfAnotherIsNot() throws Exception {
        target.execute(
                "CREATE SCHEMA s; CREATE TABLE a (x numeric); CREATE TABLE b (x text); CREATE TABLE s.c (x date)");
        Schema schema = Schema.of("t", Field.nullable("x", Type.STRING));
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("a", "NaN");
        texts.put("b", "01/02/2026");
        texts.put("s.c", "infinity");
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            SinkRuntime records =
                    new SinkRuntime(new TopicPartition(entry.getKey(), UUID.randomUUID(), 0)).batchSize(100);
            records.append(null, Row.of(schema, entry.getValue()));
            records.run(target.open("table", entry.getKey(), "from-text", List.of("a.x", "s.c.x")));
            assertThat(records.deadLetters()).as(entry.getKey()).isEmpty();
            assertThat(target.one("SELECT x FROM " + entry.getKey())).isEqualTo(entry.getValue());
        }
        target.execute("CREATE TABLE s.a (x numeric)");
        log.append(null, Row.of(schema, "NaN"));
        Sink other = target.open("table", "s.a", "from-text", List.of("public.a.x"));
        assertThatThrownBy(() -> log.run(other))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("column 'x'");
    }

    @Test
    void aKeyThatIsReadFromATextIsFoundAndDeleted() throws Exception {
        target.execute("CREATE TABLE t (n numeric PRIMARY KEY, name text)");
        Schema schema = Schema.of("t", Field.required("n", Type.STRING), Field.nullable("name", Type.STRING));
        log.append(Scalar.text("NaN"), Row.of(schema, "NaN", "a"));
        log.append(Scalar.text("NaN"), Row.of(schema, "NaN", "b"));
        log.append(Scalar.text("1.50"), Row.of(schema, "1.50", "c"));
        log.append(Scalar.text("2"), Row.of(schema, "2", "d"));
        log.append(Message.of(Operation.DELETE, Scalar.text("1.5"), null));
        log.run(target.open("mode", "upsert", "key", "n", "delete", "true", "from-text", "n"));
        assertThat(target.query("SELECT n, name FROM t ORDER BY n"))
                .containsExactly(List.of("2", "d"), List.of("NaN", "b"));
    }

    @Test
    void aTextThatNamesNothingIsABadRecordAndAMissingTableIsNot() throws Exception {
        target.execute("CREATE TABLE t (id bigint, r regclass, y regtype, p regprocedure, o regrole)");
        Schema schema = Schema.of(
                "t",
                Field.required("id", Type.INT64),
                Field.nullable("r", Type.STRING),
                Field.nullable("y", Type.STRING),
                Field.nullable("p", Type.STRING),
                Field.nullable("o", Type.STRING));
        log.append(null, Row.of(schema, 1L, "pg_class", "integer", "lower(text)", null));
        log.append(null, Row.of(schema, 2L, "nothing", null, null, null));
        log.append(null, Row.of(schema, 3L, "no.nothing", null, null, null));
        log.append(null, Row.of(schema, 4L, null, "nothing", null, null));
        log.append(null, Row.of(schema, 5L, null, null, "nothing(text)", null));
        log.append(null, Row.of(schema, 6L, null, null, null, "nobody"));
        log.append(null, Row.of(schema, 7L, "a.b.c.d", null, null, null));
        log.append(null, Row.of(schema, 8L, "t", null, null, null));
        log.run(target.open());
        assertThat(target.query("SELECT id FROM t ORDER BY id")).containsExactly(List.of("1"), List.of("8"));
        assertThat(log.deadLetters()).hasSize(6);
    }
}
