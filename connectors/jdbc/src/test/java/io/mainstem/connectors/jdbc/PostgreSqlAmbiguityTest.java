package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Field;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.CommitCutter;
import io.mainstem.testkit.SinkRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commits whose answer never comes and backends that are killed, again and again at places that are drawn by lot, in each mode: what
 * is in the table at the end is what a sink without faults would have written.
 */
final class PostgreSqlAmbiguityTest {

    private static final int CUTS = 10;
    private static final int KILLS = 10;
    private static final int ROWS = 200;
    private static final Schema SCHEMA =
            Schema.of("t", Field.required("id", Type.INT64), Field.nullable("name", Type.STRING));

    @RegisterExtension
    final TestSink target = new TestSink();

    private final SinkRuntime log = new SinkRuntime(new TopicPartition("t", UUID.randomUUID(), 0)).batchSize(ROWS);
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private static Object[] options(String mode, Object... more) {
        List<Object> options = new ArrayList<>(List.of(more));
        switch (mode) {
            case "keyless" -> options.addAll(List.of("mode", "insert"));
            case "upsert" -> options.addAll(List.of("mode", "upsert", "key", "id"));
            default -> options.addAll(List.of("mode", "upsert", "key", "id", "table-mode", "history"));
        }
        return options.toArray();
    }

    /** So many distinct keys, each of which comes twice. */
    private void append() {
        long first = log.end() / 2;
        for (int i = 0; i < ROWS; i++) {
            long id = first + i % (ROWS / 2);
            log.append(Scalar.int64(id), Row.of(SCHEMA, id, "name " + log.end()));
        }
    }

    private void assertExact(String mode) throws Exception {
        long all = log.end();
        String counts = target.query("SELECT count(*), count(DISTINCT id), count(DISTINCT name) FROM t")
                .toString();
        switch (mode) {
            case "keyless" ->
                assertThat(counts).as("seed %d", seed).isEqualTo("[[" + all + ", " + all / 2 + ", " + all + "]]");
            case "upsert" ->
                assertThat(counts)
                        .as("seed %d", seed)
                        .isEqualTo("[[" + all / 2 + ", " + all / 2 + ", " + all / 2 + "]]");
            default -> {
                assertThat(counts).as("seed %d", seed).isEqualTo("[[" + all + ", " + all / 2 + ", " + all + "]]");
                assertThat(target.one("SELECT count(*) FROM t WHERE valid_to IS NULL"))
                        .isEqualTo(String.valueOf(all / 2));
            }
        }
        assertThat(log.deadLetters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"keyless", "upsert", "history"})
    void tenCommitsWithoutAnAnswerLeaveTheTableExact(String mode) throws Exception {
        for (int cut = 0; cut < CUTS; cut++) {
            append();
            try (CommitCutter proxy =
                    new CommitCutter(target.server().host(), target.server().port())) {
                String url = "jdbc:postgresql://localhost:" + proxy.port() + "/" + target.database();
                Sink sink = target.open(options(mode, "url", url));
                long at = log.assign(sink);
                proxy.cutNextCommit();
                assertThat(fails(sink, at)).as("cut %d, seed %d", cut, seed).isTrue();
                sink.close();
            }
        }
        log.run(target.open(options(mode)));
        assertExact(mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keyless", "upsert", "history"})
    void backendsThatAreKilledAtAnyTimeLeaveTheTableExact(String mode) throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            append();
            Sink sink = target.open(options(mode));
            long at = log.assign(sink);
            int before = random.nextInt(3);
            if (before > 0) {
                sink.write(log.batch(at));
            }
            if (before > 1) {
                sink.flush();
            }
            target.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'mainstem' AND "
                            + "datname = current_database()");
            assertThat(before > 1 && log.end() - at <= ROWS || fails(sink, at))
                    .as("kill %d, seed %d", kill, seed)
                    .isTrue();
            sink.close();
        }
        log.run(target.open(options(mode)));
        assertExact(mode);
    }

    private boolean fails(Sink sink, long at) throws Exception {
        try {
            log.deliver(sink, at);
            return false;
        } catch (RetryException e) {
            return true;
        }
    }
}
