package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Field;
import io.mainstem.api.RecordException;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.CommitCutter;
import io.mainstem.testkit.SinkRuntime;
import java.text.MessageFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong between the sink and PostgreSQL, and what must come of it. */
final class PostgreSqlFaultsTest {

    private static final Schema SCHEMA = Schema.of(
            "t",
            Field.required("id", Type.INT64),
            Field.nullable("parent", Type.INT64),
            Field.nullable("name", Type.STRING));
    private static final int MANY = 20_000;

    @RegisterExtension
    final TestSink target = new TestSink();

    private final SinkRuntime log = new SinkRuntime(new TopicPartition("t", UUID.randomUUID(), 0));

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            log.append(null, row(log.end(), null, "a name that takes some room " + i));
        }
    }

    private static Row row(long id, Long parent, String name) {
        return Row.of(SCHEMA, id, parent, name);
    }

    private Set<Long> deadOffsets() {
        return log.deadLetters().stream().map(origin -> origin.offset()).collect(Collectors.toCollection(TreeSet::new));
    }

    private void assertExact() throws Exception {
        assertThat(target.query("SELECT count(*), count(DISTINCT id), min(id), max(id) FROM t"))
                .containsExactly(List.of("" + log.end(), "" + log.end(), "0", "" + (log.end() - 1)));
    }

    @Test
    void fiftyBadRowsOfFiveThousandAreNamedAndTheOthersLand() throws Exception {
        for (String mode : List.of("insert", "upsert")) {
            target.execute(
                    "DROP TABLE IF EXISTS t; CREATE TABLE t (id bigint PRIMARY KEY, parent bigint, name text CHECK (name "
                            + "<> 'bad'))");
            SinkRuntime records = new SinkRuntime(new TopicPartition(mode, UUID.randomUUID(), 0)).batchSize(1000);
            Set<Long> bad = new TreeSet<>();
            for (long i = 0; i < 5_000; i++) {
                boolean isBad = i % 100 == 37;
                records.append(null, row(i, null, isBad ? "bad" : "good"));
                if (isBad) {
                    bad.add(i);
                }
            }
            records.run(target.open("mode", mode, "key", "id"));
            assertThat(records.deadLetters().stream()
                            .map(origin -> origin.offset())
                            .collect(Collectors.toSet()))
                    .as(mode)
                    .isEqualTo(bad);
            assertThat(target.one("SELECT count(*) FROM t")).isEqualTo("4950");
        }
    }

    @Test
    void badRowsOfOneCauseDifferInTheirValuesAlone() throws Exception {
        for (String mode : List.of("insert", "upsert")) {
            target.execute(
                    "DROP TABLE IF EXISTS t; CREATE TABLE t (id bigint PRIMARY KEY, parent bigint CHECK (parent > 0), name text)");
            SinkRuntime records = new SinkRuntime(new TopicPartition(mode, UUID.randomUUID(), 0)).batchSize(1000);
            for (long i = 0; i < 40; i++) {
                records.append(null, row(i, i % 7 == 3 ? -i : 1, "n" + i));
            }
            Sink sink = target.open("mode", mode, "key", "id");
            sink.write(records.batch(records.assign(sink)));
            assertThatThrownBy(sink::flush)
                    .isInstanceOfSatisfying(BadRecordsException.class, e -> assertOneCause(e, mode));
            sink.close();
        }
    }

    private static void assertOneCause(BadRecordsException bad, String mode) {
        assertThat(bad.byOrigin()).as(mode).hasSize(6);
        assertThat(bad.byOrigin().values()).allSatisfy(why -> {
            assertThat(why)
                    .isInstanceOfSatisfying(
                            RecordException.class,
                            reason -> assertThat(reason.code()).hasValue("23514"));
            assertThat(why.getStackTrace()).isEmpty();
            assertThat(why.getMessage().lines().findFirst())
                    .hasValue("ERROR: new row for relation \"t\" violates check constraint \"t_parent_check\"");
        });
    }

    @Test
    void aDuplicateKeyInModeInsertIsABadRecord() throws Exception {
        target.execute("CREATE TABLE t (id bigint PRIMARY KEY, parent bigint, name text)");
        log.append(null, row(1, null, "first"));
        log.append(null, row(2, null, "second"));
        log.append(null, row(1, null, "again"));
        log.append(null, row(3, null, "third"));
        log.batchSize(2).run(target.open());
        assertThat(deadOffsets()).containsExactly(2L);
        assertThat(target.query("SELECT id, name FROM t ORDER BY id"))
                .isEqualTo(List.of(List.of("1", "first"), List.of("2", "second"), List.of("3", "third")));
    }

    @Test
    void aViolationThatIsFoundAtTheCommitIsIsolatedToo() throws Exception {
        target.execute(
                "CREATE TABLE t (id bigint, parent bigint, name text, UNIQUE (id) DEFERRABLE INITIALLY DEFERRED)");
        log.append(null, row(1, null, "a"));
        log.append(null, row(1, null, "b"));
        log.append(null, row(2, null, "c"));
        log.run(target.open());
        assertThat(deadOffsets()).containsExactly(1L);
        assertThat(target.one("SELECT string_agg(name, '' ORDER BY id) FROM t")).isEqualTo("ac");
    }

    @ParameterizedTest
    @ValueSource(strings = {"insert", "upsert"})
    void rowsThatATriggerLeavesOutAreCounted(String mode) throws Exception {
        target.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, parent bigint, name text); CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS "
                        + "'BEGIN RETURN CASE WHEN NEW.id % 2 = 1 THEN NEW END; END'; CREATE TRIGGER odd BEFORE INSERT ON t FOR EACH ROW EXECUTE "
                        + "FUNCTION odd()");
        for (int i = 0; i < 10; i++) {
            log.append(null, row(i, null, "x"));
        }
        List<String> said = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord logged) {
                said.add(MessageFormat.format(logged.getMessage(), logged.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        try {
            log.run(target.open("mode", mode, "key", "id"));
        } finally {
            root.removeHandler(handler);
        }
        assertThat(target.one("SELECT count(*) FROM t")).isEqualTo("5");
        assertThat(log.notWritten()).isEqualTo(5);
        assertThat(said).anyMatch(line -> line.startsWith("5 rows of this transaction are not in their tables"));
    }

    @Test
    void aCircleOfDeferredForeignKeysIsWrittenInOneTransaction() throws Exception {
        target.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, parent bigint, name text UNIQUE); ALTER TABLE t ADD FOREIGN KEY (parent) REFERENCES t "
                        + "DEFERRABLE INITIALLY DEFERRED");
        log.append(null, row(1, 2L, "a"));
        log.append(null, row(2, 1L, "b"));
        log.append(null, row(3, null, "a"));
        log.run(target.open("mode", "insert", "foreign-key-wait", "0s"));
        assertThat(target.query("SELECT id FROM t ORDER BY id")).containsExactly(List.of("1"), List.of("2"));
        assertThat(log.deadLetters()).hasSize(1);
    }

    @Test
    void aChildWaitsForItsParentAndIsBadWhenThatDoesNotCome() throws Exception {
        target.execute("CREATE TABLE t (id bigint PRIMARY KEY, parent bigint REFERENCES t, name text)");
        log.append(null, row(2, 1L, "child before its parent"));
        log.append(null, row(1, null, "parent"));
        log.append(null, row(3, 99L, "orphan"));
        log.batchSize(1).run(target.open("foreign-key-wait", "500ms", "batch-rows", "100"));
        assertThat(deadOffsets()).containsExactly(2L);
        assertThat(target.one("SELECT string_agg(id::text, ',' ORDER BY id) FROM t"))
                .isEqualTo("1,2");
    }

    @Test
    void aBackendThatIsKilledInsideCopyCostsNothing() throws Exception {
        append(MANY);
        Sink sink = target.open();
        long at = log.batchSize(MANY / 2).assign(sink);
        sink.write(log.batch(at));
        assertThat(target.one(
                        "SELECT count(*) FROM (SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE "
                                + "'COPY %' AND application_name = 'mainstem' AND datname = current_database()) x"))
                .isEqualTo("1");
        assertThatThrownBy(() -> {
                    sink.write(log.batch(MANY / 2));
                    sink.flush();
                })
                .isInstanceOf(RetryException.class);
        sink.close();
        log.run(target.open());
        assertThat(log.deadLetters()).isEmpty();
        assertExact();
    }

    @Test
    void aFrozenOwnerInsideCopyIsEndedByTheNext() throws Exception {
        append(MANY);
        Sink frozen = target.open();
        long at = log.batchSize(MANY).assign(frozen);
        frozen.write(log.batch(at));
        log.run(target.open());
        assertThatThrownBy(frozen::flush).isInstanceOf(RetryException.class);
        assertExact();
    }

    @Test
    void aCommitWhoseAnswerIsLostIsSettledByTheLedger() throws Exception {
        append(10);
        try (CommitCutter proxy =
                new CommitCutter(target.server().host(), target.server().port())) {
            Sink sink = target.open("url", "jdbc:postgresql://localhost:" + proxy.port() + "/" + target.database());
            long at = log.batchSize(10).assign(sink);
            sink.write(log.batch(at));
            sink.flush();
            append(10);
            proxy.cutNextCommit();
            sink.write(log.batch(10));
            assertThatThrownBy(sink::flush).isInstanceOf(RetryException.class);
            sink.close();
        }
        assertThat(target.one("SELECT count(*) FROM t")).isEqualTo("20");
        Sink next = target.open();
        assertThat(log.assign(next)).isEqualTo(20);
        log.deliver(next, 0);
        assertExact();
    }

    @Test
    void rowsThatWereThereStopAFirstStart() throws Exception {
        target.execute("CREATE TABLE t (id bigint, parent bigint, name text); INSERT INTO t VALUES (0)");
        append(1);
        Sink sink = target.open();
        assertThatThrownBy(() -> log.run(sink)).isInstanceOfSatisfying(StopException.class, stop -> {
            assertThat(stop.code()).isEqualTo("jdbc.existing-rows");
            assertThat(stop.whatToDo()).contains("existing-rows: append");
        });
        log.run(target.open("existing-rows", "append"));
        log.run(target.open());
        assertThat(target.one("SELECT count(*) FROM t")).isEqualTo("2");
    }

    @Test
    void ofTwoLogsThatStartAtOnceUnderOneNameOnlyTheFirstWrites() throws Exception {
        SinkRuntime otherLog = new SinkRuntime(new TopicPartition("t", UUID.randomUUID(), 0));
        append(10);
        otherLog.append(null, row(0, null, "the same rows, read by another worker"));
        Sink first = target.open();
        Sink second = target.open();
        long at = log.assign(first);
        long otherAt = otherLog.assign(second);
        log.deliver(first, at);
        assertThatThrownBy(() -> otherLog.deliver(second, otherAt))
                .isInstanceOfSatisfying(StopException.class, stop -> {
                    assertThat(stop.code()).isEqualTo("jdbc.topic-replaced");
                    assertThat(stop.getMessage()).contains("another worker");
                });
        append(10);
        log.deliver(first, 10);
        assertExact();
    }

    @Test
    void anotherTableOrTopicUnderTheOldNameStopsTheSink() throws Exception {
        append(3);
        log.run(target.open());
        target.execute("ALTER TABLE t RENAME TO old; CREATE TABLE t (LIKE old)");
        Sink otherTable = target.open();
        assertThatThrownBy(() -> log.run(otherTable))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.table-replaced"));
        target.execute("DROP TABLE t");
        Sink noTable = target.open();
        assertThatThrownBy(() -> log.run(noTable)).hasMessageContaining("there is no such table");
        target.execute("ALTER TABLE old RENAME TO t");
        SinkRuntime made = new SinkRuntime(new TopicPartition("t", UUID.randomUUID(), 0));
        made.append(null, row(3, null, "new"));
        Sink otherTopic = target.open();
        assertThatThrownBy(() -> made.run(otherTopic))
                .isInstanceOfSatisfying(
                        StopException.class, stop -> assertThat(stop.code()).isEqualTo("jdbc.topic-replaced"));
        made.run(target.open("replaced", "accept"));
        assertThat(target.one("SELECT count(*) FROM t")).isEqualTo("4");
    }

    @Test
    void whatAPersonMustChangeIsSaidClearly() throws Exception {
        append(1);
        assertStop(target.open("user", "nobody", "password", "sEcReT-canary"), "jdbc.login", "nobody");
        assertStop(target.open("url", target.server().url("nowhere")), "jdbc.no-database", "nowhere");
        assertStop(target.open("create-table", "false"), "jdbc.no-table", "create-table");
        target.execute("CREATE ROLE poor LOGIN PASSWORD 'poor'; CREATE TABLE t (id bigint, parent bigint, name text)");
        assertStop(target.open("user", "poor", "password", "poor"), "jdbc.permission", "permission denied");
        Sink nobody = target.open("url", "jdbc:postgresql://localhost:1/x", "connect-timeout", "1s");
        assertThatThrownBy(() -> log.run(nobody))
                .isInstanceOf(RetryException.class)
                .hasMessageContaining("jdbc:postgresql://localhost:1/x");
    }

    @Test
    void moreColumnsThanATableHoldsStopTheSink() throws Exception {
        List<Field> fields = IntStream.range(0, 1601)
                .mapToObj(i -> Field.nullable("c" + i, Type.INT64))
                .toList();
        Schema wide = Schema.of("t", fields);
        log.append(null, Row.of(wide, new Object[fields.size()]));
        assertStop(target.open(), "jdbc.refused", "at most 1600 columns");
    }

    private void assertStop(Sink sink, String code, String text) {
        assertThatThrownBy(() -> log.run(sink)).isInstanceOfSatisfying(StopException.class, stop -> {
            assertThat(stop.code()).isEqualTo(code);
            assertThat(stop.getMessage()).contains(text).doesNotContain("sEcReT-canary");
            assertThat(stop.whatToDo()).isNotBlank();
        });
    }
}
