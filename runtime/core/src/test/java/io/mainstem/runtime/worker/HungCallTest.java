package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Ack;
import io.mainstem.api.Emitter;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SourceFactory;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.pipeline.Deadlines;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connectors that do not come back from a call, on a real log. */
@Timeout(120)
class HungCallTest extends WorkerCase {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Deadlines QUICK_DEADLINES = new Deadlines(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT);
    private static final FailurePolicy POLICY = new FailurePolicy(
            new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMinutes(1)),
            new FailurePolicy.BadRecords.Stop(),
            QUICK_DEADLINES);

    @ParameterizedTest
    @EnumSource(
            value = ConnectorCall.class,
            names = {"CREATE", "ASSIGN", "WRITE", "FLUSH"})
    void aSinkThatHangsIsReplacedAndWhatItDoesLaterHasNoEffect(ConnectorCall where) throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        HangingTarget hanging = new HangingTarget(target, where, 1);
        try (Worker worker = start(new NumbersSource(1, 5_000, 100), hanging)) {
            TaskStatus sink = worker.status().get(1);
            until(worker, () -> sink.state() == TaskStatus.State.FINISHED);
            assertThat(target.numbers()).isEqualTo(numbersTo(5_000));
            assertThat(hanging.created).hasValue(2);
            assertThat(sink.hungCalls()).singleElement().satisfies(call -> {
                assertThat(call.call()).isEqualTo(where.toString());
                assertThat(call.lasted()).isGreaterThan(SHORT);
                assertThat(String.join("\n", call.stack())).contains("HangingTarget$Hanging.at");
            });
            long records = sink.records();
            long committed = committed();
            hanging.released.countDown();
            hanging.returned.acquire();
            until(worker, () -> sink.hungCalls().isEmpty());
            assertThat(sink.records()).isEqualTo(records);
            assertThat(sink.state()).isEqualTo(TaskStatus.State.FINISHED);
            assertThat(committed()).isEqualTo(committed);
        }
    }

    @Test
    void aCallThatEndsWhenItIsCancelledLeavesNoThreadBehind() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        HangingTarget hanging = new HangingTarget(target, ConnectorCall.FLUSH, 2).endsByCancel();
        try (Worker worker = start(new NumbersSource(1, 1_000, 100), hanging)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.hasFailed()).isFalse();
            assertThat(worker.status().get(1).hungCalls()).isEmpty();
        }
        assertThat(target.numbers()).isEqualTo(numbersTo(1_000));
    }

    @Test
    void aSinkThatHangsInCloseAfterItsEndIsLeftBehindAndTheWorkIsDone() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        HangingTarget hanging = new HangingTarget(target, ConnectorCall.CLOSE, 1);
        try (Worker worker = start(new NumbersSource(1, 100, 100), hanging)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(1).state()).isEqualTo(TaskStatus.State.FINISHED);
        }
        assertThat(target.numbers()).isEqualTo(numbersTo(100));
        hanging.released.countDown();
    }

    @Test
    void itFailsWhenFourOfItsThreadsHang() throws Exception {
        HangingTarget hanging = new HangingTarget(new MemoryTarget(true), ConnectorCall.FLUSH, Integer.MAX_VALUE);
        try (Worker worker = start(new NumbersSource(1, 100, 100), hanging)) {
            TaskStatus sink = worker.status().get(1);
            until(worker, () -> sink.state() == TaskStatus.State.FAILED);
            assertThat(sink.failure().orElseThrow().message())
                    .contains("4 threads of it hang in the connector (flush for ")
                    .contains("no more are started");
            assertThat(sink.hungCalls()).hasSize(4);
            assertThat(hanging.created).hasValue(4);
        }
        hanging.released.countDown();
    }

    @Test
    void whileACallIsBeingEndedItIsShownAsHung() throws Exception {
        HangingTarget hanging = new HangingTarget(new MemoryTarget(true), ConnectorCall.FLUSH, 1);
        WorkerOptions patient = hasty().withGrace(Duration.ofHours(1));
        Worker worker = Worker.start(log, List.of(pipeline(new NumbersSource(1, 100, 100), hanging)), patient);
        TaskStatus sink = worker.status().get(1);
        until(worker, () -> sink.state() == TaskStatus.State.HUNG);
        assertThat(sink.failure().orElseThrow().message())
                .isEqualTo("the connector's call 'flush' did not return within its deadline of 200 ms");
        assertThat(sink.hungCalls()).hasSize(1);
        worker.close();
        assertThat(sink.state()).isEqualTo(TaskStatus.State.FAILED);
        hanging.released.countDown();
    }

    @Test
    void aWorkerStopsWithinItsDeadlineWhateverHangs() throws Exception {
        HangingTarget hanging = new HangingTarget(new MemoryTarget(true), ConnectorCall.WRITE, 1);
        FailurePolicy patient = POLICY.withDeadlines(Deadlines.DEFAULT);
        WorkerOptions options = hasty().withDrainDeadline(Duration.ofSeconds(3));
        Worker worker = Worker.start(log, List.of(pipeline(new NumbersSource(1, 100, 100), hanging, patient)), options);
        hanging.hung.acquire();
        long began = System.nanoTime();
        worker.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(3_500));
        assertThat(worker.hanging()).isEmpty();
        TaskStatus sink = worker.status().get(1);
        assertThat(sink.state()).isEqualTo(TaskStatus.State.FAILED);
        assertThat(sink.hungCalls())
                .singleElement()
                .satisfies(call -> assertThat(call.call()).isEqualTo("write"));
        hanging.released.countDown();
    }

    @Test
    void aReaderThatHangsIsReplacedAndWhatItEmitsLaterIsRefused() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        AtomicInteger polls = new AtomicInteger();
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        NumbersSource source = new NumbersSource(1, 1_000, 100);
        source.onPoll(out -> {
            if (polls.getAndIncrement() == 5) {
                awaitWhateverComes(released);
                try {
                    emitLate(out, source);
                } catch (CallOverdueException e) {
                    refused.countDown();
                    throw e;
                }
            }
        });
        try (Worker worker = start(source, target)) {
            until(worker, () -> worker.status().get(1).state() == TaskStatus.State.FINISHED);
            assertThat(worker.status().get(0).hungCalls())
                    .singleElement()
                    .satisfies(call -> assertThat(call.call()).isEqualTo("poll"));
            released.countDown();
            refused.await();
            assertThat(worker.hasFailed()).isFalse();
        }
        assertThat(target.numbers()).isEqualTo(numbersTo(1_000));
        assertThat(log.admin().offsets(new TopicPartition("numbers", 0)).end()).isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void anAcknowledgementIsACallLikeOthers() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        AtomicInteger polls = new AtomicInteger();
        CountDownLatch released = new CountDownLatch(1);
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        NumbersSource source = new NumbersSource(1, 300, 100);
        source.onPoll(out -> out.checkpoint(Map.of(), new Answer(() -> {
            heard.add(Thread.currentThread().getName());
            if (polls.getAndIncrement() == 0) {
                awaitWhateverComes(released);
            }
        })));
        try (Worker worker = start(source, target)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.hasFailed()).as("%s", worker.status()).isFalse();
            assertThat(worker.status().get(0).hungCalls())
                    .singleElement()
                    .satisfies(call -> assertThat(call.call()).isEqualTo("acknowledge"));
        }
        released.countDown();
        assertThat(heard).contains("mainstem-test-numbers-1", "mainstem-test-numbers-2");
        assertThat(target.numbers()).isEqualTo(numbersTo(300));
    }

    /** What is done once a checkpoint is durable. */
    private record Answer(Runnable whenDurable) implements Ack {
        @Override
        public void durable() {
            whenDurable.run();
        }

        @Override
        public void failed(Exception cause) {}
    }

    private static void emitLate(Emitter out, NumbersSource source) {
        out.emit(source.message("split-0", 777_777));
    }

    private static void awaitWhateverComes(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // as a driver that waits for its socket does, it waits on
            }
        }
    }

    private long committed() {
        return log.admin()
                .committed("test.target")
                .get(new TopicPartition("numbers", 0))
                .offset();
    }

    private static void until(Worker worker, BooleanSupplier condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s", worker.status()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private Worker start(SourceFactory source, SinkFactory sink) {
        return Worker.start(log, List.of(pipeline(source, sink)), hasty());
    }

    private static WorkerOptions hasty() {
        return options().withGrace(Duration.ofMillis(20));
    }

    private Pipeline pipeline(SourceFactory source, SinkFactory sink) {
        return pipeline(source, sink, POLICY);
    }

    private Pipeline pipeline(SourceFactory source, SinkFactory sink, FailurePolicy policy) {
        return new Pipeline(
                "test",
                folder.resolve("test.yaml"),
                List.of(new SourceSpec("numbers", "numbers", source, NONE, "{stream}", ScheduleSpec.once(), policy)),
                List.of(new TopicSpec("numbers", 1, List.of(), CodecKind.AVRO, TopicSettings.defaults())),
                List.of(new SinkSpec("target", "hanging", sink, NONE, List.of("numbers"), policy)));
    }

    private static List<Long> numbersTo(long end) {
        return LongStream.range(0, end).boxed().toList();
    }
}
