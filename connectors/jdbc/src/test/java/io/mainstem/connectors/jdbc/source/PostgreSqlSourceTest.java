package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Config;
import io.mainstem.api.Operation;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a source of PostgreSQL does when transactions are open, tables change, and options are wrong. */
final class PostgreSqlSourceTest {

    private static final String ORDERS =
            "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, changed timestamptz NOT NULL DEFAULT now())";
    private static final String INDEX = "CREATE INDEX ON orders (changed)";

    private final TestSource sources = new TestSource();
    private final RecordingContext context = sources.context();
    private final RecordingLog log = sources.log();

    private List<String> names() {
        return log.values().stream()
                .map(value -> value.replaceAll(".*name=([^,}]*).*", "$1"))
                .toList();
    }

    private void followUntil(SourceHarness harness, int messages) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (log.messages().size() < messages && System.nanoTime() < deadline) {
            harness.followOnce();
        }
        assertThat(log.messages()).hasSize(messages);
    }

    private static void followUntilItSays(SourceHarness harness, Predicate<String> what) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        List<String> said = harness.followOnce();
        while (said.stream().noneMatch(what)) {
            assertThat(System.nanoTime()).as("%s", said).isLessThan(deadline);
            said = harness.followOnce();
        }
    }

    private void followFor(SourceHarness harness, Duration time) throws Exception {
        long deadline = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < deadline) {
            harness.followOnce();
        }
    }

    @Test
    void rowsBehindAnOpenWriterWaitAndTheLogAndTheStatusNameIt() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(ORDERS);
        try (SourceHarness harness = sources.harness(table.options(
                        "table", "orders", "mode", "incrementing", "cursor", "id", "poll-every", "10ms"));
                Connection writer = table.connect();
                Statement statement = writer.createStatement()) {
            followFor(harness, Duration.ofMillis(300));
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO orders (name) VALUES ('first')");
            table.execute("INSERT INTO orders (name) VALUES ('second')");
            followFor(harness, Duration.ofMillis(300));
            context.advance(Duration.ofSeconds(10));
            followFor(harness, Duration.ofMillis(300));
            assertThat(log.messages()).isEmpty();
            Predicate<String> namesIt = line -> line.contains("public.orders is read up to")
                    && line.contains("user postgres")
                    && line.contains("idle in transaction");
            assertThat(context.log()).anyMatch(namesIt);
            followUntilItSays(harness, namesIt);
            writer.commit();
            followUntil(harness, 2);
            assertThat(names()).containsExactly("first", "second");
        }
    }

    @Test
    void aPreparedTransactionIsWaitedFor() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(ORDERS);
        try (SourceHarness harness = sources.harness(
                table.options("table", "orders", "mode", "incrementing", "cursor", "id", "poll-every", "10ms"))) {
            followFor(harness, Duration.ofMillis(200));
            table.execute("BEGIN", "INSERT INTO orders (name) VALUES ('first')", "PREPARE TRANSACTION 'p'");
            table.execute("INSERT INTO orders (name) VALUES ('second')");
            followFor(harness, Duration.ofMillis(300));
            assertThat(log.messages()).isEmpty();
            table.execute("COMMIT PREPARED 'p'");
            followUntil(harness, 2);
        }
    }

    @Test
    void aTransactionThatDoesNotWriteToTheTableHoldsNoNumbersBack() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(ORDERS, "CREATE TABLE other (id int)");
        try (SourceHarness harness = sources.harness(table.options(
                        "table", "orders", "mode", "incrementing", "cursor", "id", "poll-every", "10ms"));
                Connection idle = table.connect();
                Statement statement = idle.createStatement()) {
            idle.setAutoCommit(false);
            statement.execute("INSERT INTO other VALUES (1)");
            table.execute("INSERT INTO orders (name) VALUES ('a')");
            followUntil(harness, 1);
        }
    }

    @Test
    void anOldTimeOfATransactionThatWritesLateIsNotMissed() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(ORDERS, INDEX);
        try (SourceHarness harness = sources.harness(table.options(
                        "table", "orders", "mode", "timestamp", "cursor", "changed", "poll-every", "10ms"));
                Connection late = table.connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("SELECT now()");
            table.execute("INSERT INTO orders (name) VALUES ('in between')");
            followFor(harness, Duration.ofMillis(300));
            assertThat(log.messages()).isEmpty();
            statement.execute("INSERT INTO orders (name) VALUES ('late')");
            late.commit();
            followUntil(harness, 2);
            assertThat(names()).containsExactly("late", "in between");
        }
    }

    @Test
    void aUserWhoMaySeeNothingOfOthersWaitsForThemAllTheSame() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "DROP ROLE IF EXISTS blind",
                "CREATE ROLE blind LOGIN PASSWORD 'blind'",
                ORDERS,
                INDEX,
                "GRANT USAGE ON SCHEMA public TO blind",
                "GRANT SELECT ON orders TO blind");
        Map<String, Object> options =
                table.options("table", "orders", "mode", "timestamp", "cursor", "changed", "poll-every", "10ms");
        options.put("user", "blind");
        options.put("password", "blind");
        try (SourceHarness harness = sources.harness(options);
                Connection late = table.connect();
                Statement statement = late.createStatement()) {
            followFor(harness, Duration.ofMillis(200));
            late.setAutoCommit(false);
            statement.execute("SELECT now()");
            table.execute("INSERT INTO orders (name) VALUES ('in between')");
            followFor(harness, Duration.ofMillis(300));
            assertThat(log.messages()).isEmpty();
            statement.execute("INSERT INTO orders (name) VALUES ('late')");
            late.commit();
            followUntil(harness, 2);
            assertThat(names()).containsExactly("late", "in between");
        }
    }

    @Test
    void aForgottenTransactionIsNotWaitedForLongerThanIsSaid() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(ORDERS, INDEX);
        try (SourceHarness harness = sources.harness(table.options(
                        "table",
                        "orders",
                        "mode",
                        "timestamp",
                        "cursor",
                        "changed",
                        "poll-every",
                        "10ms",
                        "idle-transaction-wait",
                        "300ms"));
                Connection idle = table.connect();
                Statement statement = idle.createStatement()) {
            idle.setAutoCommit(false);
            statement.execute("SELECT 1");
            table.execute("INSERT INTO orders (name) VALUES ('a')");
            followUntil(harness, 1);
            statement.execute("INSERT INTO orders (name) VALUES ('b')");
            followFor(harness, Duration.ofMillis(200));
            assertThat(context.log()).anyMatch(line -> line.contains("began to write to \"public\".\"orders\" after"));
        }
    }

    @Test
    void aColumnThatIsAddedTravelsWithTheNextRows() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(ORDERS, "INSERT INTO orders (name) VALUES ('a')");
        Map<String, Object> options =
                table.options("table", "orders", "mode", "incrementing", "cursor", "id", "poll-every", "10ms");
        try (SourceHarness harness = sources.harness(options)) {
            followUntil(harness, 1);
            table.execute(
                    "ALTER TABLE orders ADD COLUMN total numeric(10,2)",
                    "INSERT INTO orders (name, total) VALUES ('b', 2)");
            assertThatThrownBy(() -> followFor(harness, Duration.ofSeconds(20)))
                    .isInstanceOf(RetryException.class)
                    .hasMessageContaining("public.orders was changed")
                    .hasMessageContaining("total numeric(10,2)");
        }
        RecordingLog after = new RecordingLog();
        try (SourceHarness harness = sources.harness(options, after)) {
            harness.runToEnd();
            assertThat(after.values().get(1)).contains("name=b").contains("total=2.00");
        }
    }

    @Test
    void aTableThatWasDroppedStopsTheSourceByName() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(ORDERS, "INSERT INTO orders (name) VALUES ('a')");
        Map<String, Object> options =
                table.options("table", "orders", "mode", "incrementing", "cursor", "id", "poll-every", "10ms");
        try (SourceHarness harness = sources.harness(options)) {
            followUntil(harness, 1);
            table.execute("DROP TABLE orders");
            assertThatThrownBy(() -> followFor(harness, Duration.ofSeconds(20)))
                    .isInstanceOfAny(RetryException.class, StopException.class);
            harness.restart();
            assertThatThrownBy(harness::discover)
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("there is no table orders");
        }
    }

    @Test
    void severalTablesAreFoundByPatternAndTheMostSpecificWins() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE ref_a (id int PRIMARY KEY, name text)",
                "CREATE TABLE ref_b (id int PRIMARY KEY, name text)",
                "CREATE TABLE other (id int PRIMARY KEY)",
                "INSERT INTO ref_a VALUES (1, 'a1'), (2, 'a2')",
                "INSERT INTO ref_b VALUES (1, 'b1'), (2, 'b2')");
        sources.run(table.options(
                "tables",
                Map.of(
                        "public.ref_*",
                        Map.of(),
                        "public.ref_b",
                        Map.of("where", "id > 1", "select", List.of("name")))));
        assertThat(log.streams().stream().map(stream -> stream.name()))
                .containsExactlyInAnyOrder("public.ref_a", "public.ref_b");
        assertThat(log.values()).containsExactlyInAnyOrder("{id=1, name=a1}", "{id=2, name=a2}", "{id=2, name=b2}");
        assertThat(log.messages()).allMatch(message -> message.operation() == Operation.SNAPSHOT);
    }

    @Test
    void whatIsLeftOutNoPatternTakes() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE ref_a (id int PRIMARY KEY)",
                "CREATE TABLE ref_b (id int PRIMARY KEY)",
                "CREATE TABLE \"ref odd\" (id int PRIMARY KEY)",
                "CREATE TABLE ref_old_1 (id int PRIMARY KEY)");
        sources.run(table.options(
                "tables",
                Map.of(
                        "public.ref*",
                        Map.of(),
                        "!public.ref odd",
                        Map.of(),
                        "!ref_old_*",
                        Map.of(),
                        "!other.ref_b",
                        Map.of())));
        assertThat(log.streams().stream().map(stream -> stream.name()))
                .containsExactlyInAnyOrder("public.ref_a", "public.ref_b");
    }

    @Test
    void aTableWithAPointInItsNameIsLeftOutByItsNameInQuotes() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "DROP SCHEMA IF EXISTS sales CASCADE",
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.b (id int PRIMARY KEY)",
                "CREATE TABLE sales.\"a.b\" (id int PRIMARY KEY)",
                "CREATE TABLE sales.\"a.\"\"c\"\"\" (id int PRIMARY KEY)",
                "CREATE TABLE sales.\"a.d\" (id int PRIMARY KEY)");
        sources.run(table.options(
                "tables", Map.of("sales.*", Map.of(), "!sales.\"a.b\"", Map.of(), "!sales.\"a.\"\"c\"\"\"", Map.of())));
        assertThat(log.streams().stream().map(stream -> stream.name()))
                .containsExactlyInAnyOrder("sales.b", "sales.a.d");
        assertThatThrownBy(
                        () -> sources.run(table.options("tables", Map.of("sales.*", Map.of(), "!sales.a.b", Map.of()))))
                .hasMessageContaining("(a name with a point of its own in double quotes), not 'sales.a.b'");
        table.execute("DROP SCHEMA sales CASCADE");
    }

    @Test
    void aQueryIsReadLikeATable() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                ORDERS, "INSERT INTO orders (name) SELECT 'n' || i FROM generate_series(1, 5) i");
        Map<String, Object> options = table.options(
                "query",
                "SELECT id, upper(name) AS name FROM orders WHERE id <> 3;",
                "mode",
                "incrementing",
                "cursor",
                "id",
                "null-cursors",
                "skip");
        sources.run(options);
        assertThat(names()).containsExactly("N1", "N2", "N4", "N5");
        log.clear();
        table.execute("INSERT INTO orders (name) VALUES ('n6')");
        sources.run(options);
        assertThat(names()).containsExactly("N6");
    }

    @Test
    void aSnapshotIsTakenAgainInEveryRunWhenThatIsAsked() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(ORDERS, "INSERT INTO orders (name) VALUES ('a'), ('b')");
        Map<String, Object> options = table.options("table", "orders", "repeat", "every-run");
        sources.run(options);
        table.execute("DELETE FROM orders WHERE name = 'a'", "INSERT INTO orders (name) VALUES ('c')");
        sources.run(options);
        assertThat(names()).containsExactly("a", "b", "b", "c");
    }

    @Test
    void readingBeginsBehindTheValueThatIsSaid() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                ORDERS, "INSERT INTO orders (name) SELECT 'n' || i FROM generate_series(1, 5) i");
        sources.run(table.options("table", "orders", "mode", "incrementing", "cursor", "id", "from", "3"));
        assertThat(names()).containsExactly("n4", "n5");
    }

    @Test
    void readingBeginsWithWhatComesWhenThatIsSaid() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                ORDERS, INDEX, "INSERT INTO orders (name) SELECT 'n' || i FROM generate_series(1, 5) i");
        Map<String, Object> options =
                table.options("table", "orders", "mode", "timestamp", "cursor", "changed", "from", "latest");
        sources.run(options);
        assertThat(log.messages()).isEmpty();
        table.execute("INSERT INTO orders (name) VALUES ('new')");
        sources.run(options);
        assertThat(names()).containsExactly("new");
    }

    @Test
    void whatComesIntoAnEmptyTableIsReadFromItsBeginning() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(ORDERS);
        Map<String, Object> options =
                table.options("table", "orders", "mode", "incrementing", "cursor", "id", "from", "latest");
        sources.run(options);
        table.execute("INSERT INTO orders (name) VALUES ('first')");
        sources.run(options);
        assertThat(names()).containsExactly("first");
    }

    @Test
    void otherCursorsThanThoseOfThePositionStopTheSource() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(ORDERS, INDEX, "INSERT INTO orders (name) VALUES ('a')");
        sources.run(table.options("table", "orders", "mode", "incrementing", "cursor", "id"));
        assertThatThrownBy(
                        () -> sources.run(table.options("table", "orders", "mode", "timestamp", "cursor", "changed")))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("id=1")
                .hasMessageContaining("[changed, id]");
    }

    @Test
    void rowsComeInTheOrderOfTheirValuesAndNotOfWhatIsMadeOfThem() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE orders (id bigint PRIMARY KEY, name text)",
                "INSERT INTO orders SELECT i, 'n' || i FROM generate_series(1, 12) i",
                "CREATE TABLE plain (name text)",
                "INSERT INTO plain SELECT 'n' || i FROM generate_series(1, 12) i");
        List<String> inOrder =
                IntStream.rangeClosed(1, 12).mapToObj(i -> "n" + i).toList();
        sources.run(table.options(
                "table",
                "orders",
                "mode",
                "incrementing",
                "cursor",
                "id",
                "columns",
                Map.of("id", Map.of("type", "string"))));
        assertThat(names()).isEqualTo(inOrder);
        sources.run(table.options("table", "plain"));
        assertThat(names().subList(12, 24)).isEqualTo(inOrder);
    }

    @Test
    void namesAndKeysMayHoldAnyCharacter() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE \"Odd 'table\" (\"k'e\"\"y\" text PRIMARY KEY, name text, \"At\" timestamp NOT NULL)",
                "INSERT INTO \"Odd 'table\" VALUES ('it''s', 'a', '2024-01-01'), (E'back\\\\slash', 'b', '2024-01-02')");
        Map<String, Object> options =
                table.options("table", "Odd 'table", "mode", "timestamp", "cursor", "At", "cursor-zone", "UTC");
        for (String key : List.of("it''s", "<:x?>", "\"")) {
            sources.run(options);
            table.execute("INSERT INTO \"Odd 'table\" VALUES ('again " + key + "', 'c', '2024-01-02')");
        }
        sources.run(options);
        assertThat(names()).containsExactly("a", "b");
        table.execute("INSERT INTO \"Odd 'table\" VALUES ('new', 'd', '2024-01-03')");
        sources.run(options);
        assertThat(names()).containsExactly("a", "b", "d");
    }

    @Test
    void checkFindsWhatIsWrongAndNamesWhatWasMeant() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                ORDERS,
                "CREATE SEQUENCE stock CACHE 20",
                "CREATE TABLE cached (id bigint PRIMARY KEY DEFAULT nextval('stock'))",
                "CREATE TABLE loose (a int, t timestamp)");
        assertThat(sources.check(table.options("table", "public.order")))
                .singleElement()
                .asString()
                .contains("did you mean 'public.orders'?");
        assertThat(sources.check(table.options("table", "orders", "mode", "timestamp", "cursor", "chnged")))
                .singleElement()
                .asString()
                .contains("there is no column 'chnged' for 'cursor' (did you mean 'changed'?)");
        assertThat(sources.check(table.options("table", "orders", "mode", "timestamp", "cursor", "changed")))
                .singleElement()
                .asString()
                .contains("no index of public.orders begins with the cursor column 'changed'");
        assertThat(sources.check(table.options("table", "loose", "mode", "timestamp", "cursor", "t")))
                .singleElement()
                .asString()
                .contains("'t' may be null");
        assertThat(sources.check(table.options("table", "cached", "mode", "incrementing", "cursor", "id")))
                .singleElement()
                .asString()
                .contains("CACHE 20");
        assertThat(sources.check(table.options("table", "orders", "where", "nam = 'x'")))
                .singleElement()
                .asString()
                .contains("column \"nam\" does not exist");
        assertThat(sources.check(table.options("table", "orders", "mode", "incrementing", "cursor", "id")))
                .isEmpty();
    }

    @Test
    void optionsThatContradictAreRefusedTogether() {
        JdbcSourceFactory factory = new JdbcSourceFactory();
        assertThatThrownBy(() -> Config.parse(
                        factory.config(),
                        Map.of(
                                "url",
                                "jdbc:postgresql://h/d?password=x",
                                "table",
                                "a",
                                "query",
                                "SELECT 1",
                                "from",
                                "5")))
                .hasMessageContaining("has a password in it")
                .hasMessageContaining("not both table and query")
                .hasMessageContaining("needs a mode with a cursor");
        assertThatThrownBy(() -> Config.parse(
                        factory.config(), Map.of("url", "jdbc:h2:x", "table", "a", "cursor-zone", "Europe/Berln")))
                .hasMessageContaining("a zone such as Europe/Berlin, not 'Europe/Berln'");
        assertThatThrownBy(() -> Config.parse(
                        factory.config(), Map.of("url", "jdbc:h2:x", "tables", Map.of("a", Map.of("cursr", "x")))))
                .hasMessageContaining("'a' has no setting 'cursr' (did you mean 'cursor'?)");
        assertThatThrownBy(() -> Config.parse(
                        factory.config(),
                        Map.of("url", "jdbc:h2:x", "tables", Map.of("a", Map.of("repeat", "every-run")))))
                .hasMessageContaining(
                        "'a' has no setting 'repeat'; it goes beside 'tables', and holds for all of them");
        assertThatThrownBy(() -> Config.parse(
                        factory.config(), Map.of("url", "jdbc:h2:x", "table", "a", "detect-deletes-limit", "30")))
                .hasMessageContaining("must be a share from 0% to 100%, not '30'");
    }
}
