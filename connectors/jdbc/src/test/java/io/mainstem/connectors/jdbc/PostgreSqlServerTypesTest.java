package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Types of PostgreSQL that the server itself reads from texts, and columns that it fills itself. */
final class PostgreSqlServerTypesTest {

    @RegisterExtension
    final TestSink target = new TestSink();

    private final SinkRuntime log = new SinkRuntime(new TopicPartition("t", UUID.randomUUID(), 0)).batchSize(100);

    private static final Schema SCHEMA = Schema.of(
            "t",
            Field.required("id", Type.INT64),
            Field.nullable("span", Type.STRING),
            Field.nullable("address", Type.STRING),
            Field.nullable("bits", Type.STRING),
            Field.nullable("pay", Type.decimal(10, 2)),
            Field.nullable("mood", Type.STRING),
            Field.nullable("code", Type.STRING),
            Field.nullable("moods", Type.array(Type.STRING)),
            Field.nullable("range", Type.STRING));

    private static final String TABLE =
            "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN code AS varchar(3) CHECK "
                    + "(VALUE <> 'bad'); CREATE SCHEMA other; CREATE TYPE other.pair AS (a int, b text); CREATE TABLE t (id bigint PRIMARY KEY, "
                    + "span interval, address inet, bits bit(3), pay money, mood mood, code code, moods mood[], range int4range)";

    @Test
    void textsBecomeWhatTheServerMakesOfThemInBothModes() throws Exception {
        for (String mode : List.of("insert", "upsert")) {
            target.execute(
                    "DROP SCHEMA IF EXISTS other CASCADE; DROP TABLE IF EXISTS t; DROP TYPE IF EXISTS mood; DROP DOMAIN IF EXISTS code; "
                            + TABLE);
            SinkRuntime records = new SinkRuntime(new TopicPartition(mode, UUID.randomUUID(), 0)).batchSize(100);
            records.append(
                    null,
                    Row.of(
                            SCHEMA,
                            1L,
                            "P1Y2M3DT4.000005S",
                            "10.1.2.3/8",
                            "101",
                            new BigDecimal("12.50"),
                            "ok",
                            "abc",
                            List.of("sad", "ok"),
                            "[1,5)"));
            records.append(null, Row.of(SCHEMA, 2L, null, null, null, null, null, null, null, null));
            records.append(null, Row.of(SCHEMA, 3L, "1.0000001 s", null, null, null, null, null, null, null));
            records.append(null, Row.of(SCHEMA, 4L, null, "300.1.1.1", null, null, null, null, null, null));
            records.append(null, Row.of(SCHEMA, 5L, null, null, "1011", null, null, null, null, null));
            records.append(null, Row.of(SCHEMA, 6L, null, null, null, null, "happy", null, null, null));
            records.append(null, Row.of(SCHEMA, 7L, null, null, null, null, null, "bad", null, null));
            records.append(null, Row.of(SCHEMA, 8L, null, null, null, null, null, "long", null, null));
            records.append(null, Row.of(SCHEMA, 9L, null, "::1", null, null, null, null, null, null));
            Sink sink = target.open("mode", mode, "key", "id");
            records.run(sink);
            sink.close();
            assertThat(records.deadLetters().stream().map(origin -> origin.offset()))
                    .as(mode)
                    .containsExactlyInAnyOrder(2L, 3L, 4L, 5L, 6L, 7L);
            assertThat(
                            target.query(
                                    "SELECT id, span, address, bits, pay::numeric, mood, code, moods, range FROM t ORDER BY id"))
                    .as(mode)
                    .containsExactly(
                            List.of(
                                    "1",
                                    "1 year 2 mons 3 days 00:00:04.000005",
                                    "10.1.2.3/8",
                                    "101",
                                    "12.50",
                                    "ok",
                                    "abc",
                                    "{sad,ok}",
                                    "[1,5)"),
                            Arrays.asList("2", null, null, null, null, null, null, null, null),
                            Arrays.asList("9", null, "::1", null, null, null, null, null, null));
        }
    }

    @Test
    void aCharacterOfTheServersOwnIsOneByteWrittenAsTheServerWritesIt() throws Exception {
        Schema schema = Schema.of("t", Field.required("id", Type.INT64), Field.nullable("c", Type.STRING));
        for (String mode : List.of("insert", "upsert")) {
            target.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (id bigint PRIMARY KEY, c \"char\")");
            SinkRuntime records = new SinkRuntime(new TopicPartition(mode, UUID.randomUUID(), 0)).batchSize(100);
            List<String> texts = List.of("a", "", "\\", "\\200", "\\303", "\\377", "ä", "ab", "\\103", "\\400", "\\3");
            for (int i = 0; i < texts.size(); i++) {
                records.append(null, Row.of(schema, (long) i, texts.get(i)));
            }
            records.run(target.open("mode", mode, "key", "id"));
            assertThat(target.query("SELECT c, c::int FROM t ORDER BY id"))
                    .as(mode)
                    .containsExactly(
                            List.of("a", "97"),
                            List.of("", "0"),
                            List.of("\\", "92"),
                            List.of("\\200", "-128"),
                            List.of("\\303", "-61"),
                            List.of("\\377", "-1"));
            assertThat(records.deadLetters()).as(mode).hasSize(5);
        }
    }

    @Test
    void aKeyOfSuchATypeIsFoundWhateverItsTextLooksLike() throws Exception {
        target.execute("CREATE TABLE t (address inet PRIMARY KEY, name text)");
        Schema schema = Schema.of("t", Field.required("address", Type.STRING), Field.nullable("name", Type.STRING));
        log.append(Scalar.text("::1"), Row.of(schema, "::1", "a"));
        log.append(Scalar.text("0::1"), Row.of(schema, "0:0::1", "b"));
        log.append(Scalar.text("10.0.0.1"), Row.of(schema, "10.0.0.1", "c"));
        log.append(Message.of(Operation.DELETE, Scalar.text("10.0.0.1/32"), null));
        log.run(target.open("mode", "upsert", "key", "address", "delete", "true"));
        assertThat(target.query("SELECT address, name FROM t")).containsExactly(List.of("::1", "b"));
    }

    @Test
    void generatedColumnsAreNeverWrittenAndIdentitiesTakeTheirValues() throws Exception {
        target.execute("CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, twice int GENERATED "
                + "ALWAYS AS (a * 2) STORED)");
        Schema schema = Schema.of(
                "t",
                Field.required("id", Type.INT64),
                Field.nullable("a", Type.INT32),
                Field.nullable("twice", Type.INT32));
        log.append(null, Row.of(schema, 7L, 1, 99));
        log.run(target.open("mode", "upsert", "key", "id"));
        log.append(null, Row.of(schema, 8L, 2, 99));
        log.run(target.open());
        assertThat(target.query("SELECT id, a, twice FROM t ORDER BY id"))
                .containsExactly(List.of("7", "1", "2"), List.of("8", "2", "4"));
    }

    @Test
    void aColumnTypeOfTheConfigurationStandsBeforeTheSinksChoice() throws Exception {
        Schema schema = Schema.of("t", Field.required("id", Type.INT64), Field.nullable("address", Type.STRING));
        log.append(null, Row.of(schema, 1L, "::1"));
        log.run(target.open("column-types", Map.of("address", "inet", "id", "numeric(20)")));
        assertThat(target.query("SELECT pg_typeof(id), pg_typeof(address), address FROM t"))
                .containsExactly(List.of("numeric", "inet", "::1"));
    }
}
