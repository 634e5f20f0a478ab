package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.StopException;
import io.mainstem.log.Headers;
import io.mainstem.log.LiveGroup;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.GroupReset;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.Deadlines;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The worker on a real embedded log, with a source and a target that fail as told. */
class WorkerTest extends WorkerCase {

    @Test
    void everyRowOfEverySplitArrivesOnceAndInOrder() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        run(new NumbersSource(3, 25_000, 1_000), target, STOP);
        for (int i = 0; i < 3; i++) {
            assertThat(numbersOf(target, "split-" + i)).isEqualTo(numbersTo(25_000));
        }
    }

    @Test
    void aSecondRunAddsNothingAndAGrownSourceOnlyWhatIsNew() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        NumbersSource source = new NumbersSource(1, 5_000, 700);
        run(source, target, STOP);
        run(source, target, STOP);
        assertThat(target.numbers()).isEqualTo(numbersTo(5_000));
        source.growTo(5_500);
        run(source, target, STOP);
        assertThat(target.numbers()).isEqualTo(numbersTo(5_500));
    }

    @Test
    void aSourceThatFailsGoesOnAtItsLastStoredPosition() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        NumbersSource source =
                new NumbersSource(1, 20_000, 1_000).failAt(1).failAt(999).failAt(12_345);
        run(source, target, STOP);
        assertThat(target.numbers()).isEqualTo(numbersTo(20_000));
    }

    @Test
    void whatASourceReadBeforeItFailedIsInTheLog() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        FailurePolicy once = new FailurePolicy(
                new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO),
                new FailurePolicy.BadRecords.Stop());
        NumbersSource source = new NumbersSource(1, 1_000, 100).failAt(300);
        try (Worker worker = start(source, target, once)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(0).state()).isEqualTo(TaskStatus.State.FAILED);
            assertThat(worker.status().get(0).records()).isEqualTo(300);
        }
        run(source, target, STOP);
        assertThat(target.numbers()).isEqualTo(numbersTo(1_000));
    }

    @Test
    void aLostAnswerToTheCommitIsSettledByTheTargetsOwnOffsets() throws Exception {
        MemoryTarget target = new MemoryTarget(true).failFlush(1);
        run(new NumbersSource(1, 30_000, 1_000), target, STOP);
        assertThat(target.numbers()).isEqualTo(numbersTo(30_000));
    }

    @Test
    void aTargetWithoutOffsetsLosesNothing() throws Exception {
        MemoryTarget target = new MemoryTarget(false).failFlush(1);
        run(new NumbersSource(1, 3_000, 1_000), target, STOP);
        assertThat(target.numbers()).containsAll(numbersTo(3_000));
    }

    @Test
    void anEmptyTargetGetsEverythingAgain() throws Exception {
        NumbersSource source = new NumbersSource(1, 1_000, 300);
        run(source, new MemoryTarget(true), STOP);
        MemoryTarget another = new MemoryTarget(true);
        run(source, another, STOP);
        assertThat(another.numbers()).isEqualTo(numbersTo(1_000));
    }

    @Test
    void aBadRecordOfTheSourceStopsItByDefault() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        try (Worker worker = start(new NumbersSource(1, 1_000, 100).badAt(250), target, STOP)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            TaskStatus source = worker.status().get(0);
            assertThat(source.state()).isEqualTo(TaskStatus.State.FAILED);
            assertThat(source.failure().orElseThrow().message()).isEqualTo("split-0:250: not a number");
            assertThat(source.failure().orElseThrow().kind()).isEqualTo(Failure.Kind.RECORD);
        }
        assertThat(target.numbers()).isSubsetOf(numbersTo(250));
    }

    @Test
    void badRecordsOfBothSidesGoToTheDeadLettersAndTheOthersArrive() throws Exception {
        MemoryTarget target = new MemoryTarget(true).refuse(7).refuse(700);
        try (Worker worker = start(new NumbersSource(1, 1_000, 100).badAt(250), target, KEEP)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.hasFailed()).isFalse();
            assertThat(worker.status().stream()
                            .mapToLong(TaskStatus::deadLetters)
                            .sum())
                    .isEqualTo(3);
        }
        List<Long> expected = new ArrayList<>(numbersTo(1_000));
        expected.removeAll(List.of(7L, 250L, 700L));
        assertThat(target.numbers()).isEqualTo(expected);
        List<String> reasons = deadLetterReasons();
        assertThat(reasons).containsExactlyInAnyOrder("not a number", "refused 7", "refused 700");
    }

    @Test
    void manyBadRecordsOfOneBatchAreKeptEachOnce() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        for (int number = 0; number < 3_000; number += 3) {
            target.refuse(number);
        }
        run(new NumbersSource(2, 3_000, 1_000), target, KEEP);
        assertThat(deadLetterReasons()).hasSize(2_000);
        assertThat(target.numbers()).hasSize(4_000);
    }

    @Test
    void tooManyBadRecordsStopAllTheSame() throws Exception {
        FailurePolicy policy = new FailurePolicy(
                QUICK,
                new FailurePolicy.BadRecords.DeadLetters(
                        "numbers.dead", Optional.of(new FailurePolicy.StopAbove(1, Duration.ofHours(1)))));
        MemoryTarget target = new MemoryTarget(true).refuse(3).refuse(4);
        try (Worker worker = start(new NumbersSource(1, 10, 10), target, policy)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(1).state()).isEqualTo(TaskStatus.State.FAILED);
        }
    }

    @Test
    void aStoppedWorkerLeavesNothingHalfDone() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        NumbersSource source = new NumbersSource(1, 2_000_000, 1_000);
        try (Worker worker = start(source, target, STOP)) {
            worker.await(Duration.ofMillis(50));
            worker.stop();
            assertThat(worker.hanging()).isEmpty();
        }
        source.growTo(400_000);
        run(source, target, STOP);
        assertThat(target.numbers()).startsWith(numbersTo(400_000).toArray(new Long[0]));
        assertThat(target.numbers()).doesNotHaveDuplicates();
    }

    @Test
    void aSinkThatWaitedForItsTargetWhenItWasStoppedHasFailed() throws Exception {
        FailurePolicy patient = new FailurePolicy(
                new FailurePolicy.Retry(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(2)),
                new FailurePolicy.BadRecords.Stop());
        try (Worker worker =
                start(new NumbersSource(1, 10, 10), new MemoryTarget(true).breakFor(Integer.MAX_VALUE), patient)) {
            TaskStatus sink = worker.status().get(1);
            while (sink.state() != TaskStatus.State.RETRYING) {
                assertThat(worker.await(Duration.ofMillis(5))).isFalse();
            }
            worker.stop();
            assertThat(sink.state()).isEqualTo(TaskStatus.State.FAILED);
            assertThat(sink.failure().orElseThrow().message()).contains("broken");
        }
    }

    @Test
    void aSinkThatHangsInItsTargetIsCancelledAtTheDrainDeadline() throws Exception {
        MemoryTarget target = new MemoryTarget(true).hangInFlush();
        WorkerOptions options = options().withDrainDeadline(Duration.ofMillis(1));
        try (Worker worker =
                Worker.start(log, List.of(pipeline(new NumbersSource(1, 10, 10), target, STOP)), options)) {
            target.hanging.await();
            worker.stop();
            assertThat(worker.hanging()).isEmpty();
            assertThat(worker.status().get(1).state()).isEqualTo(TaskStatus.State.FAILED);
        }
    }

    @Test
    @Timeout(60)
    void aSinkLearnsThatNothingComesOnceEverythingIsFlushed() throws Exception {
        run(new NumbersSource(1, 10, 10), new MemoryTarget(true), STOP);
        MemoryTarget target = new MemoryTarget(true);
        StopSignal signal = new StopSignal();
        List<Integer> rowsWhenIdle = new ArrayList<>();
        target.onIdle(() -> {
            rowsWhenIdle.add(target.rows.size());
            signal.stop();
        });
        Pipeline pipeline = pipeline(new NumbersSource(1, 10, 10), target, STOP);
        Life life = life("target");
        try (Schemas schemas = Schemas.open(log);
                SinkSession session = new SinkSession(
                        pipeline,
                        pipeline.sinks().get(0),
                        log,
                        schemas,
                        options(),
                        letters(pipeline),
                        signal,
                        life,
                        SinkEnd::never)) {
            session.run();
        }
        assertThat(rowsWhenIdle).containsExactly(10);
    }

    @Test
    void anEndThatComesBetweenTwoLooksLeavesNothingUnflushed() throws Exception {
        run(new NumbersSource(1, 10, 10), new MemoryTarget(true), STOP);
        MemoryTarget target = new MemoryTarget(true);
        Pipeline pipeline = pipeline(new NumbersSource(1, 10, 10), target, STOP);
        Life life = life("target");
        AtomicInteger looks = new AtomicInteger();
        try (Schemas schemas = Schemas.open(log);
                SinkSession session = new SinkSession(
                        pipeline,
                        pipeline.sinks().get(0),
                        log,
                        schemas,
                        options(),
                        letters(pipeline),
                        new StopSignal(),
                        life,
                        () -> looks.getAndIncrement() == 0 ? SinkEnd.never() : SinkEnd.now(log, Set.of("numbers")))) {
            target.onWrite(session::wake);
            session.run();
        }
        assertThat(target.numbers()).isEqualTo(numbersTo(10));
    }

    @Test
    void aConnectorThatThrowsAnErrorIsTriedAgain() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        AtomicInteger writes = new AtomicInteger();
        target.onWrite(() -> {
            if (writes.getAndIncrement() == 0) {
                throw new AssertionError("an assertion of a connector");
            }
        });
        run(new NumbersSource(1, 10, 10), target, STOP);
        assertThat(target.numbers()).isEqualTo(numbersTo(10));
    }

    @Test
    void anUndecodableRecordIsKeptOnceAlsoWhenItsBatchIsDeliveredAgain() throws Exception {
        run(new NumbersSource(1, 10, 10), new MemoryTarget(true), STOP);
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            var sent = producer.send(
                    new TopicPartition("numbers", 0),
                    0,
                    null,
                    "garbage".getBytes(StandardCharsets.UTF_8),
                    Headers.EMPTY);
            producer.flush();
            sent.get();
        }
        MemoryTarget target = new MemoryTarget(true).refuse(15);
        run(new NumbersSource(1, 20, 10), target, KEEP);
        assertThat(deadLetterReasons()).hasSize(2);
        assertThat(target.numbers()).hasSize(19);
    }

    @Test
    void aPersonsResetOfTheGroupIsTakenUpByTheTarget() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        NumbersSource source = new NumbersSource(1, 100, 100);
        run(source, target, STOP);
        TopicPartition partition = new TopicPartition("numbers", 0);
        log.admin().reset("test.target", Map.of(partition, GroupReset.to(0, -1)));
        run(source, target, STOP);
        assertThat(target.numbers()).hasSize(200);
    }

    @Test
    void theLogKeepsWhatTheSinksHaveNotRead() throws Exception {
        run(new NumbersSource(1, 10, 10), new MemoryTarget(true), STOP);
        assertThat(log.admin().liveGroups())
                .containsExactly(Map.entry("test.target", new LiveGroup(Set.of("numbers"), Optional.empty())));
        Instant before = Instant.now();
        Worker.start(log, List.of(), options()).close();
        assertThat(log.admin().liveGroups().get("test.target").until())
                .hasValueSatisfying(until -> assertThat(until)
                        .isBetween(
                                before.plus(Duration.ofDays(7)).minusSeconds(1),
                                before.plus(Duration.ofDays(7)).plusSeconds(60)));
    }

    @Test
    void theSettingsOfATopicFollowItsPipeline() throws Exception {
        TopicSettings other =
                TopicSettings.defaults().toBuilder().retentionMillis(86_400_000).build();
        Topics topics = new Topics(log);
        TopicDescription made = topics.ensure(new TopicSpec("t", 2, List.of(), CodecKind.AVRO, other));
        assertThat(topics.ensure(TopicSpec.defaults("t"))).isEqualTo(made);
        TopicSettings later = other.toBuilder().retentionBytes(1 << 20).build();
        assertThat(topics.ensure(new TopicSpec("t", 2, List.of(), CodecKind.AVRO, later)))
                .isEqualTo(made.withSettings(later));
        assertThat(topics.ensure(new TopicSpec("t", 2, List.of(), CodecKind.JSON, TopicSettings.defaults()))
                        .settings())
                .isEqualTo(TopicSettings.defaults());
        assertThatThrownBy(() -> topics.ensure(new TopicSpec("t", 3, List.of(), CodecKind.AVRO, later)))
                .isInstanceOf(StopException.class);
    }

    @Test
    void aSourceWaitsForRoomInTheLogAndGoesOnByItself() throws Exception {
        fillASmallLog();
        MemoryTarget target = new MemoryTarget(true);
        try (Worker worker = start(new NumbersSource(1, 100, 10), target, STOP)) {
            TaskStatus source = waiting(worker);
            String message = source.failure().orElseThrow().message();
            assertThat(message).contains("the log is full since", "it uses the 4194304 bytes that it may use");
            assertThat(worker.pipelines().get(0).state()).isEqualTo(PipelineStatus.State.WAITING);
            try (Producer producer = log.producer(ProducerOptions.idempotent().withReserve())) {
                producer.send(new TopicPartition("filler", 0), 0, null, new byte[1_000], Headers.EMPTY)
                        .join();
            }
            assertThat(log.admin()
                            .diskUsage()
                            .orElseThrow()
                            .full()
                            .orElseThrow()
                            .reason())
                    .as("the same, however much it is")
                    .isEqualTo("it uses the 4194304 bytes that it may use, but for its reserve");
            assertThat(source.records()).isZero();
            log.admin().deleteTopic("filler");
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(source.state()).isEqualTo(TaskStatus.State.FINISHED);
            assertThat(source.failure()).isEmpty();
        }
        assertThat(target.numbers()).isEqualTo(numbersTo(100));
    }

    @Test
    void aSourceThatWaitsForRoomStopsInOrder() throws Exception {
        fillASmallLog();
        Worker worker = start(new NumbersSource(1, 100, 10), new MemoryTarget(true), STOP);
        TaskStatus source = waiting(worker);
        worker.close();
        assertThat(source.state()).isEqualTo(TaskStatus.State.STOPPED);
        assertThat(worker.hanging()).isEmpty();
    }

    /** A log in which all but the reserve is used. */
    private void fillASmallLog() {
        log.close();
        log = EmbeddedLog.open(
                folder.resolve("small"),
                EmbeddedLogOptions.builder()
                        .journalFileBytes(256 << 10)
                        .checkpointBytes(256 << 10)
                        .budgetBytes(4 << 20)
                        .minFreeBytes(0)
                        .build());
        log.admin().createTopic("filler", 1, TopicSettings.defaults());
        try (Producer producer = log.producer(ProducerOptions.idempotent().withReserve())) {
            int after = 0;
            // The journal gives some back later, which must not be enough.
            while (after < 40) {
                producer.send(new TopicPartition("filler", 0), 0, null, new byte[50_000], Headers.EMPTY)
                        .join();
                after += log.admin().diskUsage().orElseThrow().full().isPresent() ? 1 : 0;
            }
        }
    }

    private static TaskStatus waiting(Worker worker) {
        TaskStatus source = worker.status().get(0);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (source.state() != TaskStatus.State.WAITING) {
            assertThat(System.nanoTime()).as("%s", source).isLessThan(deadline);
            Thread.onSpinWait();
        }
        return source;
    }

    @Test
    void forgottenPositionsAreReadAgain() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        NumbersSource source = new NumbersSource(2, 100, 100);
        run(source, target, STOP);
        try (Positions positions = Positions.open(log)) {
            assertThat(positions.reset(new SourceName("test", "numbers"), Optional.of("split-1")))
                    .isPositive();
        }
        run(source, target, STOP);
        assertThat(numbersOf(target, "split-0")).hasSize(100);
        assertThat(numbersOf(target, "split-1")).hasSize(200);
    }

    @Test
    void aTopicThatIsMadeAnewIsToldToLackWhatWasRead() throws Exception {
        NumbersSource source = new NumbersSource(1, 100, 100);
        List<Pipeline> pipelines = List.of(pipeline(source, new MemoryTarget(true), STOP));
        assertThat(missedTopics(pipelines)).isEmpty();
        run(source, new MemoryTarget(true), STOP);
        assertThat(missedTopics(pipelines)).isEmpty();
        log.admin().deleteTopic("numbers");
        assertThat(missedTopics(pipelines))
                .singleElement(STRING)
                .contains("'numbers'", "mainstem positions reset test/numbers");
        try (Positions positions = Positions.open(log)) {
            positions.reset(new SourceName("test", "numbers"), Optional.empty());
        }
        assertThat(missedTopics(pipelines)).isEmpty();
    }

    private List<String> missedTopics(List<Pipeline> pipelines) {
        try (Positions positions = Positions.open(log)) {
            return MissedTopics.of(log, positions, pipelines);
        }
    }

    @Test
    void aFinishedSplitIsToldSoOnceItIsDurable() throws Exception {
        NumbersSource source = new NumbersSource(2, 50, 20);
        run(source, new MemoryTarget(true), STOP);
        assertThat(source.finished).containsExactlyInAnyOrder("split-0@50", "split-1@50");
    }

    @Test
    void anEmptySourceEnds() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        run(new NumbersSource(0, 0, 1), target, STOP);
        run(new NumbersSource(1, 0, 1), target, STOP);
        assertThat(target.rows).isEmpty();
    }

    @Test
    void theBytesOfASourceAreThoseOfItsRecords() throws Exception {
        try (Worker worker = start(new NumbersSource(2, 1_000, 10), new MemoryTarget(true), STOP)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            TaskStatus source = worker.status().get(0);
            assertThat(source.bytes()).isBetween(2_000 * 20L, 2_000 * 40L);
            assertThat(worker.status().get(1).bytes()).isEqualTo(source.bytes());
        }
    }

    @Test
    void messagesReachTheSinkWithTheirPlaceInTheLog() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        run(new NumbersSource(1, 10, 10), target, STOP);
        Message first = target.rows.get(0);
        assertThat(first.operation()).isEqualTo(Operation.CREATE);
        assertThat(first.origin().orElseThrow().partition().topic()).isEqualTo("numbers");
        assertThat(first.timestamp()).isPresent();
    }

    private void run(NumbersSource source, MemoryTarget target, FailurePolicy policy) throws Exception {
        try (Worker worker = start(source, target, policy)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status())
                    .allSatisfy(task -> assertThat(task.state())
                            .as("%s: %s", task, task.failure())
                            .isEqualTo(TaskStatus.State.FINISHED));
        }
    }

    private Worker start(NumbersSource source, MemoryTarget target, FailurePolicy policy) {
        return Worker.start(log, List.of(pipeline(source, target, policy)), options());
    }

    /** A life whose session is opened by the test, on its own thread. */
    private Life life(String sink) {
        return new Life(
                sink,
                life -> {
                    throw new IllegalStateException("not to be started");
                },
                getClass().getClassLoader(),
                new LifeStatus(
                        new TaskStatus("test", sink, TaskStatus.Side.SINK),
                        new Backoff(FailurePolicy.Retry.DEFAULT, Clock.systemUTC(), new Random(42))),
                Deadlines.DEFAULT);
    }

    private SinkDeadLetters letters(Pipeline pipeline) {
        TaskStatus status = new TaskStatus("test", "target", TaskStatus.Side.SINK);
        return new SinkDeadLetters(pipeline, pipeline.sinks().get(0), log, options(), status);
    }

    private Pipeline pipeline(NumbersSource source, MemoryTarget target, FailurePolicy policy) {
        return new Pipeline(
                "test",
                folder.resolve("test.yaml"),
                List.of(new SourceSpec("numbers", "numbers", source, NONE, "{stream}", ScheduleSpec.once(), policy)),
                List.of(new TopicSpec("numbers", 1, List.of(), CodecKind.AVRO, TopicSettings.defaults())),
                List.of(new SinkSpec("target", "memory", target, NONE, List.of("numbers"), policy)));
    }

    private static List<Long> numbersTo(long end) {
        return LongStream.range(0, end).boxed().toList();
    }

    private static List<Long> numbersOf(MemoryTarget target, String split) {
        return target.rows.stream()
                .map(message -> (io.mainstem.api.Row) message.value())
                .filter(row -> row.stringAt(0).equals(split))
                .map(row -> row.longAt(1))
                .toList();
    }

    private List<String> deadLetterReasons() {
        List<String> reasons = new ArrayList<>();
        TopicPartition partition = new TopicPartition("numbers.dead", 0);
        long end = log.admin().offsets(partition).end();
        try (PartitionReader reader = log.reader(partition, 0)) {
            while (reader.position() < end) {
                Optional<RecordChunk> chunk = reader.poll(PATIENCE);
                RecordCursor cursor = chunk.orElseThrow().cursor();
                while (cursor.next()) {
                    byte[] reason = cursor.headers()
                            .last(DeadLetter.HEADER_PREFIX + "reason")
                            .orElseThrow();
                    reasons.add(new String(reason, StandardCharsets.UTF_8));
                }
            }
        }
        return reasons;
    }
}
