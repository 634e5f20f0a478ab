package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Config;
import io.mainstem.api.Field;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Origin;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
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
import java.time.Duration;
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

/** What the sink does with every database in the same way. */
abstract class DialectContract {

    private static final Schema ORDERS = Schema.of(
            "orders",
            Field.required("id", Type.INT64),
            Field.nullable("name", Type.STRING),
            Field.nullable("amount", Type.decimal(10, 2)));
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

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

    /** Whether it can give a column a wider type. */
    boolean widens() {
        return true;
    }

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

    @AfterEach
    void closeSinks() throws Exception {
        for (Sink sink : sinks) {
            sink.close();
        }
    }

    Sink open(Object... namesAndValues) throws Exception {
        Map<String, Object> options = new HashMap<>(connection());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            options.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        JdbcSinkFactory factory = new JdbcSinkFactory();
        Sink sink = factory.create(Config.parse(factory.config(), options), SinkTestContext.in(folder));
        sinks.add(sink);
        return sink;
    }

    void run(SinkRuntime records, Object... namesAndValues) throws Exception {
        Sink sink = open(namesAndValues);
        records.run(sink);
        sink.close();
    }

    List<List<String>> query(String sql) throws SQLException {
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

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Row order(long id, String name, String amount) {
        return Row.of(ORDERS, id, name, amount == null ? null : new BigDecimal(amount));
    }

    private void put(long id, String name) {
        log.append(Message.of(Operation.CREATE, Scalar.int64(id), order(id, name, "1.00"))
                .withTimestamp(START.plusSeconds(log.end())));
    }

    private void remove(long id) {
        log.append(Message.of(Operation.DELETE, Scalar.int64(id), null).withTimestamp(START.plusSeconds(log.end())));
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

    @Test
    void upsertReplacesAndTheLastOfABatchWins() throws Exception {
        put(1, "a");
        put(2, "b");
        put(1, "c");
        run(log.batchSize(10), "mode", "upsert", "key", "id");
        put(2, "d");
        put(3, "e");
        run(log, "mode", "upsert", "key", "id");
        assertThat(query("SELECT \"id\", \"name\" FROM \"orders\" ORDER BY \"id\""))
                .containsExactly(List.of("1", "c"), List.of("2", "d"), List.of("3", "e"));
    }

    @Test
    void updateChangesWhatIsThereAndAddsNothing() throws Exception {
        put(1, "a");
        run(log, "mode", "upsert", "key", "id");
        SinkRuntime updates = new SinkRuntime(new TopicPartition("orders", UUID.randomUUID(), 0));
        updates.append(null, order(1, "b", "2.00"));
        updates.append(null, order(1, "c", "3.00"));
        updates.append(null, order(2, "nobody", "1.00"));
        run(updates.batchSize(10), "mode", "update", "key", "id", "replaced", "accept");
        assertThat(query("SELECT \"id\", \"name\" FROM \"orders\"")).containsExactly(List.of("1", "c"));
    }

    @Test
    void aDeletedRowStaysWithTheTimeOfItsDeletion() throws Exception {
        put(1, "a");
        put(2, "b");
        remove(1);
        put(3, "c");
        remove(3);
        remove(4);
        put(2, "d");
        run(log.batchSize(100), "mode", "upsert", "key", "id", "table-mode", "soft-delete");
        assertThat(query("SELECT \"id\", \"name\", CASE WHEN \"deleted_at\" IS NULL THEN 'live' ELSE 'deleted' END "
                        + "FROM \"orders\" ORDER BY \"id\""))
                .containsExactly(List.of("1", "a", "deleted"), List.of("2", "d", "live"), List.of("3", "c", "deleted"));
        put(1, "again");
        remove(2);
        run(log, "mode", "upsert", "key", "id", "table-mode", "soft-delete");
        assertThat(query("SELECT \"id\", \"name\", CASE WHEN \"deleted_at\" IS NULL THEN 'live' ELSE 'deleted' END "
                        + "FROM \"orders\" ORDER BY \"id\""))
                .containsExactly(
                        List.of("1", "again", "live"), List.of("2", "d", "deleted"), List.of("3", "c", "deleted"));
    }

    private static final String HISTORY =
            "SELECT h.\"id\", h.\"name\", h.\"version\", CASE WHEN h.\"valid_to\" IS NULL THEN "
                    + "'open' WHEN EXISTS (SELECT 1 FROM \"orders\" n WHERE n.\"id\" = h.\"id\" AND n.\"valid_from\" = h.\"valid_to\") "
                    + "THEN 'followed' ELSE 'ended' END FROM \"orders\" h ORDER BY h.\"id\", h.\"version\"";

    @Test
    void aHistoryKeepsEachVersionOnceWithOneThatIsOpen() throws Exception {
        put(1, "a");
        put(2, "b");
        put(1, "c");
        remove(2);
        put(1, "d");
        Object[] options = {"mode", "upsert", "key", "id", "table-mode", "history"};
        run(log.batchSize(2), options);
        List<List<String>> first = List.of(
                List.of("1", "a", "0", "followed"),
                List.of("1", "c", "2", "followed"),
                List.of("1", "d", "4", "open"),
                List.of("2", "b", "1", "ended"));
        assertThat(query(HISTORY)).isEqualTo(first);
        Sink again = open(options);
        log.assign(again);
        again.reset(Map.of(log.partition(), new SinkOffset(0, 0)));
        put(2, "e");
        remove(1);
        log.batchSize(100).deliver(again, 0);
        assertThat(query(HISTORY))
                .isEqualTo(List.of(
                        List.of("1", "a", "0", "followed"),
                        List.of("1", "c", "2", "followed"),
                        List.of("1", "d", "4", "ended"),
                        List.of("2", "b", "1", "ended"),
                        List.of("2", "e", "5", "open")));
    }

    @Test
    void messagesNameTheirTablesWithinABound() throws Exception {
        for (String region : List.of("north", "south", "north")) {
            log.append(null, order(log.end(), region, "1.00"));
        }
        log.append(null, order(9, null, "1.00"));
        run(log.batchSize(2), "table", "{topic}_{value.name}", "tables-max", "2");
        assertThat(query("SELECT \"id\" FROM \"orders_north\" ORDER BY \"id\""))
                .containsExactly(List.of("0"), List.of("2"));
        assertThat(query("SELECT count(*) FROM \"orders_south\"")).containsExactly(List.of("1"));
        assertThat(log.deadLetters()).hasSize(1);
        log.append(null, order(10, "east", "1.00"));
        log.append(null, order(11, "west", "1.00"));
        Sink sink = open("table", "{topic}_{value.name}", "tables-max", "1");
        assertThatThrownBy(() -> log.run(sink))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.too-many-tables"));
    }

    @Test
    void namesFollowThePolicyAndMayNotMeet() throws Exception {
        Schema schema = Schema.of(
                "t",
                Field.required("orderId", Type.INT64),
                Field.nullable("HTTPStatus", Type.INT32),
                Field.nullable("a-b", Type.STRING));
        SinkRuntime records = new SinkRuntime(new TopicPartition("ShopOrders", UUID.randomUUID(), 0));
        records.append(null, Row.of(schema, 1L, 200, "x"));
        run(records, "names", "snake-case", "mode", "upsert", "key", "order_id");
        assertThat(query("SELECT \"order_id\", \"http_status\", \"a_b\" FROM \"shop_orders\""))
                .containsExactly(List.of("1", "200", "x"));
        Schema meeting = Schema.of("t", Field.required("aB", Type.INT64), Field.nullable("a_b", Type.STRING));
        SinkRuntime other = new SinkRuntime(new TopicPartition("meeting", UUID.randomUUID(), 0));
        other.append(null, Row.of(meeting, 1L, "x"));
        Sink sink = open("names", "snake-case");
        assertThatThrownBy(() -> other.run(sink))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("would both be column 'a_b'");
    }

    @Test
    void aColumnThatIsTooNarrowIsWidenedWhenTheSinkMay() throws Exception {
        execute("CREATE TABLE \"orders\" (\"id\" smallint NOT NULL, \"name\" varchar(3), \"amount\" decimal(4,1))");
        log.append(null, order(1, "abc", "1.0"));
        log.append(null, order(2, "abcdef", "123456.78"));
        log.append(null, order(3_000_000_000L, "a", null));
        if (!widens()) {
            return;
        }
        run(log.batchSize(10), "evolve", "widen");
        assertThat(log.deadLetters()).isEmpty();
        assertThat(query("SELECT \"id\", \"name\" FROM \"orders\" ORDER BY \"id\""))
                .containsExactly(List.of("1", "abc"), List.of("2", "abcdef"), List.of("3000000000", "a"));
    }

    @Test
    void whatDoesNotFitGoesIntoTheSideColumnWhenTheSinkMay() throws Exception {
        execute("CREATE TABLE \"orders\" (\"id\" bigint NOT NULL, \"amount\" decimal(4,1))");
        log.append(null, order(1, "a \"name\"", "1.5"));
        log.append(null, order(2, null, "1234567.89"));
        run(log.batchSize(10), "evolve", "side-column");
        assertThat(log.deadLetters()).isEmpty();
        List<List<String>> rows = query("SELECT \"id\", \"_unfitted\" FROM \"orders\" ORDER BY \"id\"");
        assertThat(rows.get(0)).containsExactly("1", "{\"name\":\"a \\\"name\\\"\"}");
        if (widens()) {
            assertThat(rows.get(1).get(1)).startsWith("{\"amount\":1234567.89");
        }
    }

    /** The table orders, which takes no row with the name "bad". */
    void makeTableWithoutBadNames() throws SQLException {
        execute(
                "CREATE TABLE \"orders\" (\"id\" bigint NOT NULL PRIMARY KEY, \"name\" varchar(20) CHECK (\"name\" <> 'bad'), "
                        + "\"amount\" decimal(10,2))");
    }

    @Test
    void badRowsOfABatchAreNamedAndTheOthersLand() throws Exception {
        makeTableWithoutBadNames();
        Set<Long> bad = new TreeSet<>();
        for (long id = 0; id < 300; id++) {
            boolean isBad = id % 60 == 7;
            log.append(null, order(id, isBad ? "bad" : "good", "1.00"));
            if (isBad) {
                bad.add(id);
            }
        }
        run(log.batchSize(150));
        assertThat(log.deadLetters().stream().map(origin -> origin.offset())).containsExactlyInAnyOrderElementsOf(bad);
        assertThat(query("SELECT count(*), count(DISTINCT \"id\") FROM \"orders\""))
                .containsExactly(List.of("295", "295"));
    }

    @Test
    void aChildWaitsForItsParentOfAnotherTopic() throws Exception {
        execute(
                "CREATE TABLE \"parents\" (\"id\" bigint NOT NULL PRIMARY KEY)",
                "CREATE TABLE \"children\" (\"id\" bigint NOT NULL PRIMARY KEY, \"parent\" bigint NOT NULL, FOREIGN KEY "
                        + "(\"parent\") REFERENCES \"parents\" (\"id\"))");
        Schema parent = Schema.of("p", Field.required("id", Type.INT64));
        Schema child = Schema.of("c", Field.required("id", Type.INT64), Field.required("parent", Type.INT64));
        SinkRuntime parents = new SinkRuntime(new TopicPartition("parents", UUID.randomUUID(), 0));
        SinkRuntime children = new SinkRuntime(new TopicPartition("children", UUID.randomUUID(), 0));
        children.append(null, Row.of(child, 1L, 7L));
        children.append(null, Row.of(child, 2L, 8L));
        parents.append(null, Row.of(parent, 7L));
        Sink sink = open("foreign-key-wait", "300ms");
        sink.assign(Set.of(children.partition(), parents.partition()), children.context());
        sink.write(children.batch(0));
        sink.flush();
        assertThat(children.rewound()).containsExactly(children.partition());
        assertThatThrownBy(() -> {
                    for (int tries = 0; tries < 1_000; tries++) {
                        sink.write(parents.batch(0));
                        sink.write(children.batch(0));
                        sink.flush();
                    }
                })
                .isInstanceOfSatisfying(
                        BadRecordsException.class,
                        bad -> assertThat(bad.byOrigin().keySet())
                                .containsExactly(new Origin(children.partition(), 1, 0)));
        children.deadLetters().add(new Origin(children.partition(), 1, 0));
        sink.write(parents.batch(0));
        sink.write(children.batch(0));
        sink.flush();
        assertThat(query("SELECT \"id\", \"parent\" FROM \"children\"")).containsExactly(List.of("1", "7"));
    }

    @Test
    void whatBringsANewTableWhileOthersWaitIsAskedForAgain() throws Exception {
        execute(
                "CREATE TABLE \"parents\" (\"id\" bigint NOT NULL PRIMARY KEY)",
                "CREATE TABLE \"children\" (\"id\" bigint NOT NULL PRIMARY KEY, \"parent\" bigint NOT NULL, FOREIGN KEY "
                        + "(\"parent\") REFERENCES \"parents\" (\"id\"))");
        Schema child = Schema.of("c", Field.required("id", Type.INT64), Field.required("parent", Type.INT64));
        Schema other = Schema.of("o", Field.required("id", Type.INT64));
        SinkRuntime children = new SinkRuntime(new TopicPartition("children", UUID.randomUUID(), 0));
        SinkRuntime others = new SinkRuntime(new TopicPartition("others", UUID.randomUUID(), 0));
        children.append(null, Row.of(child, 1L, 7L));
        others.append(null, Row.of(other, 1L));
        others.append(null, Row.of(other, 2L));
        Sink sink = open("foreign-key-wait", "1m");
        sink.assign(Set.of(children.partition(), others.partition()), children.context());
        sink.write(children.batch(0));
        sink.write(others.batch(0));
        assertThat(children.rewound()).containsExactlyInAnyOrder(children.partition(), others.partition());
        sink.write(others.batch(0));
        sink.flush();
        assertThat(query("SELECT count(*) FROM \"others\"")).containsExactly(List.of("2"));
    }

    @Test
    void manyRowsWithoutTheirParentsAreFoundAtOnce() throws Exception {
        execute(
                "CREATE TABLE \"parents\" (\"id\" bigint NOT NULL, \"part\" bigint NOT NULL, PRIMARY KEY (\"id\", \"part\"))",
                "CREATE TABLE \"children\" (\"id\" bigint NOT NULL PRIMARY KEY, \"parent\" bigint, \"part\" bigint NOT NULL, "
                        + "\"before\" bigint, FOREIGN KEY (\"parent\", \"part\") REFERENCES \"parents\" (\"id\", \"part\"), FOREIGN "
                        + "KEY (\"before\") REFERENCES \"children\" (\"id\"))",
                "INSERT INTO \"parents\" VALUES (7, 1)");
        Schema child = Schema.of(
                "c",
                Field.required("id", Type.INT64),
                Field.nullable("parent", Type.INT64),
                Field.required("part", Type.INT64),
                Field.nullable("before", Type.INT64));
        SinkRuntime children = new SinkRuntime(new TopicPartition("children", UUID.randomUUID(), 0)).batchSize(6_000);
        for (long id = 0; id < 6_000; id++) {
            long parent = id % 3 == 2 ? id + 100 : 7;
            long part = id % 3 == 1 ? 2 : 1;
            children.append(
                    null,
                    Row.of(child, id, id % 300 == 0 ? null : parent, part, id % 3 == 0 && id > 0 ? id - 3 : null));
        }
        long begin = System.nanoTime();
        run(children, "foreign-key-wait", "200ms");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        assertThat(children.deadLetters())
                .hasSize(4_000)
                .allSatisfy(row -> assertThat(row.offset() % 3).isPositive());
        assertThat(query("SELECT count(*) FROM \"children\"")).containsExactly(List.of("2000"));
    }

    private Plan plan(Schema schema, Object... namesAndValues) throws Exception {
        return ((Plannable) open(namesAndValues)).plan(StreamSchema.of("orders", schema, List.of("id")));
    }

    /** Sends what a plan shows, but for the making of the database itself. */
    private void send(Plan plan) throws SQLException {
        for (Plan.Request change : plan.changes()) {
            if (!change.purpose().equals("make the database")) {
                execute(change.text());
            }
        }
    }

    private static List<String> purposes(Plan plan) {
        return plan.requests().stream().map(Plan.Request::purpose).toList();
    }

    private static final List<Object[]> MODES = List.of(
            new Object[] {"table", "a", "mode", "insert", "evolve", List.of("side-column")},
            new Object[] {"table", "b", "mode", "update", "delete", "true"},
            new Object[] {"table", "c", "mode", "upsert", "delete", "true"},
            new Object[] {"table", "d", "mode", "upsert", "table-mode", "soft-delete"},
            new Object[] {"table", "e", "mode", "upsert", "table-mode", "history"});

    @Test
    void whatAPlanShowsIsWhatMakesTheTablesOfEachMode() throws Exception {
        for (Object[] mode : MODES) {
            Plan first = plan(ORDERS, mode);
            assertThat(first.change()).as("%s", first).isEqualTo(Plan.Change.CREATE);
            assertThat(first.changes()).extracting(Plan.Request::purpose).contains("make the table");
            assertThat(first.columns())
                    .isNotEmpty()
                    .allSatisfy(column -> assertThat(column.change()).isEqualTo(Plan.Change.CREATE));
            send(first);

            Plan second = plan(ORDERS, mode);
            assertThat(second.change()).as("%s", second).isEqualTo(Plan.Change.NONE);
            assertThat(second.changes()).isEmpty();
            assertThat(second.warnings()).isEmpty();
            assertThat(statements(second)).isEqualTo(statements(first));
            assertThat(second.columns()).extracting(Plan.Column::name).isEqualTo(names(first));
            SinkRuntime records = new SinkRuntime(new TopicPartition("orders", UUID.randomUUID(), 0));
            records.append(Message.of(Operation.CREATE, Scalar.int64(1), order(1, "one", "1.00"))
                    .withTimestamp(START));
            run(records, mode);
            execute("DELETE FROM \"mainstem_offsets\"");
        }
        for (String table : List.of("a", "c", "d", "e")) {
            assertThat(query("SELECT \"name\" FROM \"" + table + "\"")).containsExactly(List.of("one"));
        }
        assertThat(query("SELECT \"name\" FROM \"b\"")).isEmpty();
    }

    /** A table that is there is known with its schema. */
    private static List<String> statements(Plan plan) {
        return plan.requests().stream()
                .map(request -> request.text().replace("\"public\".", ""))
                .toList();
    }

    private static List<String> names(Plan plan) {
        return plan.columns().stream().map(Plan.Column::name).toList();
    }

    @Test
    void aPlanShowsTheStatementsOfDeletions() throws Exception {
        assertThat(purposes(plan(ORDERS, MODES.get(0)))).doesNotContain("delete rows");
        assertThat(purposes(plan(ORDERS, MODES.get(2)))).contains("write rows", "delete rows");
        assertThat(purposes(plan(ORDERS, MODES.get(3)))).contains("write rows", "mark rows as deleted");
        assertThat(purposes(plan(ORDERS, MODES.get(4)))).contains("write rows", "end the version before");
    }

    @Test
    void aPlanShowsWhatAddsAndWidensColumnsAndDoesNotDoIt() throws Exception {
        execute("CREATE TABLE \"orders\" (\"id\" bigint NOT NULL, \"name\" varchar(3))");
        Object[] options = {"evolve", List.of("add", "widen")};
        Plan plan = plan(ORDERS, options);
        assertThat(plan.change()).isEqualTo(Plan.Change.ALTER);
        assertThat(plan.changes()).extracting(Plan.Request::purpose).contains("add the column");
        assertThat(plan.columns())
                .filteredOn(column -> column.change() == Plan.Change.CREATE)
                .hasSize(1);
        assertThat(purposes(plan).contains("widen the column, once a value needs it"))
                .isEqualTo(widens());
        assertThat(plan(ORDERS, options).changes()).isEqualTo(plan.changes());
        send(plan);
        assertThat(plan(ORDERS, options).changes()).isEmpty();
        assertThatThrownBy(() -> plan(
                        Schema.of("orders", Field.required("id", Type.INT64), Field.nullable("other", Type.STRING))))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.table-mismatch"));
    }

    @Test
    void aPlanStopsWhereTheSinkWould() throws Exception {
        put(1, "one");
        run(log);
        assertThat(plan(ORDERS).changes()).isEmpty();
        assertThatThrownBy(() -> plan(ORDERS, "table", "another"))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.table-replaced"));
        execute("DELETE FROM \"mainstem_offsets\"");
        assertThatThrownBy(() -> plan(ORDERS))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.existing-rows"));
    }

    @Test
    void aTableThatMessagesNameStandsForAllInAPlan() throws Exception {
        Object[] options = {"table", "of_{value.name}"};
        Plan plan = plan(ORDERS, options);
        assertThat(plan.target().orElseThrow()).startsWith("table of_{value.name} in ");
        assertThat(plan.change()).isEqualTo(Plan.Change.CREATE);
        assertThat(plan.warnings()).hasSize(1);
        put(1, "x");
        run(log, options);
        Plan later = plan(ORDERS, options);
        assertThat(later.change()).isEqualTo(Plan.Change.NONE);
        assertThat(later.changes()).isEmpty();
        assertThat(plan(ORDERS, "table", "of_{value.nome}").warnings()).hasSize(2);
    }

    @Test
    void aTableMayHaveADoubleQuoteInItsName() throws Exception {
        put(1, "one");
        run(log, "table", "\"a\"\"b.c\"");
        assertThat(query("SELECT \"name\" FROM \"a\"\"b.c\"")).containsExactly(List.of("one"));
    }
}
