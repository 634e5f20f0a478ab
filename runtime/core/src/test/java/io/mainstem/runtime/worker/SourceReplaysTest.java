package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.TransformFactory;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.LetterCause;
import io.mainstem.runtime.delivery.LetterState;
import io.mainstem.runtime.delivery.LetterTopic;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.Replay;
import io.mainstem.runtime.pipeline.Batch;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.transform.BuiltIns;
import io.mainstem.runtime.transform.StepPlaces;
import io.mainstem.runtime.transform.StepSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Rows of a source's letters that are sent through its steps again. */
final class SourceReplaysTest extends WorkerCase {

    private static final StepSpec THREE =
            step("split", Map.of("expression", "['a', 'b', 'c']", "into", "part", "number", "part_number"));
    private static final StepSpec WRONG = dividing("value.number == 3 || value.number == 5 ? 0 : 1");
    private static final StepSpec RIGHT = dividing("1");

    private final NumbersSource source = new NumbersSource(1, 10, 10);
    private final MemoryTarget target = new MemoryTarget(true);

    private static StepSpec dividing(String by) {
        return step("add", Map.of("fields", Map.of("ratio", "100 / (" + by + ")")));
    }

    private static StepSpec step(String name, Map<String, ?> options) {
        TransformFactory factory = BuiltIns.find(name).orElseThrow();
        return new StepSpec(factory, Config.parse(factory.config(), options), List.of(), StepPlaces.NONE);
    }

    @Test
    void theRowsComeOutOfTheStepsThatWereCorrectedOnceEach() throws Exception {
        run(KEEP, WRONG);
        assertThat(target.numbers()).hasSize(8).doesNotContain(3L, 5L);

        assertThat(replay(false).sent()).hasSize(2);
        assertThat(replay(false).sent()).as("once").isEmpty();
        assertThat(run(KEEP, RIGHT)).as("records of the source").isEqualTo(2);
        assertThat(run(KEEP, RIGHT)).isZero();

        assertThat(target.numbers()).containsExactlyInAnyOrderElementsOf(numbers());
        assertThat(letters()).hasSize(2).extracting(Letter::state).containsOnly(LetterState.REPLAYED);
    }

    @Test
    void whatWasPublishedIsNotPublishedAgainWhenTheSourceReadsFromItsBeginning() throws Exception {
        run(KEEP, WRONG);
        replay(false);
        run(KEEP, RIGHT);
        try (Positions positions = Positions.open(log)) {
            positions.reset(new SourceName("test", "numbers"), Optional.empty());
        }

        assertThat(run(KEEP, RIGHT)).isEqualTo(10);
    }

    @Test
    void aRowThatFailsAgainIsOpenAgainAndStopsNothing() throws Exception {
        run(KEEP, WRONG);
        replay(false);
        run(STOP, WRONG);

        assertThat(target.numbers()).hasSize(8);
        assertThat(letters()).hasSize(2).allSatisfy(letter -> {
            assertThat(letter.state()).isEqualTo(LetterState.OPEN);
            assertThat(letter.head().attempts()).isEqualTo(2);
            assertThat(letter.head().cause().message()).contains("divided by zero");
        });
        replay(false);
        run(STOP, RIGHT);
        assertThat(target.numbers()).containsExactlyInAnyOrderElementsOf(numbers());
    }

    @Test
    void allThatComesOfARowIsPublishedOrNothing() throws Exception {
        StepSpec failing = dividing("value.number == 3 ? value.part_number - 2 : 1");
        run(KEEP, THREE, failing);
        assertThat(target.rows).hasSize(27);

        replay(false);
        run(KEEP, THREE, failing);
        assertThat(target.rows).hasSize(27);
        assertThat(letters()).extracting(Letter::state).containsExactly(LetterState.OPEN);

        replay(false);
        run(KEEP, THREE, RIGHT);
        assertThat(target.rows).hasSize(30);
    }

    @Test
    void aSourceThatRunsPublishesThemWithoutBeingStarted() throws Exception {
        run(KEEP, WRONG);
        try (Worker worker = Worker.start(log, List.of(pipeline(KEEP, ScheduleSpec.continuous(), RIGHT)), options())) {
            await(() -> worker.status().stream()
                    .allMatch(task -> task.state() == TaskStatus.State.RUNNING && task.lag() <= 0));
            replay(false);
            worker.lookForReplays();
            await(() -> target.numbers().size() == 10);
            assertThat(worker.hasFailed()).isFalse();
        }
        assertThat(target.numbers()).containsExactlyInAnyOrderElementsOf(numbers());
    }

    @Test
    void aLaterRecordOfTheKeyIsNotOverwrittenUnlessThatIsWanted() throws Exception {
        StepSpec key = step("key", Map.of("fields", List.of("split")));
        run(KEEP, WRONG, key);

        replay(false);
        run(KEEP, RIGHT, key);
        assertThat(target.numbers()).hasSize(8);
        assertThat(letters()).hasSize(2).allSatisfy(letter -> {
            assertThat(letter.state()).isEqualTo(LetterState.OPEN);
            assertThat(letter.head().cause().message()).contains("later record of its key", "numbers-0@", "--force");
        });
        replay(false);
        run(KEEP, RIGHT, key);
        assertThat(target.numbers()).as("nor the next time").hasSize(8);

        replay(true);
        run(KEEP, RIGHT, key);
        assertThat(target.numbers()).containsExactlyInAnyOrderElementsOf(numbers());
    }

    @Test
    void aKeyOfWhichNothingCameIsPublished() throws Exception {
        StepSpec key = step("key", Map.of("fields", List.of("number")));
        run(KEEP, WRONG, key);
        replay(false);
        run(KEEP, RIGHT, key);
        assertThat(target.numbers()).containsExactlyInAnyOrderElementsOf(numbers());
    }

    @Test
    void whatDedupeHasSeenDoesNotKeepThemBack() throws Exception {
        StepSpec dedupe = step("dedupe", Map.of("by", List.of("number")));
        run(KEEP, dedupe, WRONG);
        replay(false);
        run(KEEP, dedupe, RIGHT);
        assertThat(target.numbers()).containsExactlyInAnyOrderElementsOf(numbers());
    }

    @Test
    void aRowOfAStreamThatTheSourceHasNoMoreIsOpenAgain() throws Exception {
        run(KEEP, WRONG);
        replay(false);
        Pipeline other = pipeline(new StreamsSource("others"), KEEP, ScheduleSpec.once(), List.of(RIGHT));
        try (Positions positions = Positions.open(log)) {
            positions.reset(new SourceName("test", "numbers"), Optional.empty());
        }
        run(other);
        assertThat(letters())
                .hasSize(2)
                .allSatisfy(
                        letter -> assertThat(letter.head().cause().message()).contains("has no stream 'numbers'"));
    }

    @Test
    void aLetterWithoutItsSchemaIsRefusedAndSaysWhatToDo() {
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            TopicPartition partition =
                    LetterTopic.ensure(log, "numbers.dead", producer).partition();
            DeadLetter letter = DeadLetter.ofSource(
                    new DeadLetter.Owner("test", DeadLetter.Side.SOURCE, "numbers", "numbers"),
                    new byte[] {'x'},
                    "file:1",
                    LetterCause.of("too few fields", text -> text),
                    Instant.EPOCH);
            producer.send(partition, 0, letter.key(), letter.value(), letter.headers())
                    .join();
        }
        Replay.Outcome outcome = replay(true);
        assertThat(outcome.sent()).isEmpty();
        assertThat(outcome.refused().values())
                .singleElement()
                .satisfies(why -> assertThat(why).contains("no row that could be published again", "mainstem produce"));
    }

    private static List<Long> numbers() {
        return LongStream.range(0, 10).boxed().toList();
    }

    private List<Letter> letters() {
        return DeadLetters.read(log).all();
    }

    private Replay.Outcome replay(boolean force) {
        return Replay.send(log, Clock.systemUTC(), letter -> true, force);
    }

    private long run(FailurePolicy policy, StepSpec... steps) throws Exception {
        return run(pipeline(policy, ScheduleSpec.once(), steps));
    }

    /** Returns how many records the source has published. */
    private long run(Pipeline pipeline) throws Exception {
        try (Worker worker = Worker.start(log, List.of(pipeline), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status())
                    .allSatisfy(task ->
                            assertThat(task.state()).as("%s", task.failure()).isEqualTo(TaskStatus.State.FINISHED));
            return worker.status().get(0).records();
        }
    }

    private Pipeline pipeline(FailurePolicy policy, ScheduleSpec schedule, StepSpec... steps) {
        return pipeline(source, policy, schedule, List.of(steps));
    }

    private Pipeline pipeline(SourceFactory from, FailurePolicy policy, ScheduleSpec schedule, List<StepSpec> steps) {
        return new Pipeline(
                "test",
                folder.resolve("test.yaml"),
                List.of(new SourceSpec(
                        "numbers", "numbers", from, NONE, "{stream}", steps, schedule, Batch.OF_SOURCE, policy)),
                List.of(new TopicSpec("numbers", 1, List.of(), CodecKind.AVRO, TopicSettings.defaults())),
                List.of(new SinkSpec(
                        "target", "memory", target, NONE, List.of("numbers"), List.of(), Batch.OF_SINK, policy)));
    }
}
