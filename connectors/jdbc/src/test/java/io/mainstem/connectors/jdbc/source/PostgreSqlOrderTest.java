package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.StopException;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rows of tables whose order is not plain are all read once, wherever reading is cut. */
final class PostgreSqlOrderTest {

    private static final String WIDE = "repeat('x', 3000)";

    private final TestSource sources = new TestSource();
    private final RecordingLog log = sources.log();

    /** Each life of the source is ended behind its first checkpoint. */
    private void readsEachRowOnceThroughKills(int rows, Map<String, ?> options) throws Exception {
        RecordingLog all = new RecordingLog();
        int kills = 0;
        try (SourceHarness harness = sources.harness(options, all)) {
            boolean done = false;
            while (!done) {
                all.killAfterCheckpoints(1);
                try {
                    harness.runToEnd();
                    done = true;
                } catch (RecordingLog.Killed e) {
                    kills++;
                    all.live();
                    harness.restart();
                }
            }
        }
        assertThat(all.values()).hasSize(rows).doesNotHaveDuplicates();
        assertThat(kills).isGreaterThan(rows / 300);
    }

    @Test
    void aKeyOfAnExtensionsTypeIsComparedByTheOperatorsOfItsOrder() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "DROP SCHEMA IF EXISTS ext CASCADE",
                "CREATE SCHEMA ext",
                "CREATE EXTENSION citext SCHEMA ext",
                "CREATE DOMAIN inner_name AS ext.citext",
                "CREATE DOMAIN name_key AS inner_name",
                "CREATE TABLE people (name ext.citext PRIMARY KEY, fill text)",
                "INSERT INTO people SELECT CASE WHEN i % 2 = 0 THEN 'A' ELSE 'b' END || i, " + WIDE
                        + " FROM generate_series(1, 1000) i",
                "CREATE TABLE others (name name_key PRIMARY KEY, fill text)",
                "INSERT INTO others SELECT * FROM people");
        readsEachRowOnceThroughKills(1_000, table.options("table", "people"));
        readsEachRowOnceThroughKills(1_000, table.options("table", "others"));
        table.execute("DROP SCHEMA ext CASCADE");
    }

    @Test
    void theKeyOfAParentDoesNotHideRowsOfItsChildren() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE parent (id int PRIMARY KEY, at timestamptz NOT NULL DEFAULT '2020-01-01Z', part text, fill text)",
                "CREATE TABLE child1 () INHERITS (parent)",
                "CREATE TABLE child2 () INHERITS (parent)",
                "INSERT INTO parent SELECT i, '2020-01-01Z', 'p', " + WIDE + " FROM generate_series(1, 500) i",
                "INSERT INTO child1 SELECT i, '2020-01-01Z', 'c1', " + WIDE + " FROM generate_series(1, 500) i",
                "INSERT INTO child2 SELECT i, '2020-01-01Z', 'c2', " + WIDE + " FROM generate_series(1, 500) i");
        readsEachRowOnceThroughKills(1_500, table.options("table", "parent"));
        readsEachRowOnceThroughKills(1_500, table.options("table", "parent", "mode", "incrementing", "cursor", "id"));
    }

    @Test
    void rowsOfPartitionsWithoutAKeyHaveAddressesOfTheirOwn() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE parts (id int, part text, fill text) PARTITION BY LIST (part)",
                "CREATE TABLE part1 PARTITION OF parts FOR VALUES IN ('a')",
                "CREATE TABLE part2 PARTITION OF parts FOR VALUES IN ('b')",
                "INSERT INTO parts SELECT i, 'a', " + WIDE + " FROM generate_series(1, 500) i",
                "INSERT INTO parts SELECT i, 'b', " + WIDE + " FROM generate_series(1, 500) i");
        readsEachRowOnceThroughKills(1_000, table.options("table", "parts"));
    }

    @Test
    void rowsOfOneKeyThatIsNotUniqueAreReadOneByOneAndCheckSaysSo() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE loose (k int NOT NULL, id int, fill text)",
                "INSERT INTO loose SELECT i / 900, i, " + WIDE + " FROM generate_series(1, 2000) i");
        Map<String, Object> options = table.options("table", "loose", "key", List.of("k"));
        assertThat(sources.check(options)).singleElement().asString().contains("no unique index of public.loose");
        readsEachRowOnceThroughKills(2_000, options);
    }

    /** Addresses change when a row is updated, and all of them when the table is rewritten. */
    @Test
    void rowsWithoutAKeyThatMoveWhenAllWereReadAreNotReadAgain() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE events (id int NOT NULL, what text)",
                "INSERT INTO events SELECT i / 10, 'x' FROM generate_series(1, 1000) i");
        Map<String, Object> options = table.options("table", "events", "mode", "incrementing", "cursor", "id");
        try (SourceHarness harness = sources.harness(options)) {
            harness.runToEnd();
            assertThat(log.values()).hasSize(1_000);
            table.execute(
                    "UPDATE events SET what = 'y' WHERE id = 100",
                    "ALTER TABLE events ALTER id TYPE bigint USING id + 0");
            harness.restart();
            harness.runToEnd();
            table.execute(
                    "DELETE FROM events WHERE id < 50", "VACUUM FULL events", "INSERT INTO events VALUES (101, 'z')");
            harness.restart();
            harness.runToEnd();
        }
        assertThat(log.values()).hasSize(1_001);
    }

    @Test
    void aTableThatIsMadeAnewStopsTheSource() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
                "INSERT INTO orders SELECT FROM generate_series(1, 3)");
        Map<String, Object> options =
                table.options("table", "orders", "mode", "incrementing", "cursor", "id", "poll-every", "10ms");
        try (SourceHarness harness = sources.harness(options)) {
            follow(harness, 3);
            table.execute(
                    "BEGIN; DROP TABLE orders; CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY); COMMIT",
                    "INSERT INTO orders SELECT FROM generate_series(1, 5)");
            assertThatThrownBy(() -> follow(harness, 5))
                    .isInstanceOf(StopException.class)
                    .hasMessageContaining("was dropped and made again");
        }
    }

    private void follow(SourceHarness harness, int messages) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (log.messages().size() < messages && System.nanoTime() < deadline) {
            harness.followOnce();
        }
    }

    @Test
    void aTimeWithoutZoneNeedsTheZoneOfItsClock() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE walls (id int PRIMARY KEY, at timestamp NOT NULL)",
                "CREATE INDEX ON walls (at)",
                "INSERT INTO walls VALUES (1, timezone('Europe/Berlin', now()))");
        Map<String, Object> options = table.options("table", "walls", "mode", "timestamp", "cursor", "at");
        assertThat(sources.check(options)).singleElement().asString().contains("set 'cursor-zone'");
        options.put("cursor-zone", "Europe/Berlin");
        assertThat(sources.check(options)).isEmpty();
        readsEachRowOnceThroughKills(1, options);
    }

    @Test
    void whereAnHourComesTwiceItIsReadOnlyAfterItHasBegunAgain() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        LocalDateTime two = LocalDateTime.parse("2024-10-27T02:00");
        assertThat(PgWatermark.wall(Instant.parse("2024-10-26T23:30:00Z"), berlin))
                .isEqualTo(LocalDateTime.parse("2024-10-27T01:30"));
        assertThat(PgWatermark.wall(Instant.parse("2024-10-27T00:30:00Z"), berlin))
                .isEqualTo(two);
        assertThat(PgWatermark.wall(Instant.parse("2024-10-27T01:30:00Z"), berlin))
                .isEqualTo(LocalDateTime.parse("2024-10-27T02:30"));
        assertThat(PgWatermark.wall(Instant.parse("2024-03-31T00:59:59Z"), berlin))
                .isEqualTo(LocalDateTime.parse("2024-03-31T01:59:59"));
    }

    @Test
    void rowsWhoseTimeNeverComesAreCounted() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE ends (id int PRIMARY KEY, at timestamptz NOT NULL)",
                "CREATE INDEX ON ends (at)",
                "INSERT INTO ends VALUES (1, '2020-01-01Z'), (2, 'infinity'), (3, 'infinity')");
        assertThat(sources.check(table.options("table", "ends", "mode", "timestamp", "cursor", "at")))
                .singleElement()
                .asString()
                .contains("2 rows of public.ends have 'infinity' in the cursor column 'at'");
    }

    @Test
    void anArrayThatDoesNotBeginAtOneIsABadRecordAndTypesOfUsersAreText() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TYPE public.json AS (a int, b text)",
                "CREATE TABLE odd (id int PRIMARY KEY, list int[], own public.json, owns public.json[])",
                "INSERT INTO odd VALUES (1, '[0:1]={1,2}', NULL, NULL), (2, '{1,2}', '(1,x)', '{\"(2,y)\"}')");
        try (SourceHarness harness = sources.harness(table.options("table", "odd"))) {
            harness.runToEnd();
        }
        assertThat(log.values())
                .singleElement()
                .asString()
                .contains("own=(1,x)")
                .contains("(2,y)");
        assertThat(log.bad().toString()).contains("column 'list'").contains("first index is 0");
    }
}
