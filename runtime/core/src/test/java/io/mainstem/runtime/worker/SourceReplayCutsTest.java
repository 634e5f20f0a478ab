package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.TransformFactory;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.Durability;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.Replay;
import io.mainstem.runtime.pipeline.Batch;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.transform.BuiltIns;
import io.mainstem.runtime.transform.StepPlaces;
import io.mainstem.runtime.transform.StepSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Letters of a source are sent through its steps again while the process ends, or the log fails, at each step in turn: from the command
 * that sends them to the commit of what came of them. Of three letters one was corrected by hand, and one fails again.
 */
final class SourceReplayCutsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FIRST = 8;
    private static final int ALL = 9;
    private static final int EDITED = 5;
    private static final int FAILING = 7;
    private static final Pattern ROW = Pattern.compile("\"number\":(\\d+),\"text\":\"([^\"]*)\".*\"part\":\"(.)\"");
    private static final FailurePolicy KEEP = new FailurePolicy(
            new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMinutes(1)),
            new FailurePolicy.BadRecords.DeadLetters("numbers.dead", Optional.empty()));
    private static final StepSpec PARTS =
            step("split", Map.of("expression", "['a', 'b']", "into", "part", "number", "part_number"));
    private static final StepSpec WRONG = dividing("value.number in [3, 5, 7] ? 0 : 1");
    private static final StepSpec RIGHT = dividing("value.number == 7 ? 0 : 1");

    @TempDir
    Path folder;

    private static StepSpec dividing(String by) {
        return step("add", Map.of("fields", Map.of("ratio", "100 / (" + by + ")")));
    }

    private static StepSpec step(String name, Map<String, ?> options) {
        TransformFactory factory = BuiltIns.find(name).orElseThrow();
        return new StepSpec(factory, Config.parse(factory.config(), options), List.of(), StepPlaces.NONE);
    }

    /** Once for each thing that may happen. */
    @ParameterizedTest
    @EnumSource
    void eachRowStandsOnceAndItsLetterIsReplayedOnceWhateverHappensAtWhichStep(CutLog.Cut what) throws Exception {
        Path before = folder.resolve("before");
        keepLetters(before);
        int steps = 0;
        for (boolean isCut = true; isCut; steps++) {
            Path after = folder.resolve("after-" + steps);
            isCut = cut(before, after, what, steps);
            try (Log log = open(after)) {
                replay(log);
                run(log, ALL, RIGHT);
                assertOnce(log, what + " at step " + steps);
            }
        }
        assertThat(steps).as("steps").isGreaterThan(10);
    }

    private void keepLetters(Path at) throws Exception {
        try (Log log = open(at)) {
            run(log, FIRST, WRONG);
            Letter wrong = letter(log, EDITED);
            DeadLetter content = DeadLetters.read(log).content(wrong);
            String edited = new String(content.value(), StandardCharsets.UTF_8).replace("row " + EDITED, "edited");
            DeadLetters.edit(
                    log,
                    Clock.systemUTC(),
                    wrong,
                    new DeadLetters.Corrected(null, edited.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Goes on with a copy of a log until the step, or its end, and leaves what is on the disk then. Returns whether there was such a step. */
    private boolean cut(Path before, Path after, CutLog.Cut what, int step) throws Exception {
        Path running = folder.resolve("running-" + step);
        copy(before, running);
        CutLog cut = new CutLog(what, step);
        try (Log log = open(running)) {
            try {
                replay(cut.over(log));
                run(cut, log);
            } catch (LogException e) {
                assertThat(cut.isDone()).as("%s", e).isTrue();
            }
            if (what == CutLog.Cut.GONE) {
                copy(running, after);
            }
        }
        if (what != CutLog.Cut.GONE) {
            Files.move(running, after);
        }
        return cut.isDone();
    }

    private void run(CutLog cut, Log log) throws Exception {
        try (Worker worker = start(cut.over(log), ALL, RIGHT)) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!worker.await(Duration.ofMillis(1)) && !cut.isGone()) {
                assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)));
            }
        }
    }

    /** Nothing is written to its files but by those who call it. */
    private static Log open(Path at) {
        return EmbeddedLog.open(
                at,
                EmbeddedLogOptions.builder()
                        .durability(Durability.OS)
                        .journalFileBytes(256 << 10)
                        .checkpointInterval(Duration.ofHours(1))
                        .build());
    }

    /** Sends what was not sent yet. */
    private static void replay(Log log) {
        Replay.send(log, Clock.systemUTC(), letter -> letter.head().attempts() == 1, false);
    }

    /** Returns how many records the source has published. */
    private long run(Log log, int end, StepSpec dividing) throws Exception {
        try (Worker worker = start(log, end, dividing)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            TaskStatus source = worker.status().get(0);
            assertThat(source.state()).as("%s", source.failure()).isEqualTo(TaskStatus.State.FINISHED);
            return source.records();
        }
    }

    private Worker start(Log log, int end, StepSpec dividing) {
        WorkerOptions options = WorkerOptions.of(Secrets.none(), Clock.systemUTC(), new Random(42));
        SourceSpec source = new SourceSpec(
                "numbers",
                "numbers",
                new NumbersSource(1, end, 10),
                Config.of(Map.of()),
                "{stream}",
                List.of(PARTS, dividing),
                ScheduleSpec.once(),
                Batch.OF_SOURCE,
                KEEP);
        TopicSpec topic = new TopicSpec("numbers", 1, List.of(), CodecKind.JSON, TopicSettings.defaults());
        Pipeline pipeline =
                new Pipeline("test", folder.resolve("test.yaml"), List.of(source), List.of(topic), List.of());
        return Worker.start(log, List.of(pipeline), options);
    }

    private static Letter letter(Log log, int number) {
        DeadLetters all = DeadLetters.read(log);
        return all.all().stream()
                .filter(letter -> value(all.content(letter)).contains("\"number\":" + number + ","))
                .findFirst()
                .orElseThrow();
    }

    private static String value(DeadLetter letter) {
        return new String(letter.value(), StandardCharsets.UTF_8);
    }

    private static void assertOnce(Log log, String when) {
        List<String> rows = new ArrayList<>();
        for (int number = 0; number < ALL; number++) {
            if (number != FAILING) {
                String text = number == EDITED ? "edited" : "row " + number;
                rows.add(number + " " + text + " a");
                rows.add(number + " " + text + " b");
            }
        }
        List<String> found = new ArrayList<>();
        read(log, "numbers", cursor -> found.add(row(text(cursor, cursor.valueOffset(), cursor.valueLength()))));
        assertThat(found).as("rows, %s", when).containsExactlyInAnyOrderElementsOf(rows);

        assertThat(DeadLetters.read(log).all())
                .as("letters, %s", when)
                .extracting(letter -> letter.state() + " " + letter.head().attempts())
                .containsExactlyInAnyOrder("REPLAYED 1", "REPLAYED 1", "OPEN 2");
        List<String> marks = new ArrayList<>();
        read(log, "__mainstem.dead-letters", cursor -> {
            String key = text(cursor, cursor.keyOffset(), cursor.keyLength());
            if (key.startsWith("[\"state\"")) {
                marks.add(key);
            }
        });
        assertThat(marks).as("marks, %s", when).hasSize(3).doesNotHaveDuplicates();
        List<Long> kept = new ArrayList<>();
        read(log, "numbers.dead", cursor -> kept.add(cursor.offset()));
        assertThat(kept).as("copies of letters, %s", when).hasSize(4);
    }

    private static String row(String json) {
        Matcher matcher = ROW.matcher(json);
        assertThat(matcher.find()).as(json).isTrue();
        return matcher.group(1) + " " + matcher.group(2) + " " + matcher.group(3);
    }

    private static String text(RecordCursor cursor, int offset, int length) {
        return new String(cursor.array(), offset, length, StandardCharsets.UTF_8);
    }

    private static void read(Log log, String topic, Consumer<RecordCursor> each) {
        TopicPartition partition = new TopicPartition(topic, 0);
        long end = log.admin().offsets(partition).end();
        try (PartitionReader reader = log.reader(partition, 0)) {
            while (reader.position() < end) {
                Optional<RecordChunk> chunk = reader.poll(PATIENCE);
                assertThat(chunk).as(topic).isPresent();
                RecordCursor cursor = chunk.get().cursor();
                while (cursor.next()) {
                    each.accept(cursor);
                }
                chunk.get().release();
            }
        }
    }
}
