package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Transform;
import io.mainstem.api.TransformFactory;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.Replay;
import io.mainstem.runtime.pipeline.Batch;
import io.mainstem.runtime.pipeline.Deadlines;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.transform.BuiltIns;
import io.mainstem.runtime.transform.StepPlaces;
import io.mainstem.runtime.transform.StepSpec;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Steps in front of a topic and behind it, in a worker. */
class TransformsTest extends WorkerCase {

    private static StepSpec step(String name, Map<String, ?> options) {
        TransformFactory factory = BuiltIns.find(name).orElseThrow();
        return new StepSpec(factory, Config.parse(factory.config(), options), List.of(), StepPlaces.NONE);
    }

    private static StepSpec step(TransformFactory factory) {
        return new StepSpec(factory, NONE, List.of(), StepPlaces.NONE);
    }

    /** Three of each, as a list of texts would give them. */
    private static final StepSpec THREE =
            step("split", Map.of("expression", "['a', 'b', 'c']", "into", "part", "number", "part_number"));

    private static StepSpec on(String stream, StepSpec step) {
        return new StepSpec(step.factory(), step.config(), List.of(stream), problem -> "p.yaml:9:7");
    }

    @Test
    void aStepForAStreamThatThereIsNotStopsItsSource() throws Exception {
        StepSpec drop = step("filter", Map.of("where", "1 > 2"));
        MemoryTarget target = new MemoryTarget(true);
        Pipeline pipeline =
                pipeline(new NumbersSource(1, 10, 10), List.of(on("nmbers", drop)), target, List.of(), KEEP);
        try (Worker worker = Worker.start(log, List.of(pipeline), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(0)).satisfies(status -> {
                assertThat(status.state()).isEqualTo(TaskStatus.State.FAILED);
                assertThat(status.failure().orElseThrow().toString())
                        .contains("p.yaml:9:7: the source has no stream 'nmbers'", "did you mean 'numbers'?");
            });
        }
        assertThat(target.rows).isEmpty();
    }

    @Test
    void aSinkWhoseStepsDropEverythingStillGoesOn() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        run(new NumbersSource(1, 500, 100), List.of(), target, List.of(step("filter", Map.of("where", "1 > 2"))), KEEP);

        assertThat(target.rows).isEmpty();
        assertThat(log.admin().offsets(new TopicPartition("numbers", 0)).end()).isGreaterThanOrEqualTo(500);
        assertThat(target.ledger.values())
                .singleElement()
                .satisfies(offset -> assertThat(offset.next())
                        .isEqualTo(log.admin()
                                .offsets(new TopicPartition("numbers", 0))
                                .end()));
    }

    @Test
    void whatComesOfOneRecordIsNumberedAndInOrder() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        run(new NumbersSource(1, 50, 10), List.of(), target, List.of(THREE), KEEP);

        assertThat(target.rows).hasSize(150);
        for (int i = 0; i < 150; i++) {
            Message message = target.rows.get(i);
            assertThat(message.index()).isEqualTo(i % 3);
            assertThat(((Row) message.value()).at("part"))
                    .isEqualTo(List.of("a", "b", "c").get(i % 3));
            assertThat(((Row) message.value()).at("part_number")).isEqualTo(i % 3 + 1L);
        }
    }

    @Test
    void aRecordOfWhichOneChildIsRefusedIsALetterAsAWholeAndAReplayMakesAllOfIt() throws Exception {
        MemoryTarget target = new MemoryTarget(true).refuse(7);
        NumbersSource source = new NumbersSource(1, 20, 5);
        run(source, List.of(), target, List.of(THREE), KEEP);
        assertThat(target.rows).hasSize(57);
        assertThat(letters()).hasSize(1);

        target.mend();
        assertThat(Replay.send(log, Clock.systemUTC(), letter -> true, false).sent())
                .hasSize(1);
        run(source, List.of(), target, List.of(THREE), KEEP);

        assertThat(target.rows).hasSize(60);
        assertThat(target.numbers().stream().filter(number -> number == 7)).hasSize(3);
    }

    @Test
    void aRecordThatAStepCannotTransformIsALetterWithTheBytesOfTheTopic() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        StepSpec dividing = step("add", Map.of("fields", Map.of("part", "100 / (value.number - 3)")));
        run(new NumbersSource(1, 10, 10), List.of(), target, List.of(dividing), KEEP);

        assertThat(target.numbers()).hasSize(9).doesNotContain(3L);
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.head().cause().message()).isEqualTo("step 1 'add': field 'part': 100 is divided by zero");
            assertThat(new String(DeadLetters.read(log).content(letter).value(), StandardCharsets.UTF_8))
                    .contains("row 3");
        });
    }

    @Test
    void stepsOfASourceChangeWhatTheTopicHasAndItsKeyFollows() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        List<StepSpec> steps = List.of(
                step("filter", Map.of("where", "value.number % 2 == 0")),
                step("key", Map.of("fields", List.of("number"))),
                step("rename", Map.of("fields", Map.of("number", "n", "split", "part"))),
                step("keep", Map.of("fields", List.of("part", "n"))));
        run(new NumbersSource(1, 100, 7), steps, target, List.of(), KEEP);

        assertThat(target.numbers())
                .isEqualTo(LongStream.range(0, 50).map(n -> 2 * n).boxed().toList());
        var registered = Schemas.open(log).latest("numbers").orElseThrow();
        assertThat(registered.keyFields()).containsExactly("n");
        assertThat(registered.schema().fields())
                .extracting(field -> field.name())
                .containsExactly("part", "n");
    }

    @Test
    void aSourcesRecordThatAStepCannotTransformIsALetterAndNothingOfItGoesOn() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        StepSpec dividing = step("add", Map.of("fields", Map.of("part", "100 / (value.part_number - 2)")));
        run(new NumbersSource(1, 10, 10), List.of(THREE, dividing), target, List.of(), KEEP);

        assertThat(target.rows).as("each record has a child that fails").isEmpty();
        assertThat(letters()).hasSize(10);
        assertThat(letters().get(0).head().cause().message()).contains("step 2 'add'");
    }

    @Test
    void aLetterOfASourceNamesItsOwnRecordWhateverBecameOfThoseInFrontOfIt() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        StepSpec failing = step(
                "add", Map.of("fields", Map.of("ratio", "100 / (value.number in [1, 2, 3] ? 0 : value.number + 1)")));
        run(new NumbersSource(1, 10, 10), List.of(failing), target, List.of(), KEEP);

        assertThat(letters())
                .extracting(letter -> letter.head().origin())
                .hasSize(3)
                .satisfiesExactlyInAnyOrder(
                        origin -> assertThat(origin).endsWith("record 2"),
                        origin -> assertThat(origin).endsWith("record 3"),
                        origin -> assertThat(origin).endsWith("record 4"));
    }

    @Test
    void theTopicOfEachMessageMayBeChosen() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        run(
                new NumbersSource(1, 30, 10),
                List.of(step("route", Map.of("topic", "numbers.{value.number % 3}"))),
                target,
                List.of(),
                KEEP);

        for (int i = 0; i < 3; i++) {
            assertThat(log.admin()
                            .offsets(new TopicPartition("numbers." + i, 0))
                            .end())
                    .isGreaterThanOrEqualTo(10);
        }
        assertThat(target.rows).isEmpty();
    }

    @Test
    void aStepThatDoesNotGoWithTheRowsStopsWithTheNameThatWasMeant() throws Exception {
        try (Worker worker = Worker.start(
                log,
                List.of(pipeline(
                        new NumbersSource(1, 5, 5),
                        List.of(step("rename", Map.of("fields", Map.of("numbr", "n")))),
                        new MemoryTarget(true),
                        List.of(),
                        KEEP)),
                options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(0).state()).isEqualTo(TaskStatus.State.FAILED);
            assertThat(worker.status().get(0).failure().orElseThrow().toString())
                    .contains(
                            "there is no field 'numbr'; did you mean 'number'?", "step 1 'rename'", "stream 'numbers'");
        }
    }

    @Test
    void aSinkThatDoesNotGoWithAStreamKeepsItsSourceFromPublishing() throws Exception {
        List<StepSpec> wrong = List.of(step("drop", Map.of("fields", List.of("numbr", "txt"))));
        MemoryTarget target = new MemoryTarget(true);
        try (Worker worker = Worker.start(
                log, List.of(pipeline(new NumbersSource(1, 5, 5), List.of(), target, wrong, KEEP)), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(0).state()).isEqualTo(TaskStatus.State.FAILED);
            assertThat(worker.status().get(0).failure().orElseThrow().toString())
                    .contains(
                            "there is no field 'numbr'; did you mean 'number'?",
                            "there is no field 'txt'; did you mean 'text'?",
                            "(step 1 'drop' of sink 'target', topic 'numbers')");
        }
        assertThat(log.admin().offsets(new TopicPartition("numbers", 0)).end())
                .as("nothing was published")
                .isZero();

        run(new NumbersSource(1, 5, 5), List.of(), target, List.of(), KEEP);
        assertThat(target.rows).as("and nothing is lost of it").hasSize(5);
    }

    @Test
    void whatIsWrongWithASourceAndTheSinksBehindItIsToldAtOnce() throws Exception {
        List<StepSpec> inFront = List.of(
                step("rename", Map.of("fields", Map.of("numbr", "n"))),
                step("drop", Map.of("fields", List.of("splt"))));
        List<StepSpec> behind = List.of(step("drop", Map.of("fields", List.of("txt"))));
        try (Worker worker = Worker.start(
                log,
                List.of(pipeline(new NumbersSource(1, 5, 5), inFront, new MemoryTarget(true), behind, KEEP)),
                options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(0).failure().orElseThrow().toString())
                    .contains(
                            "there is no field 'numbr'; did you mean 'number'?",
                            "(step 1 'rename' of source 'numbers', stream 'numbers')",
                            "there is no field 'splt'; did you mean 'split'?",
                            "(step 2 'drop' of source 'numbers', stream 'numbers')",
                            "there is no field 'txt'; did you mean 'text'?",
                            "(step 1 'drop' of sink 'target', topic 'numbers')");
        }
    }

    @Test
    void aSinkWhosePatternTakesWhatARouteMayMakeKeepsItsSourceFromPublishing() throws Exception {
        List<StepSpec> route = List.of(step("route", Map.of("topic", "parity.{value.number % 2}")));
        List<StepSpec> wrong = List.of(step("drop", Map.of("fields", List.of("txt"))));
        Pipeline named = pipeline(new NumbersSource(1, 5, 5), route, new MemoryTarget(true), wrong, KEEP);
        SinkSpec sink = named.sinks().get(0);
        SinkSpec byPattern = new SinkSpec(
                sink.name(),
                sink.connector(),
                sink.factory(),
                sink.config(),
                List.of("parity.*"),
                sink.transforms(),
                sink.batch(),
                sink.onFailure());
        Pipeline pipeline =
                new Pipeline(named.name(), named.file(), named.sources(), named.topics(), List.of(byPattern));
        try (Worker worker = Worker.start(log, List.of(pipeline), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(0).failure().orElseThrow().toString())
                    .contains(
                            "there is no field 'txt'; did you mean 'text'?",
                            "(step 1 'drop' of sink 'target', topics 'parity.*')");
        }
        assertThat(log.admin().topic("parity.1")).as("nothing was published").isEmpty();
    }

    @Test
    void whereRecordsAreASinkThatDoesNotGoWithThemKeepsNobodyElseFromGoingOn() throws Exception {
        run(new NumbersSource(1, 5, 5), List.of(), new MemoryTarget(true), List.of(), KEEP);
        MemoryTarget target = new MemoryTarget(true);
        StepSpec wrong = step("drop", Map.of("fields", List.of("numbr")));
        try (Worker worker = Worker.start(
                log,
                List.of(pipeline(new NumbersSource(1, 9, 9), List.of(), target, List.of(wrong), KEEP)),
                options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(0).state()).isEqualTo(TaskStatus.State.FINISHED);
            assertThat(worker.status().get(1).failure().orElseThrow().toString())
                    .contains("there is no field 'numbr'; did you mean 'number'?");
        }
    }

    @Test
    void nothingIsMadeOfTheTopicOfASourceThatRoutesEverything() throws Exception {
        SourceSpec source = new SourceSpec(
                "numbers",
                "numbers",
                new NumbersSource(1, 5, 5),
                NONE,
                "own",
                List.of(step("route", Map.of("topic", "chosen"))),
                ScheduleSpec.once(),
                Batch.OF_SOURCE,
                KEEP);
        Pipeline pipeline = new Pipeline("test", folder.resolve("test.yaml"), List.of(source), List.of(), List.of());
        try (Worker worker = Worker.start(log, List.of(pipeline), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
        }
        assertThat(log.admin().topic("chosen")).isPresent();
        assertThat(log.admin().topic("own")).isEmpty();
    }

    @Test
    void rowsAreEnrichedFromATopicThatIsReadToItsEndFirst() throws Exception {
        MemoryTarget names = new MemoryTarget(true);
        List<StepSpec> keyed = List.of(step("key", Map.of("fields", List.of("number"))));
        run(new NumbersSource(1, 40, 10), keyed, names, List.of(), KEEP);

        MemoryTarget target = new MemoryTarget(true);
        StepSpec lookup =
                step("lookup", Map.of("topic", "numbers", "by", List.of("number"), "fields", Map.of("name", "text")));
        run(new NumbersSource(1, 40, 10), keyed, target, List.of(lookup), KEEP);

        assertThat(target.rows)
                .isNotEmpty()
                .allSatisfy(message -> assertThat(((Row) message.value()).at("name"))
                        .isEqualTo("row " + ((Row) message.value()).at("number")));
    }

    @Test
    void aStepOfAPluginThatHangsIsEndedAndItsRecordsComeAgain() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        Hanging hanging = new Hanging();
        Duration minute = Duration.ofMinutes(1);
        FailurePolicy policy = KEEP.withDeadlines(
                new Deadlines(minute, minute, minute, Duration.ofMillis(300), minute, minute, minute));
        run(new NumbersSource(1, 20, 20), List.of(), target, List.of(step(hanging)), policy);

        assertThat(hanging.made.get()).isGreaterThan(1);
        assertThat(target.numbers()).isEqualTo(LongStream.range(0, 20).boxed().toList());
    }

    /** The first that is made hangs at the fifth message until it is cancelled. */
    private static final class Hanging implements TransformFactory {
        final AtomicInteger made = new AtomicInteger();

        @Override
        public String name() {
            return "hanging";
        }

        @Override
        public String summary() {
            return "Hangs.";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Transform create(Config config, Context context) {
            boolean hangs = made.incrementAndGet() == 1;
            CountDownLatch cancelled = new CountDownLatch(1);
            AtomicInteger seen = new AtomicInteger();
            return new Transform() {
                @Override
                public List<StreamSchema> output(StreamSchema in) {
                    return List.of(in);
                }

                @Override
                public void apply(Message in, Consumer<Message> out) throws Exception {
                    if (hangs && seen.incrementAndGet() == 5) {
                        cancelled.await();
                    }
                    out.accept(in);
                }

                @Override
                public void cancel() {
                    cancelled.countDown();
                }
            };
        }
    }

    private List<Letter> letters() {
        return DeadLetters.read(log).all();
    }

    private void run(
            NumbersSource source,
            List<StepSpec> inFront,
            MemoryTarget target,
            List<StepSpec> behind,
            FailurePolicy policy)
            throws Exception {
        try (Worker worker = Worker.start(log, List.of(pipeline(source, inFront, target, behind, policy)), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status()).allSatisfy(task -> {
                assertThat(task.state()).as("%s", task.failure()).isEqualTo(TaskStatus.State.FINISHED);
                assertThat(task.lag()).isLessThanOrEqualTo(0);
            });
        }
    }

    private Pipeline pipeline(
            NumbersSource source,
            List<StepSpec> inFront,
            MemoryTarget target,
            List<StepSpec> behind,
            FailurePolicy policy) {
        return new Pipeline(
                "test",
                folder.resolve("test.yaml"),
                List.of(new SourceSpec(
                        "numbers",
                        "numbers",
                        source,
                        NONE,
                        "{stream}",
                        inFront,
                        ScheduleSpec.once(),
                        Batch.OF_SOURCE,
                        policy)),
                List.of(new TopicSpec("numbers", 1, List.of(), CodecKind.AVRO, TopicSettings.defaults())),
                List.of(new SinkSpec(
                        "target", "memory", target, NONE, List.of("numbers"), behind, Batch.OF_SINK, policy)));
    }
}
