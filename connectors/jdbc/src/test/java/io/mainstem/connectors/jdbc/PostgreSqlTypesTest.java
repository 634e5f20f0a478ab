package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What comes out of PostgreSQL is what went in, or the record is named as bad. */
final class PostgreSqlTypesTest {

    private static final Schema INNER =
            Schema.of("inner", Field.nullable("x", Type.INT32), Field.nullable("y", Type.STRING));

    @RegisterExtension
    final TestSink target = new TestSink();

    private final SinkRuntime log = new SinkRuntime(new TopicPartition("t", UUID.randomUUID(), 0));

    @Test
    void everyTypeHasAColumnThatKeepsIt() throws Exception {
        Schema schema = Schema.of(
                "all",
                Field.nullable("b", Type.BOOLEAN),
                Field.nullable("i8", Type.INT8),
                Field.nullable("i16", Type.INT16),
                Field.nullable("i32", Type.INT32),
                Field.nullable("i64", Type.INT64),
                Field.nullable("f32", Type.FLOAT32),
                Field.nullable("f64", Type.FLOAT64),
                Field.nullable("d", Type.DECIMAL),
                Field.nullable("d10_2", Type.decimal(10, 2)),
                Field.nullable("d38_9", Type.decimal(38, 9)),
                Field.nullable("s", Type.STRING),
                Field.nullable("by", Type.BYTES),
                Field.nullable("date", Type.DATE),
                Field.nullable("time", Type.TIME),
                Field.nullable("ts", Type.TIMESTAMP),
                Field.nullable("tz3", Type.timestamptz(3)),
                Field.nullable("u", Type.UUID),
                Field.nullable("j", Type.JSON),
                Field.nullable("ai", Type.array(Type.INT64)),
                Field.nullable("as", Type.array(Type.STRING)),
                Field.nullable("m", Type.map(Type.INT32)),
                Field.nullable("st", Type.struct(INNER)),
                Field.nullable("aa", Type.array(Type.array(Type.INT32))));
        UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        log.append(
                null,
                Row.of(
                        schema,
                        true,
                        (byte) -128,
                        (short) 32767,
                        -2147483648,
                        Long.MAX_VALUE,
                        1.5f,
                        -0.1,
                        new BigDecimal("1E-20"),
                        new BigDecimal("-12345678.90"),
                        new BigDecimal("12345678901234567890.123456789"),
                        "ä€😀",
                        new byte[] {0, 1, -1},
                        LocalDate.of(1999, 12, 31),
                        LocalTime.of(23, 59, 59, 999_999_000),
                        LocalDateTime.of(1969, 7, 20, 20, 17, 40, 1000),
                        Instant.parse("2026-01-02T03:04:05.678Z"),
                        uuid,
                        "{\"b\": 1,  \"a\":2}",
                        List.of(1L, -2L),
                        Arrays.asList("a", null, "{,\"}"),
                        Map.of("k", 1L),
                        Row.of(INNER, 7, "z"),
                        List.of(List.of(1L), List.of())));
        log.append(null, Row.of(schema, new Object[schema.size()]));
        log.run(target.open());
        assertThat(target.query(
                        "SELECT b, i8, i16, i32, i64, f32, f64, d, d10_2, d38_9, s, encode(by, 'hex'), date, time, ts, "
                                + "tz3 AT TIME ZONE 'UTC', u, j, ai, \"as\", m, st, aa FROM t ORDER BY b"))
                .first()
                .isEqualTo(List.of(
                        "t",
                        "-128",
                        "32767",
                        "-2147483648",
                        "9223372036854775807",
                        "1.5",
                        "-0.1",
                        "0.00000000000000000001",
                        "-12345678.90",
                        "12345678901234567890.123456789",
                        "ä€😀",
                        "0001ff",
                        "1999-12-31",
                        "23:59:59.999999",
                        "1969-07-20 20:17:40.000001",
                        "2026-01-02 03:04:05.678",
                        uuid.toString(),
                        "{\"b\": 1,  \"a\":2}",
                        "{1,-2}",
                        "{a,NULL,\"{,\\\"}\"}",
                        "{\"k\": 1}",
                        "{\"x\": 7, \"y\": \"z\"}",
                        "[[1], []]"));
        assertThat(target.one("SELECT count(*) FROM t WHERE num_nonnulls(b, i8, d, s, j, ai, m, st, ts) = 0"))
                .isEqualTo("1");
    }

    @Test
    void decimalsOfAllSizesSurvive() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Field> fields = new ArrayList<>();
        for (int scale = 0; scale <= 18; scale++) {
            fields.add(Field.nullable("s" + scale, Type.decimal(18, scale)));
        }
        fields.add(Field.nullable("big", Type.decimal(60, 25)));
        fields.add(Field.nullable("any", Type.DECIMAL));
        Schema schema = Schema.of("decimals", fields);
        List<List<String>> expected = new ArrayList<>();
        for (int row = 0; row < 500; row++) {
            Object[] values = new Object[schema.size()];
            for (int i = 0; i < values.length; i++) {
                int digits = i <= 18 ? random.nextInt(19) : random.nextInt(60);
                BigInteger unscaled = new BigInteger(200, random).mod(BigInteger.TEN.pow(digits));
                unscaled = random.nextInt(4) == 0
                        ? unscaled.divide(BigInteger.valueOf(10_000)).multiply(BigInteger.valueOf(10_000))
                        : unscaled;
                int scale = i <= 18 ? i : i == 19 ? 25 : random.nextInt(40);
                values[i] = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
            }
            log.append(null, Row.of(schema, values));
            expected.add(Arrays.stream(values)
                    .map(value -> ((BigDecimal) value).toPlainString())
                    .toList());
        }
        log.batchSize(100).run(target.open());
        assertThat(target.query("SELECT * FROM t")).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void existingColumnsOfOtherTypesAreUsedWhenNothingIsLost() throws Exception {
        target.execute(
                "CREATE TABLE t (id integer, name varchar(3), amount numeric(6,1), note jsonb, at timestamp(3))");
        Schema schema = Schema.of(
                "t",
                Field.required("id", Type.INT64),
                Field.nullable("name", Type.STRING),
                Field.nullable("amount", Type.decimal(10, 2)),
                Field.nullable("note", Type.STRING),
                Field.nullable("at", Type.timestamp(9)));
        LocalDateTime at = LocalDateTime.of(2026, 1, 2, 3, 4, 5, 678_000_000);
        log.append(null, Row.of(schema, 1L, "äöü", new BigDecimal("1.50"), "[1]", at));
        log.append(null, Row.of(schema, 3_000_000_000L, "a", null, null, null));
        log.append(null, Row.of(schema, 3L, "long", null, null, null));
        log.append(null, Row.of(schema, 4L, "a", new BigDecimal("1.55"), null, null));
        log.append(null, Row.of(schema, 5L, "a", new BigDecimal("99999.90"), null, at.plusNanos(1)));
        log.append(null, Row.of(schema, 6L, "a\0", null, null, null));
        log.append(null, Row.of(schema, 7L, "ok", null, "{}", null));
        Sink sink = target.open();
        long from = log.batchSize(100).assign(sink);
        assertThatThrownBy(() -> sink.write(log.batch(from))).isInstanceOfSatisfying(BadRecordsException.class, bad -> {
            assertThat(bad.byOrigin().keySet().stream()
                            .map(origin -> origin.offset())
                            .sorted())
                    .containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(bad.byOrigin().values().stream().map(Exception::getMessage))
                    .anyMatch(text -> text.contains("'id'") && text.contains("3000000000"))
                    .anyMatch(text -> text.contains("'name'") && text.contains("'long'"))
                    .anyMatch(text -> text.contains("'amount'") && text.contains("1.55"))
                    .anyMatch(text -> text.contains("U+0000"));
        });
        log.deliver(sink, from);
        assertThat(target.query("SELECT * FROM t ORDER BY id"))
                .isEqualTo(List.of(
                        List.of("1", "äöü", "1.5", "[1]", "2026-01-02 03:04:05.678"),
                        Arrays.asList("7", "ok", null, "{}", null)));
    }

    @Test
    void objectIdsAreNumbersWithoutASign() throws Exception {
        target.execute("CREATE TABLE t (id oid, more oid[])");
        Schema schema =
                Schema.of("t", Field.required("id", Type.INT64), Field.nullable("more", Type.array(Type.INT64)));
        log.append(null, Row.of(schema, 4_294_967_295L, List.of(0L, 4_294_967_295L)));
        log.append(null, Row.of(schema, 4_294_967_296L, null));
        log.append(null, Row.of(schema, -1L, null));
        log.run(target.open());
        assertThat(target.query("SELECT id, more FROM t")).isEqualTo(List.of(List.of("4294967295", "{0,4294967295}")));
        assertThat(log.deadLetters()).hasSize(2);
    }

    @Test
    void everythingThatDoesNotFitIsSaidAtOnce() throws Exception {
        target.execute("CREATE TABLE t (id bigint, custmer text, price float8, needed text NOT NULL)");
        Schema schema = Schema.of(
                "t",
                Field.required("id", Type.INT64),
                Field.nullable("customer", Type.STRING),
                Field.nullable("price", Type.decimal(10, 2)));
        log.append(null, Row.of(schema, 1L, "a", BigDecimal.ONE));
        Sink sink = target.open();
        assertThatThrownBy(() -> log.run(sink))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("'customer' has no column 'customer' (did you mean 'custmer'?)")
                .hasMessageContaining("column 'price'")
                .hasMessageContaining("column 'needed' may not be null");
    }

    @Test
    void namesMayHaveAnyCharactersButNotTooMany() throws Exception {
        String odd = "Weird \"na<me>\" :x ? ; DROP TABLE t; --";
        Schema schema = Schema.of("t", Field.required(odd, Type.INT64), Field.nullable("select", Type.STRING));
        log.append(null, Row.of(schema, 1L, "a"));
        log.append(null, Row.of(schema, 1L, "b"));
        log.run(target.open("mode", "upsert", "key", List.of(odd), "table", "\"a.b <t>\""));
        assertThat(target.query("SELECT * FROM \"a.b <t>\"")).containsExactly(List.of("1", "b"));
        SinkRuntime other = new SinkRuntime(new TopicPartition("u", UUID.randomUUID(), 0));
        other.append(null, Row.of(Schema.of("u", Field.nullable("ä".repeat(32), Type.STRING)), "x"));
        Sink sink = target.open("table", "u");
        assertThatThrownBy(() -> other.run(sink))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("64 bytes");
    }
}
