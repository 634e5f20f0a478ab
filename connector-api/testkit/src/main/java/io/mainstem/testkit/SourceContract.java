package io.mainstem.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.mainstem.api.Config;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Option;
import io.mainstem.api.Recordable;
import io.mainstem.api.Row;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every source must keep: each message once, whatever happens. Extend it with a source over data that stay as they
 * are, of a few thousand messages, so that its readers checkpoint several times.
 */
public abstract class SourceContract {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    /** A folder of this test's own. */
    @TempDir
    protected Path folder;

    /** For the author of a suite. */
    protected SourceContract() {}

    /** What makes the source. */
    protected abstract SourceFactory factory();

    /** Makes the data, and gives the options of a source that reads them. */
    protected abstract Map<String, ?> prepare() throws Exception;

    /** How many messages the data have. */
    protected abstract int messages();

    /** How many bad records the data have; none by default. */
    protected int badRecords() {
        return 0;
    }

    private SourceHarness harness(Map<String, ?> options) throws Exception {
        return new SourceHarness(factory(), options, new RecordingContext(folder, START), new RecordingLog());
    }

    private List<String> expected(Map<String, ?> options) throws Exception {
        try (SourceHarness harness = harness(options)) {
            harness.runToEnd();
            return harness.log().values();
        }
    }

    /** One run gives every message, and every bad record. */
    @Test
    void aRunGivesEveryMessage() throws Exception {
        try (SourceHarness harness = harness(prepare())) {
            harness.runToEnd();
            assertThat(harness.log().messages()).hasSize(messages());
            assertThat(harness.log().bad()).hasSize(badRecords());
            assertThat(harness.log().bad()).allSatisfy(bad -> {
                assertThat(bad.where()).isNotBlank();
                assertThat(bad.why()).isNotBlank();
            });
        }
    }

    /** Messages have the schema of their stream. */
    @Test
    void messagesHaveTheSchemaOfTheirStream() throws Exception {
        try (SourceHarness harness = harness(prepare())) {
            harness.runToEnd();
            String stream = harness.log().splits().iterator().next().stream();
            assertThat(harness.log().messages().stream()
                            .map(Message::value)
                            .filter(Row.class::isInstance)
                            .map(value -> ((Row) value).schema()))
                    .allMatch(schema -> harness.log().streams().stream()
                            .anyMatch(declared -> declared.schema().equals(schema)));
            assertThat(harness.log().stream(stream)).isPresent();
        }
    }

    /** A source that can be recorded gives the same when it is played, with the same requests, and asks nobody. */
    @Test
    void whatIsRecordedIsPlayed() throws Exception {
        if (!(factory() instanceof Recordable)) {
            return;
        }
        Map<String, ?> options = prepare();
        MemoryTape tape = new MemoryTape();
        List<String> recorded = taped(options, tape);
        assertThat(recorded).hasSize(messages());
        tape.play();
        assertThat(taped(options, tape)).isEqualTo(recorded);
        assertThat(tape.isAtItsEnd()).isTrue();
    }

    private List<String> taped(Map<String, ?> options, MemoryTape tape) throws Exception {
        try (SourceHarness harness =
                new SourceHarness(factory(), options, new RecordingContext(folder, START), new RecordingLog(), tape)) {
            harness.runToEnd();
            return harness.log().values();
        }
    }

    /** A second run after a complete one has nothing new to give. */
    @Test
    void aSecondRunGivesNothing() throws Exception {
        try (SourceHarness harness = harness(prepare())) {
            harness.runToEnd();
            harness.log().clear();
            harness.restart();
            harness.runToEnd();
            assertThat(harness.log().messages()).isEmpty();
        }
    }

    /** A crash after any checkpoint costs no message and gives none twice. */
    @Test
    void aCrashAfterAnyCheckpointKeepsEveryMessageOnce() throws Exception {
        Map<String, ?> options = prepare();
        List<String> expected = expected(options);
        for (int checkpoint = 1; ; checkpoint++) {
            try (SourceHarness harness = harness(options)) {
                harness.log().killAfterCheckpoints(checkpoint);
                harness.runToEndThroughKills();
                assertThat(harness.log().values())
                        .as("killed after checkpoint %s", checkpoint)
                        .containsExactlyInAnyOrderElementsOf(expected);
                if (harness.log().checkpoints() < checkpoint) {
                    return;
                }
            }
        }
    }

    /** Neither does a crash after each of them. */
    @Test
    void aCrashAfterEveryCheckpointKeepsEveryMessageOnce() throws Exception {
        Map<String, ?> options = prepare();
        List<String> expected = expected(options);
        try (SourceHarness harness = harness(options)) {
            boolean done = false;
            while (!done) {
                int before = harness.log().checkpoints();
                harness.log().killAfterCheckpoints(1);
                harness.runToEndThroughKills();
                done = harness.log().checkpoints() <= before + 1;
                harness.restart();
            }
            assertThat(harness.log().values()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    /** What was emitted after the last checkpoint comes again. */
    @Test
    void aCrashBetweenCheckpointsKeepsEveryMessageOnce() throws Exception {
        Map<String, ?> options = prepare();
        List<String> expected = expected(options);
        for (int message : Set.of(0, 1, messages() / 3, messages() / 2, messages() - 1)) {
            try (SourceHarness harness = harness(options)) {
                harness.log().killAfterMessages(message);
                harness.runToEndThroughKills();
                assertThat(harness.log().values())
                        .as("killed at message %s", message)
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    /** Discovery finds the same again, and names streams for all splits. */
    @Test
    void discoveryIsIdempotent() throws Exception {
        try (SourceHarness harness = harness(prepare())) {
            List<Split> first = harness.discover().splits();
            List<Split> second = harness.discover().splits();
            harness.restart();
            assertThat(second).isNotEmpty().isEqualTo(first);
            assertThat(harness.discover().splits()).isEqualTo(first);
            assertThat(first)
                    .allMatch(split -> harness.log().stream(split.stream()).isPresent());
        }
    }

    /** A reader that was cancelled comes back from a poll, and can be closed. */
    @Test
    void aCancelledReaderReturns() throws Exception {
        try (SourceHarness harness = harness(prepare())) {
            Split split = harness.discover().splits().get(0);
            Emitter emitter = harness.log().emitter(split);
            try (SplitReader reader = harness.open(split, false)) {
                reader.cancel();
                assertTimeoutPreemptively(Duration.ofSeconds(10), () -> reader.poll(emitter, Duration.ofSeconds(5)));
            }
        }
    }

    /** Sources can be made and closed again and again without leaving threads behind. */
    @Test
    void reloadsLeaveNoThreads() throws Exception {
        try (SourceHarness harness = harness(prepare())) {
            harness.discover();
            int before = Thread.activeCount();
            for (int i = 0; i < 200; i++) {
                harness.restart();
                harness.open(harness.log().splits().iterator().next(), true).close();
            }
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(before + 1);
        }
    }

    /** Every option says what it does and shows an example, and an unknown one is refused by name. */
    @Test
    void optionsAreDocumented() {
        for (Option<?> option : factory().config().options()) {
            assertThat(option.doc()).as("doc of %s", option).isNotBlank();
            assertThat(option.example()).as("example of %s", option).isNotBlank();
        }
        assertThatThrownBy(() -> Config.parse(factory().config(), Map.of("no-such-option", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no-such-option");
    }
}
