package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Origin;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import io.mainstem.testkit.SinkTestContext;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the sink does with every database in the same way. Here: values; the rest by what it is about. */
abstract class DialectContract
        implements TableModesContract, NamesContract, UnfitRowsContract, ParentsContract, SinkPlansContract {

    @TempDir
    Path folder;

    private final List<Sink> sinks = new ArrayList<>();
    private final SinkRuntime log = new SinkRuntime(new TopicPartition("orders", UUID.randomUUID(), 0));

    /** The options that connect. */
    abstract Map<String, Object> connection() throws Exception;

    /** Connects; names in double quotes are names. */
    abstract Connection connect() throws SQLException;

    /** The edges that this database cannot hold, and refuses. */
    abstract Set<String> refusedEdges();

    /** A value of this type, as the driver gives it. */
    Object read(ResultSet found, Type type) throws SQLException {
        return switch (type.kind()) {
            case BOOLEAN -> found.getBoolean(1);
            case INT8, INT16, INT32, INT64 -> found.getLong(1);
            case FLOAT32 -> found.getFloat(1);
            case FLOAT64 -> found.getDouble(1);
            case DECIMAL -> new BigDecimal(found.getString(1));
            case BYTES -> found.getBytes(1);
            case DATE -> found.getObject(1, LocalDate.class);
            case TIME -> found.getObject(1, LocalTime.class);
            case TIMESTAMP -> found.getObject(1, LocalDateTime.class);
            case TIMESTAMPTZ -> found.getObject(1, OffsetDateTime.class).toInstant();
            case UUID -> UUID.fromString(found.getString(1));
            default -> found.getString(1);
        };
    }

    @Override
    public SinkRuntime log() {
        return log;
    }

    @AfterEach
    void closeSinks() throws Exception {
        for (Sink sink : sinks) {
            sink.close();
        }
    }

    @Override
    public Sink open(Object... namesAndValues) throws Exception {
        Map<String, Object> options = new HashMap<>(connection());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            options.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        JdbcSinkFactory factory = new JdbcSinkFactory();
        Sink sink = factory.create(Config.parse(factory.config(), options), SinkTestContext.in(folder));
        sinks.add(sink);
        return sink;
    }

    @Override
    public List<List<String>> query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.add(found.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    @Override
    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Map<Type, List<Object>> edges() {
        Map<Type, List<Object>> edges = new LinkedHashMap<>();
        edges.put(Type.BOOLEAN, List.of(true, false));
        edges.put(Type.INT8, List.of((byte) -128, (byte) 127));
        edges.put(Type.INT16, List.of(Short.MIN_VALUE, Short.MAX_VALUE));
        edges.put(Type.INT32, List.of(Integer.MIN_VALUE, Integer.MAX_VALUE));
        edges.put(Type.INT64, List.of(Long.MIN_VALUE, 0L, Long.MAX_VALUE));
        edges.put(Type.FLOAT32, List.of(Float.MIN_VALUE, Float.MAX_VALUE, -0.1f, Float.NaN));
        edges.put(Type.FLOAT64, List.of(Double.MIN_VALUE, Double.MAX_VALUE, 0.1, Double.NaN, Double.NEGATIVE_INFINITY));
        edges.put(Type.decimal(18, 6), decimals("999999999999.999999", "-0.000001", "0.000000"));
        edges.put(Type.decimal(38, 10), decimals("1234567890123456789012345678.0123456789"));
        edges.put(Type.decimal(60, 25), decimals("-12345678901234567890123456789012345.1234567890123456789012345"));
        edges.put(Type.DECIMAL, decimals("0.1", "1E+20", "-1E-25", "9".repeat(80), "1E-200"));
        edges.put(
                Type.STRING,
                List.of(
                        "",
                        " ",
                        "trailing  ",
                        "ä€😀",
                        "'; DROP TABLE x; --\\",
                        "a\nb\t\"",
                        "x".repeat(70_000),
                        "a\0b"));
        edges.put(Type.BYTES, List.of(new byte[] {}, new byte[] {0, 1, -1}, new byte[70_000]));
        edges.put(
                Type.DATE,
                List.of(
                        LocalDate.of(1970, 1, 1),
                        LocalDate.of(1582, 10, 10),
                        LocalDate.of(1, 1, 1),
                        LocalDate.of(9999, 12, 31),
                        LocalDate.of(-43, 3, 15)));
        edges.put(Type.TIME, List.of(LocalTime.MIDNIGHT, LocalTime.of(23, 59, 59, 999_999_000)));
        edges.put(
                Type.TIMESTAMP,
                List.of(
                        LocalDateTime.of(2026, 3, 29, 2, 30),
                        LocalDateTime.of(1969, 7, 20, 20, 17, 40, 1000),
                        LocalDateTime.of(1, 1, 1, 0, 0),
                        LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000),
                        LocalDateTime.of(-43, 3, 15, 12, 0)));
        edges.put(Type.timestamp(9), List.of(LocalDateTime.of(2026, 1, 2, 3, 4, 5, 123_456_789)));
        edges.put(
                Type.TIMESTAMPTZ,
                List.of(
                        Instant.parse("2026-10-25T00:30:00.000001Z"),
                        Instant.parse("2026-10-25T01:30:00Z"),
                        Instant.parse("1969-12-31T23:59:59Z"),
                        Instant.parse("2038-01-19T03:14:08Z"),
                        Instant.parse("-0043-03-15T12:00:00Z")));
        edges.put(Type.UUID, List.of(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"), new UUID(-1, -1)));
        edges.put(Type.JSON, List.of("{\"b\": 1,  \"a\":[12345678901234567890.0123456789]}", "\"text\"", "null", "{}"));
        return edges;
    }

    private static List<Object> decimals(String... texts) {
        return Arrays.stream(texts).map(text -> (Object) new BigDecimal(text)).toList();
    }

    @Test
    void eachValueArrivesAsItWasOrIsRefused() throws Exception {
        Set<String> refused = new TreeSet<>();
        int number = 0;
        for (Map.Entry<Type, List<Object>> edge : edges().entrySet()) {
            Type type = edge.getKey();
            Schema schema = Schema.of("t", Field.required("id", Type.INT64), Field.nullable("v", type));
            SinkRuntime records = new SinkRuntime(new TopicPartition("edges" + number++, UUID.randomUUID(), 0));
            for (Object value : edge.getValue()) {
                records.append(null, Row.of(schema, records.end(), value));
            }
            records.append(null, Row.of(schema, records.end(), null));
            run(records.batchSize(100));
            String table = records.partition().topic();
            for (int id = 0; id < edge.getValue().size(); id++) {
                Object value = edge.getValue().get(id);
                if (records.deadLetters().contains(new Origin(records.partition(), id, 0))) {
                    refused.add(type + " " + shown(value));
                } else {
                    assertSame(type, value, table, id);
                }
            }
            assertThat(query("SELECT count(*) FROM \"" + table + "\" WHERE \"v\" IS NULL"))
                    .containsExactly(List.of("1"));
        }
        assertThat(refused).isEqualTo(new TreeSet<>(refusedEdges()));
    }

    private static String shown(Object value) {
        String text = value instanceof BigDecimal number ? number.toString() : value.toString();
        return text.length() > 40 ? text.substring(0, 10) + "... (" + text.length() + ")" : text.replace("\0", "\\0");
    }

    private void assertSame(Type type, Object expected, String table, int id) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT \"v\" FROM \"" + table + "\" WHERE \"id\" = " + id)) {
            assertThat(found.next()).as(type + " " + shown(expected)).isTrue();
            Object actual = read(found, type);
            if (expected instanceof BigDecimal number) {
                assertThat((BigDecimal) actual).as(type.toString()).isEqualByComparingTo(number);
            } else if (expected instanceof Byte || expected instanceof Short || expected instanceof Integer) {
                assertThat(actual).as(type.toString()).isEqualTo(((Number) expected).longValue());
            } else {
                assertThat(actual).as(type.toString()).isEqualTo(expected);
            }
        }
    }
}
