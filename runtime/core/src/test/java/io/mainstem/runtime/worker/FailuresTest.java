package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Poll;
import io.mainstem.api.RetryException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.ManualClock;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails how: errors of the JVM in a connector, and records that are too large. */
@Timeout(120)
class FailuresTest extends WorkerCase {

    private static final int MEBIBYTE = 1 << 20;

    private final ManualClock clock = new ManualClock("2026-06-01T12:00:00Z");

    @Test
    void errorsOfTheMachineAreTriedAgainAndOthersLiveOn() throws Exception {
        for (Supplier<Error> error : List.<Supplier<Error>>of(
                () -> new OutOfMemoryError("Java heap space"), StackOverflowError::new, AssertionError::new)) {
            MemoryTarget target = new MemoryTarget(true);
            AtomicInteger writes = new AtomicInteger();
            target.onWrite(() -> {
                if (writes.getAndIncrement() < 2) {
                    throw error.get();
                }
            });
            try (Worker worker = start(new NumbersSource(1, 10, 10), target, STOP)) {
                assertThat(worker.await(PATIENCE)).isTrue();
                assertThat(worker.hasFailed()).as("%s", worker.status()).isFalse();
            }
            assertThat(target.numbers())
                    .isEqualTo(LongStream.range(0, 10).boxed().toList());
        }
    }

    @Test
    void aSourceThatOverflowsItsStackIsTriedAgain() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        AtomicInteger polls = new AtomicInteger();
        NumbersSource source = new NumbersSource(1, 100, 10);
        source.onPoll(out -> {
            if (polls.getAndIncrement() == 3) {
                overflow(1);
            }
        });
        try (Worker worker = start(source, target, STOP)) {
            assertThat(worker.await(PATIENCE)).isTrue();
        }
        assertThat(target.numbers()).isEqualTo(LongStream.range(0, 100).boxed().toList());
    }

    private static int overflow(int depth) {
        return depth < 0 ? depth : depth + overflow(depth + 1);
    }

    @Test
    void aSinkThatPausesAndFailsAgainAndAgainIsGivenUp() throws Exception {
        AtomicInteger idles = new AtomicInteger();
        MemoryTarget target = new MemoryTarget(false).putOff(Integer.MAX_VALUE).onIdle(() -> {
            clock.pass(Duration.ofSeconds(10));
            if (idles.incrementAndGet() % 2 == 0) {
                throw new RetryException("nothing goes through", new IOException("no answer"));
            }
        });
        TaskStatus sink = givenUp(target, Duration.ofSeconds(15));
        assertThat(sink.failure().orElseThrow().toString()).contains("nothing goes through");
    }

    @Test
    void aSinkThatOnlyPausesIsGivenUpWhenNothingLandsForTooLong() throws Exception {
        AtomicInteger idles = new AtomicInteger();
        MemoryTarget target = new MemoryTarget(false).putOff(Integer.MAX_VALUE);
        target.onIdle(() -> {
            // Before anything has come, nothing is paused.
            if (target.hasPutOff()) {
                idles.incrementAndGet();
                clock.pass(Duration.ofSeconds(10));
            }
        });
        TaskStatus sink = givenUp(target, Duration.ofSeconds(30));
        assertThat(idles).hasValue(3);
        assertThat(sink.attempts().orElseThrow().count()).isEqualTo(1);
        assertThat(sink.failure().orElseThrow().toString())
                .contains("it has paused numbers-0, and nothing has got through to its target for 30 s");
    }

    @Test
    void aSourceThatIsRefusedSaysWhyAndUntilWhenAndGoesOn() throws Exception {
        AtomicInteger polls = new AtomicInteger();
        NumbersSource source = new NumbersSource(1, 10, 10)
                .insteadOfPolls(() -> polls.getAndIncrement() == 0
                        ? Optional.of(Poll.refused(Duration.ofSeconds(1), "the server answered 429"))
                        : Optional.empty());
        Instant begin = Instant.now();
        try (Worker worker = start(source, new MemoryTarget(true), patient(Duration.ofMillis(100)))) {
            TaskStatus status = worker.status().get(0);
            await(() -> status.state() == TaskStatus.State.WAITING);
            assertThat(status.failure().orElseThrow().message()).isEqualTo("the server answered 429");
            assertThat(status.pause().orElseThrow().until()).isBetween(begin.plusSeconds(1), begin.plusSeconds(20));
            assertThat(worker.pipelines().get(0).state()).isEqualTo(PipelineStatus.State.WAITING);
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(status.state()).isEqualTo(TaskStatus.State.FINISHED);
            assertThat(status.failure()).isEmpty();
            assertThat(status.pause()).isEmpty();
        }
    }

    @Test
    void aSourceThatIsRefusedAgainAndAgainIsGivenUp() throws Exception {
        NumbersSource source = new NumbersSource(1, 10, 10).insteadOfPolls(() -> {
            clock.pass(Duration.ofSeconds(10));
            return Optional.of(Poll.refused(Duration.ZERO, "the server answered 429"));
        });
        try (Worker worker = start(source, new MemoryTarget(true), patient(Duration.ofSeconds(30)), clock)) {
            TaskStatus status = worker.status().get(0);
            await(() -> status.state() == TaskStatus.State.FAILED);
            assertThat(status.failure().orElseThrow().message())
                    .isEqualTo(
                            "the server answered 429; this has gone on for 30 s, which give-up-after does not allow");
            assertThat(status.pause()).isEmpty();
        }
    }

    @Test
    void aSourceThatWaitsAsPlannedIsWellHoweverLongItWaits() throws Exception {
        AtomicInteger polls = new AtomicInteger();
        NumbersSource source = new NumbersSource(1, 10, 10)
                .insteadOfPolls(() -> polls.getAndIncrement() < 10
                        ? Optional.of(Poll.waiting(Duration.ofMillis(50), "the rate is used up"))
                        : Optional.empty());
        try (Worker worker = start(source, new MemoryTarget(true), patient(Duration.ofMillis(10)))) {
            TaskStatus status = worker.status().get(0);
            await(() -> status.pause().isPresent());
            assertThat(status.pause().orElseThrow().why()).isEqualTo("the rate is used up");
            assertThat(status.failure()).isEmpty();
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(0).state()).isEqualTo(TaskStatus.State.FINISHED);
        }
    }

    @Test
    void aSinkWaitsToTheEndOfWhatItsTargetHasAskedFor() throws Exception {
        MemoryTarget target = new MemoryTarget(false).putOff(1).putOffFor(Duration.ofSeconds(2));
        try (Worker worker = start(new NumbersSource(1, 10, 10), target, patient(Duration.ofMillis(100)))) {
            TaskStatus sink = worker.status().get(1);
            await(() -> sink.pause().isPresent());
            assertThat(sink.pause().orElseThrow().why()).isEqualTo("the target has asked for it");
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(sink.state()).as("%s", sink.failure()).isEqualTo(TaskStatus.State.FINISHED);
        }
        assertThat(target.numbers()).isEqualTo(LongStream.range(0, 10).boxed().toList());
    }

    @Test
    void aSinkThatItsTargetRefusesRetriesUntilSomethingGetsThrough() throws Exception {
        MemoryTarget target = new MemoryTarget(false).putOff(3).refuseFor(Duration.ofMillis(100));
        List<TaskStatus.State> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<Worker> started = new CompletableFuture<>();
        target.onWrite(() -> seen.add(started.join().status().get(1).state()));
        try (Worker worker = start(new NumbersSource(1, 10, 10), target, patient(Duration.ofMinutes(1)))) {
            started.complete(worker);
            TaskStatus sink = worker.status().get(1);
            await(() -> sink.state() == TaskStatus.State.RETRYING);
            assertThat(sink.failure().orElseThrow().toString()).contains("the target is full");
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(sink.state()).as("%s", sink.failure()).isEqualTo(TaskStatus.State.FINISHED);
        }
        assertThat(seen.subList(1, seen.size())).isNotEmpty().containsOnly(TaskStatus.State.RETRYING);
        assertThat(target.numbers()).isEqualTo(LongStream.range(0, 10).boxed().toList());
    }

    @Test
    void aSinkThatIsToldToWaitAgainAndAgainIsGivenUp() throws Exception {
        MemoryTarget target = new MemoryTarget(false).putOff(Integer.MAX_VALUE).putOffFor(Duration.ofMillis(200));
        try (Worker worker = start(new NumbersSource(1, 10, 10), target, patient(Duration.ofMillis(500)))) {
            assertThat(worker.await(PATIENCE)).isTrue();
            TaskStatus sink = worker.status().get(1);
            assertThat(sink.state()).isEqualTo(TaskStatus.State.FAILED);
            assertThat(sink.failure().orElseThrow().message()).contains("the target has asked for it");
        }
    }

    @Test
    void aSinkThatPausesNowAndThenButLandsIsNotGivenUp() throws Exception {
        AtomicInteger idles = new AtomicInteger();
        MemoryTarget target = new MemoryTarget(false).putOff(3).onIdle(() -> {
            idles.incrementAndGet();
            clock.pass(Duration.ofSeconds(10));
        });
        try (Worker worker = start(new NumbersSource(1, 10, 10), target, patient(Duration.ofSeconds(31)), clock)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.hasFailed()).as("%s", worker.status()).isFalse();
        }
        assertThat(idles).hasValueGreaterThanOrEqualTo(3);
        assertThat(target.numbers()).isEqualTo(LongStream.range(0, 10).boxed().toList());
    }

    private TaskStatus givenUp(MemoryTarget target, Duration giveUpAfter) throws Exception {
        try (Worker worker = start(new NumbersSource(1, 10, 10), target, patient(giveUpAfter), clock)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            TaskStatus sink = worker.status().get(1);
            assertThat(sink.state()).isEqualTo(TaskStatus.State.FAILED);
            assertThat(sink.records()).isZero();
            assertThat(sink.bytes()).isZero();
            return sink;
        }
    }

    private static FailurePolicy patient(Duration giveUpAfter) {
        return new FailurePolicy(
                new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(5), giveUpAfter),
                new FailurePolicy.BadRecords.Stop());
    }

    @Test
    void aClassThatCannotBeLoadedFailsAtOnceAndSaysWhatToDo() throws Exception {
        MemoryTarget target = new MemoryTarget(true).onWrite(() -> {
            throw new NoClassDefFoundError("org/example/Driver");
        });
        try (Worker worker = start(new NumbersSource(1, 10, 10), target, STOP)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            TaskStatus sink = worker.status().get(1);
            assertThat(worker.status().get(0).state()).isEqualTo(TaskStatus.State.FINISHED);
            assertThat(sink.state()).isEqualTo(TaskStatus.State.FAILED);
            assertThat(sink.failure().orElseThrow().toString())
                    .contains("org/example/Driver")
                    .contains("jars");
            assertThat(sink.attempts().orElseThrow().count()).isEqualTo(1);
        }
    }

    @Test
    void whatIsRetriedSaysHowOftenAndSinceWhen() throws Exception {
        FailurePolicy patient = new FailurePolicy(
                new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofHours(1), Duration.ofDays(2)),
                new FailurePolicy.BadRecords.Stop());
        MemoryTarget target = new MemoryTarget(true).onWrite(() -> {
            throw new IllegalStateException("no");
        });
        try (Worker worker = start(new NumbersSource(1, 10, 10), target, patient)) {
            TaskStatus sink = worker.status().get(1);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (sink.attempts().map(TaskStatus.Attempts::count).orElse(0) < 5) {
                assertThat(System.nanoTime()).as("%s", sink).isLessThan(deadline);
                Thread.onSpinWait();
            }
            TaskStatus.Attempts attempts = sink.attempts().orElseThrow();
            assertThat(attempts.next().orElseThrow()).isAfter(attempts.since());
            assertThat(sink.failure().orElseThrow().kind()).isEqualTo(Failure.Kind.BUG);
        }
    }

    @Test
    void whatIsRetriedIsNotRunningUntilSomethingHasGotThrough() throws Exception {
        CompletableFuture<Worker> started = new CompletableFuture<>();
        List<TaskStatus.State> seen = new CopyOnWriteArrayList<>();
        MemoryTarget target = new MemoryTarget(true).onWrite(() -> {
            seen.add(started.join().status().get(1).state());
            if (seen.size() < 4) {
                throw new RetryException("no", new IOException("planned"));
            }
        });
        AtomicInteger polls = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(1);
        NumbersSource source = new NumbersSource(1, 20, 10)
                .insteadOfPolls(() -> polls.getAndIncrement() > 0 && ended.getCount() > 0
                        ? Optional.of(Poll.idle(Duration.ofMillis(1)))
                        : Optional.empty());
        try (Worker worker = start(source, target, STOP)) {
            started.complete(worker);
            TaskStatus sink = worker.status().get(1);
            await(() -> sink.records() == 10 && sink.state() == TaskStatus.State.RUNNING);
            assertThat(sink.attempts()).isEmpty();
            ended.countDown();
            assertThat(worker.await(PATIENCE)).isTrue();
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(4).startsWith(TaskStatus.State.RUNNING);
        assertThat(seen.subList(1, 4)).containsOnly(TaskStatus.State.RETRYING);
    }

    @Test
    void anOversizedRecordGoesToTheDeadLettersWithItsHeadAndItsSize() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        NumbersSource source = new NumbersSource(1, 100, 10);
        emitOnce(source, text(9 * MEBIBYTE));
        try (Worker worker = start(source, target, KEEP)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.hasFailed()).as("%s", worker.status()).isFalse();
            assertThat(worker.status().get(0).deadLetters()).isEqualTo(1);
        }
        assertThat(target.numbers()).isEqualTo(LongStream.range(0, 100).boxed().toList());
        RecordCursor letter = letter();
        assertThat(letter.valueLength()).isEqualTo(64 << 10);
        assertThat(new String(letter.array(), letter.valueOffset(), 50, StandardCharsets.UTF_8))
                .startsWith("{\"operation\":\"create\"");
        assertThat(Long.parseLong(header(letter, "size"))).isGreaterThan(9 * MEBIBYTE);
        assertThat(header(letter, "reason"))
                .contains("may have " + 8 * MEBIBYTE)
                .contains("raise 'max-record-size'");
    }

    @Test
    void anOversizedRecordStopsTheSourceByDefaultAndNamesTheOption() throws Exception {
        NumbersSource source = new NumbersSource(1, 100, 10);
        emitOnce(source, text(50 * MEBIBYTE));
        try (Worker worker = start(source, new MemoryTarget(true), STOP)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            Failure failure = worker.status().get(0).failure().orElseThrow();
            assertThat(failure.kind()).isEqualTo(Failure.Kind.RECORD);
            assertThat(failure.toString()).contains("topic 'numbers'").contains("max-record-size");
        }
    }

    @Test
    void largeRecordsThatDoNotFitTogetherAreCommittedOneByOne() throws Exception {
        TopicSettings large = TopicSettings.defaults().toBuilder()
                .maxRecordBytes(60 * MEBIBYTE)
                .build();
        MemoryTarget target = new MemoryTarget(true);
        NumbersSource source = new NumbersSource(3, 1, 1);
        source.onPoll(out -> out.emit(source.message("split-0", 5, text(25 * MEBIBYTE))));
        try (Worker worker = Worker.start(log, List.of(pipeline(source, target, STOP, large)), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.hasFailed()).as("%s", worker.status()).isFalse();
        }
        assertThat(target.numbers()).hasSize(6);
    }

    @Test
    void whatNoTransactionHasRoomForIsABadRecordToo() throws Exception {
        TopicSettings large = TopicSettings.defaults().toBuilder()
                .maxRecordBytes(64 * MEBIBYTE)
                .build();
        MemoryTarget target = new MemoryTarget(true);
        NumbersSource source = new NumbersSource(1, 10, 10);
        emitOnce(source, text(35 * MEBIBYTE), text(35 * MEBIBYTE), text(63 * MEBIBYTE));
        try (Worker worker = Worker.start(log, List.of(pipeline(source, target, KEEP, large)), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.hasFailed()).as("%s", worker.status()).isFalse();
            assertThat(worker.status().get(0).deadLetters()).isEqualTo(2);
        }
        assertThat(target.numbers()).hasSize(11);
        assertThat(header(letter(), "reason")).contains("that no checkpoint covers");
    }

    private static void emitOnce(NumbersSource source, String... texts) {
        AtomicInteger polls = new AtomicInteger();
        source.onPoll(out -> {
            if (polls.getAndIncrement() == 0) {
                for (String text : texts) {
                    out.emit(source.message("split-0", 1_000_000, text));
                }
            }
        });
    }

    private static String text(int length) {
        return "x".repeat(length);
    }

    private RecordCursor letter() {
        try (PartitionReader reader = log.reader(new TopicPartition("numbers.dead", 0), 0)) {
            RecordCursor cursor = reader.poll(PATIENCE).orElseThrow().cursor();
            assertThat(cursor.next()).isTrue();
            return cursor;
        }
    }

    private static String header(RecordCursor cursor, String name) {
        return new String(cursor.headers().last(DeadLetter.HEADER_PREFIX + name).orElseThrow(), StandardCharsets.UTF_8);
    }

    private Worker start(NumbersSource source, MemoryTarget target, FailurePolicy policy) {
        return start(source, target, policy, Clock.systemUTC());
    }

    private Worker start(NumbersSource source, MemoryTarget target, FailurePolicy policy, Clock time) {
        return Worker.start(
                log,
                List.of(pipeline(source, target, policy, TopicSettings.defaults())),
                WorkerOptions.of(Secrets.none(), time, new Random(42)));
    }

    private Pipeline pipeline(NumbersSource source, MemoryTarget target, FailurePolicy policy, TopicSettings settings) {
        return new Pipeline(
                "test",
                folder.resolve("test.yaml"),
                List.of(new SourceSpec("numbers", "numbers", source, NONE, "{stream}", ScheduleSpec.once(), policy)),
                List.of(new TopicSpec("numbers", 1, List.of(), CodecKind.AVRO, settings)),
                List.of(new SinkSpec("target", "memory", target, NONE, List.of("numbers"), policy)));
    }
}
