package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mainstem.api.Split;
import io.mainstem.api.StopException;
import io.mainstem.testkit.SourceHarness;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of one table of several is said of its stream alone. */
final class PostgreSqlHeldTest {

    private static final Map<String, Object> NAMED = Map.of("public.a", Map.of(), "public.b", Map.of());

    private final TestSource sources = new TestSource();
    private PostgreSqlTable table;

    @BeforeEach
    void makeTables() throws Exception {
        table = PostgreSqlTable.create(
                "DROP ROLE IF EXISTS held_reader",
                "CREATE ROLE held_reader LOGIN PASSWORD 'reader'",
                "CREATE TABLE a (id int PRIMARY KEY, at int)",
                "CREATE TABLE b (id int PRIMARY KEY, at int)",
                "INSERT INTO a VALUES (1, 1)",
                "INSERT INTO b VALUES (1, 1)",
                "GRANT USAGE ON SCHEMA public TO held_reader",
                "GRANT SELECT ON a, b TO held_reader");
    }

    private SourceHarness harness(Map<String, Object> tables) throws Exception {
        return harness(tables, "hold");
    }

    private SourceHarness harness(Map<String, Object> tables, String whenReplaced) throws Exception {
        return sources.harness(table.options(
                "when-replaced",
                whenReplaced,
                "tables",
                tables,
                "mode",
                "incrementing",
                "cursor",
                "id",
                "poll-every",
                "10ms",
                "user",
                "held_reader",
                "password",
                "reader"));
    }

    private SourceHarness reading(Map<String, Object> tables) throws Exception {
        SourceHarness harness = harness(tables);
        follow(harness, 2);
        return harness;
    }

    private void follow(SourceHarness harness, int messages) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (sources.log().messages().size() < messages && System.nanoTime() < deadline) {
            harness.followOnce();
        }
    }

    private StopException stop(SourceHarness harness) {
        return catchThrowableOfType(StopException.class, () -> follow(harness, 100));
    }

    private static List<String> streams(SourceHarness harness) throws Exception {
        return harness.discover().splits().stream().map(Split::stream).toList();
    }

    @Test
    void oneThatWasDroppedIsHeldForGood() throws Exception {
        try (SourceHarness harness = reading(NAMED)) {
            table.execute("DROP TABLE a");
            StopException stop = stop(harness);
            assertThat(stop.code()).isEqualTo("jdbc.no-table");
            assertThat(stop).hasMessageContaining("public.a is not there any more");
            assertThat(stop.whatToDo()).contains("--split ID");
            assertThat(stop.isOfStream()).isTrue();
            assertThat(stop.endsByItself()).isFalse();
        }
    }

    @Test
    void oneThatWasReadBeforeAndIsMissingAtTheStartIsOfferedSoThatItsReaderSaysSo() throws Exception {
        reading(NAMED).close();
        table.execute("DROP TABLE a");
        try (SourceHarness harness = harness(NAMED)) {
            assertThat(streams(harness)).containsExactlyInAnyOrder("public.a", "public.b");
            StopException stop = stop(harness);
            assertThat(stop.code()).isEqualTo("jdbc.no-table");
            assertThat(stop.isOfStream()).isTrue();
        }
    }

    @Test
    void oneThatIsNamedWithoutItsSchemaIsFoundAmongThoseThatWereRead() throws Exception {
        Map<String, Object> plain = Map.of("a", Map.of(), "b", Map.of());
        reading(plain).close();
        table.execute("DROP TABLE a");
        try (SourceHarness harness = harness(plain)) {
            assertThat(streams(harness)).containsExactlyInAnyOrder("public.a", "public.b");
            assertThat(stop(harness).isOfStream()).isTrue();
        }
    }

    @Test
    void aNameThatWasNeverReadStopsAll() throws Exception {
        reading(NAMED).close();
        try (SourceHarness harness =
                harness(Map.of("public.a", Map.of(), "public.b", Map.of(), "public.c", Map.of()))) {
            assertThatThrownBy(harness::discover)
                    .isInstanceOfSatisfying(
                            StopException.class,
                            stop -> assertThat(stop.isOfStream()).isFalse())
                    .hasMessageContaining("there is no table public.c");
        }
    }

    @Test
    void oneThatTheUserMayNotReadAnyMoreIsOfferedAgainWhenHeMay() throws Exception {
        isOfferedAgainWhenTheUserMayReadIt(NAMED);
    }

    @Test
    void oneThatAPatternFoundIsOfferedAgainWhenTheUserMayReadIt() throws Exception {
        isOfferedAgainWhenTheUserMayReadIt(Map.of("public.*", Map.of()));
    }

    private void isOfferedAgainWhenTheUserMayReadIt(Map<String, Object> tables) throws Exception {
        try (SourceHarness harness = reading(tables)) {
            table.execute("REVOKE SELECT ON a FROM held_reader");
            StopException stop = stop(harness);
            assertThat(stop.code()).isEqualTo("jdbc.permission");
            assertThat(stop.whatToDo()).contains("grant user 'held_reader' SELECT");
            assertThat(stop.isOfStream()).isTrue();
            assertThat(stop.endsByItself()).isTrue();
            assertThat(streams(harness)).containsExactly("public.b");
            table.execute("GRANT SELECT ON a TO held_reader", "INSERT INTO a VALUES (2, 2)");
            assertThat(streams(harness)).containsExactlyInAnyOrder("public.a", "public.b");
        }
    }

    @Test
    void oneThatWasMadeAnewWithoutRightsIsAnotherAlsoWhenTheyAreGranted() throws Exception {
        try (SourceHarness harness = reading(NAMED)) {
            table.execute("BEGIN; DROP TABLE a; CREATE TABLE a (id int PRIMARY KEY, at int); COMMIT");
            StopException stop = stop(harness);
            assertThat(stop.code()).isEqualTo("jdbc.table-replaced");
            assertThat(stop.isOfStream()).isTrue();
            assertThat(stop.endsByItself()).isFalse();
            table.execute("GRANT SELECT ON a TO held_reader", "INSERT INTO a VALUES (1, 1), (2, 2)");
            Split split = harness.discover().splits().stream()
                    .filter(found -> found.stream().equals("public.a"))
                    .findFirst()
                    .orElseThrow();
            assertThatThrownBy(() -> harness.open(split, false)).hasMessageContaining("was dropped and made again");
        }
        assertThat(sources.log().messages()).hasSize(2);
    }

    private void replaceA() throws Exception {
        table.execute(
                "BEGIN; DROP TABLE a; CREATE TABLE a (id int PRIMARY KEY, at int); GRANT SELECT ON a TO held_reader; COMMIT",
                "INSERT INTO a VALUES (1, 1), (2, 2)",
                "INSERT INTO b VALUES (2, 2)");
    }

    private static void isHeldAsReplaced(StopException stop) {
        assertThat(stop.code()).isEqualTo("jdbc.table-replaced");
        assertThat(stop.whatToDo()).contains("'when-replaced: continue'");
        assertThat(stop.isOfStream()).isTrue();
        assertThat(stop.endsByItself()).isFalse();
    }

    @Test
    void oneThatWasMadeAnewBeforeTheStartIsKnownByItsPosition() throws Exception {
        reading(Map.of("public.*", Map.of())).close();
        replaceA();
        try (SourceHarness harness = harness(Map.of("public.*", Map.of()))) {
            assertThat(streams(harness)).containsExactlyInAnyOrder("public.a", "public.b");
            isHeldAsReplaced(stop(harness));
        }
    }

    @Test
    void oneThatARunHasReadToItsEndIsKnownByItsPositionToo() throws Exception {
        try (SourceHarness harness = harness(NAMED)) {
            harness.runToEnd();
        }
        replaceA();
        try (SourceHarness harness = harness(NAMED)) {
            isHeldAsReplaced(catchThrowableOfType(StopException.class, harness::runToEnd));
        }
        table.execute("DROP TABLE a");
        try (SourceHarness harness = harness(NAMED)) {
            StopException stop = catchThrowableOfType(StopException.class, harness::runToEnd);
            assertThat(stop.code()).isEqualTo("jdbc.no-table");
            assertThat(stop.isOfStream()).isTrue();
        }
    }

    @Test
    void oneThatHasTheSameRowsIsReadOnWhereThatIsSaid() throws Exception {
        try (SourceHarness harness = harness(NAMED)) {
            harness.runToEnd();
        }
        replaceA();
        try (SourceHarness harness = harness(NAMED, "continue")) {
            harness.runToEnd();
        }
        table.execute("INSERT INTO a VALUES (3, 3)");
        try (SourceHarness harness = harness(NAMED)) {
            harness.runToEnd();
        }
        assertThat(sources.log().messages()).as("1 and 2 of both, 3 of a").hasSize(5);
    }

    @Test
    void aViewThatIsMadeAnewIsReadOn() throws Exception {
        Map<String, Object> options =
                table.options("table", "v", "mode", "incrementing", "cursor", "id", "null-cursors", "skip");
        table.execute("CREATE VIEW v AS SELECT * FROM a");
        try (SourceHarness harness = sources.harness(options)) {
            harness.runToEnd();
        }
        table.execute("DROP VIEW v", "CREATE VIEW v AS SELECT * FROM a", "INSERT INTO a VALUES (2, 2)");
        try (SourceHarness harness = sources.harness(options)) {
            harness.runToEnd();
        }
        assertThat(sources.log().messages()).hasSize(2);
    }

    @Test
    void oneWhoseKeyIsCalledGenerationIsReadOnAsOthers() throws Exception {
        table.execute(
                "CREATE TABLE g (generation int PRIMARY KEY)",
                "INSERT INTO g SELECT generate_series(1, 1000)",
                "GRANT SELECT ON g TO held_reader");
        Map<String, Object> options = table.options("table", "g", "mode", "snapshot", "fetch-rows", "100");
        try (SourceHarness harness = sources.harness(options)) {
            harness.runToEndThroughKills();
        }
        assertThat(sources.log().values()).hasSize(1_000).doesNotHaveDuplicates();
    }

    @Test
    void oneThatLostItsCursorIsOfferedAgainWhenItHasIt() throws Exception {
        Map<String, Object> byAt = Map.of("public.a", Map.of("cursor", "at"), "public.b", Map.of());
        table.execute("ALTER TABLE a ALTER at SET NOT NULL");
        reading(byAt).close();
        table.execute("ALTER TABLE a RENAME at TO since");
        try (SourceHarness harness = harness(byAt)) {
            StopException stop = stop(harness);
            assertThat(stop).hasMessageContaining("there is no column 'at' for 'cursor'");
            assertThat(stop.endsByItself()).isTrue();
            assertThat(streams(harness)).containsExactly("public.b");
            table.execute("ALTER TABLE a RENAME since TO at");
            assertThat(streams(harness)).containsExactlyInAnyOrder("public.a", "public.b");
        }
    }
}
