package io.mainstem.connectors.jdbc.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Discovery;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.RetryException;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.testkit.RecordingLog;
import io.mainstem.testkit.SourceHarness;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a source has locked keeps nobody from changing tables for long, and never the source itself. */
final class PostgreSqlLocksTest {

    private static final Map<String, ?> ALL = Map.of("public.*", Map.of("mode", "snapshot"));
    private static final String WAITING =
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'";
    private static final String IDLE = "SELECT count(*) FROM pg_stat_activity WHERE application_name = '"
            + PgSourceDialect.APPLICATION + "' AND state = 'idle in transaction'";

    private final TestSource sources = new TestSource();
    private final RecordingLog log = sources.log();

    /** Ends when the table is gone. */
    private static CompletableFuture<Void> drop(PostgreSqlTable table, String name) {
        return CompletableFuture.runAsync(() -> {
            try {
                table.execute("DROP TABLE " + name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void await(PostgreSqlTable table, String count, long wanted) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (table.count(count) != wanted && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(table.count(count)).isEqualTo(wanted);
    }

    /** As of a stream that has no topic: its splits are found, never stored and never read. */
    @Test
    void aTableThatNobodyReadsIsNotLockedBetweenLooks() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE \"order lines\" (id int PRIMARY KEY)", "INSERT INTO \"order lines\" VALUES (1)");
        try (Source source = sources.open(table.options("tables", ALL))) {
            assertThat(source.discover(log).splits()).hasSize(1);
            assertThat(table.count(IDLE)).isZero();
            drop(table, "\"order lines\"").get(20, TimeUnit.SECONDS);
            assertThat(source.discover(log).splits()).isEmpty();
        }
    }

    @Test
    void aSnapshotThatOthersShareLetsGoOfATableThatNobodyReadsAtTheNextLook() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE a (id int PRIMARY KEY)",
                "CREATE TABLE \"order lines\" (id int PRIMARY KEY)",
                "INSERT INTO a VALUES (1)",
                "INSERT INTO \"order lines\" VALUES (1)");
        try (Source source = sources.open(table.options("tables", ALL))) {
            Discovery found = source.discover(log);
            Split read = found.splits().stream()
                    .filter(split -> split.stream().equals("public.a"))
                    .findFirst()
                    .orElseThrow();
            source.open(read, Map.of(), new Bounded(found.streams().iterator().next()))
                    .close();
            assertThat(table.count(IDLE)).isEqualTo(1);
            source.finished(read, Position.of(Map.of()));
            CompletableFuture<Void> dropped = drop(table, "\"order lines\"");
            await(table, WAITING, 1);
            lookAgain(source, new Stored(List.of(read), Set.of(read.id())));
            dropped.get(20, TimeUnit.SECONDS);
            assertThat(source.discover(new Stored(List.of(read), Set.of(read.id())))
                            .splits())
                    .isEmpty();
        }
    }

    /** As of a stream that is held back: its splits are stored, and not read any more. */
    @Test
    void aSnapshotInWhichNothingWasReadSinceTheLastLookIsLetGoOfThoughRangesAreLeft() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE a (id int PRIMARY KEY)",
                "CREATE TABLE b (id int PRIMARY KEY)",
                "INSERT INTO a VALUES (1)",
                "INSERT INTO b VALUES (1)");
        try (Source source = sources.open(table.options("tables", ALL))) {
            Discovery found = source.discover(log);
            List<Split> splits = List.copyOf(found.splits());
            Bounded context = new Bounded(found.streams().iterator().next());
            SplitReader a = source.open(splits.get(0), Map.of(), context);
            SplitReader b = source.open(splits.get(1), Map.of(), context);
            Stored stored = new Stored(splits, Set.of());
            b.close();
            source.discover(stored);
            source.discover(stored);
            assertThat(table.count(IDLE)).as("a is still being read").isEqualTo(1);
            a.close();
            source.finished(splits.get(0), Position.of(Map.of()));
            stored = new Stored(splits, Set.of(splits.get(0).id()));
            source.discover(stored);
            assertThat(table.count(IDLE)).as("a was read since").isEqualTo(1);
            assertThat(source.discover(stored).splits()).containsExactly(splits.get(1));
            assertThat(table.count(IDLE)).isZero();
            source.open(splits.get(1), Map.of(), context).close();
            assertThat(table.count(IDLE)).as("read after all").isEqualTo(1);
        }
    }

    /** The table may be gone before this look, or in the midst of it. */
    private static void lookAgain(Source source, KnownSplits known) throws Exception {
        try {
            assertThat(source.discover(known).splits()).isEmpty();
        } catch (RetryException e) {
            assertThat(e).hasMessageContaining("was dropped while it was looked at");
        }
    }

    @Test
    void aReaderThatWaitsBehindWhoWaitsForItsOwnSourceGivesUpInTime() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create(
                "CREATE TABLE big (id int PRIMARY KEY)", "INSERT INTO big SELECT generate_series(1, 100)");
        SourceHarness harness = sources.harness(table.options("tables", ALL, "split-rows", 1_000));
        CompletableFuture<Void> dropped;
        try (harness) {
            Split split = harness.discover().splits().iterator().next();
            harness.open(split, true).close();
            dropped = drop(table, "big");
            await(table, WAITING, 1);
            assertThatThrownBy(() -> follow(harness))
                    .isInstanceOf(RetryException.class)
                    .hasMessageContaining("read public.big")
                    .hasMessageContaining("lock timeout")
                    .hasMessageContaining("Another session changes a table, or waits to change it");
        }
        dropped.get(20, TimeUnit.SECONDS);
        try (SourceHarness next = sources.harness(table.options("tables", ALL))) {
            assertThat(next.discover().splits()).isEmpty();
        }
    }

    private static void follow(SourceHarness harness) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline) {
            harness.followOnce();
        }
    }

    @Test
    void aLookThatWaitsUntilTheTableIsGoneIsTriedAgain() throws Exception {
        PostgreSqlTable table = PostgreSqlTable.create("CREATE TABLE a (id int PRIMARY KEY)");
        try (Source source = sources.open(table.options("tables", ALL));
                Connection other = table.connect()) {
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                statement.execute("DROP TABLE a");
            }
            CompletableFuture<Discovery> look = CompletableFuture.supplyAsync(() -> {
                try {
                    return source.discover(log);
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            await(table, "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessShareLock'", 1);
            other.commit();
            assertThatThrownBy(() -> look.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RetryException.class)
                    .hasMessageContaining("was dropped while it was looked at");
            assertThat(source.discover(log).splits()).isEmpty();
        }
    }

    /**
     * What is stored of those found.
     *
     * @param splits those
     * @param finished the ids of those that were read
     */
    private record Stored(Collection<Split> splits, Set<String> finished) implements KnownSplits {

        @Override
        public Optional<Position> position(String splitId) {
            return Optional.empty();
        }

        @Override
        public boolean isFinished(String splitId) {
            return finished.contains(splitId);
        }

        @Override
        public Optional<StreamSchema> stream(String name) {
            return Optional.empty();
        }
    }

    private record Bounded(StreamSchema stream) implements ReaderContext {

        @Override
        public boolean isBounded() {
            return true;
        }
    }
}
