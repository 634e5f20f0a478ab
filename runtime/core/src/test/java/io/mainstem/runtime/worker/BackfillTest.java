package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Config;
import io.mainstem.api.StopException;
import io.mainstem.log.Log;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.runtime.ManualClock;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.delivery.BackfillName;
import io.mainstem.runtime.delivery.Replay;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BackfillTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Config NONE = Config.of(Map.of());
    private static final FailurePolicy QUICK = new FailurePolicy(
            new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMinutes(1)),
            new FailurePolicy.BadRecords.Stop());

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock("2026-06-01T00:00:00Z");
    private final NumbersSource source = new NumbersSource(3, 0, 100);
    private final MemoryTarget live = new MemoryTarget(true);
    private Log log;
    private Worker worker;

    @BeforeEach
    void writeThreeDays() throws Exception {
        log = EmbeddedLog.open(folder, EmbeddedLogOptions.builder().clock(clock).build());
        for (int day = 1; day <= 3; day++) {
            source.growTo(day * 1_000L);
            try (Worker once = Worker.start(log, List.of(pipeline(ScheduleSpec.once())), options())) {
                assertThat(once.await(PATIENCE)).isTrue();
            }
            clock.pass(Duration.ofDays(1));
        }
        worker = Worker.open(log, options());
    }

    @AfterEach
    void close() {
        worker.close();
        log.close();
    }

    private WorkerOptions options() {
        return WorkerOptions.of(Secrets.none(), clock, new Random(1));
    }

    private Pipeline pipeline(ScheduleSpec schedule) {
        return new Pipeline(
                "p",
                folder.resolve("p.yaml"),
                List.of(new SourceSpec("in", "numbers", source, NONE, "p", schedule, QUICK)),
                List.of(new TopicSpec("p", 2, List.of(), CodecKind.AVRO, TopicSettings.defaults())),
                List.of(new SinkSpec("out", "memory", live, NONE, List.of("p"), QUICK)));
    }

    private Backfill start(MemoryTarget target) {
        return start("out-backfill", target, QUICK);
    }

    private Backfill start(String name, MemoryTarget target, FailurePolicy policy) {
        SinkSpec sink = new SinkSpec(name, "memory", target, NONE, List.of("p"), policy);
        return worker.startBackfill(
                pipeline(ScheduleSpec.once()),
                sink,
                Instant.parse("2026-06-02T00:00:00Z"),
                Instant.parse("2026-06-03T00:00:00Z"));
    }

    private static void assertSecondDay(MemoryTarget target) {
        List<Long> day = LongStream.range(1_000, 2_000).boxed().toList();
        assertThat(target.numbers()).hasSize(3_000).hasSameElementsAs(day);
        assertThat(target.rows.stream()
                        .map(row -> row.value().toString())
                        .distinct()
                        .count())
                .isEqualTo(3_000);
    }

    @Test
    void aSpanOfTimeIsCopiedWhileTheSinkGoesOn() throws Exception {
        source.growTo(5_000);
        worker.apply(List.of(pipeline(ScheduleSpec.continuous())), Secrets.none());
        MemoryTarget target = new MemoryTarget(true);
        try (Backfill backfill = start(target)) {
            assertThat(backfill.await(PATIENCE)).isTrue();
            assertThat(backfill.status().state()).isEqualTo(TaskStatus.State.FINISHED);
            assertThat(backfill.status().records()).isEqualTo(3_000);
        }
        assertSecondDay(target);
        assertThat(log.admin().groups())
                .as("a group that falls behind for ever")
                .doesNotContain("p.out-backfill");
    }

    @Test
    void oneThatWasStoppedGoesOnAndADoneOneAddsNothing() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        MemoryTarget target = new MemoryTarget(true).failFlush(2).onWrite(first::countDown);
        try (Backfill backfill = start(target)) {
            first.await();
            backfill.stop(PATIENCE);
        }
        for (int i = 0; i < 2; i++) {
            try (Backfill backfill = start(target)) {
                assertThat(backfill.await(PATIENCE)).isTrue();
                assertThat(backfill.status().state()).isEqualTo(TaskStatus.State.FINISHED);
            }
            assertSecondDay(target);
        }
    }

    @Test
    void oneWhoseGroupIsForgottenFollowsItsTarget() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        for (int i = 0; i < 2; i++) {
            try (Backfill backfill = start(target)) {
                assertThat(backfill.await(PATIENCE)).isTrue();
            }
        }
        assertSecondDay(target);
    }

    @Test
    void aTargetWithoutOffsetsIsWrittenToo() throws Exception {
        MemoryTarget target = new MemoryTarget(false);
        try (Backfill backfill = start(target)) {
            assertThat(backfill.await(PATIENCE)).isTrue();
        }
        assertSecondDay(target);
        assertThat(log.admin().groups()).contains("p.out-backfill");
        try (Backfill again = start(target)) {
            assertThat(again.await(PATIENCE)).isTrue();
        }
        assertSecondDay(target);
    }

    @Test
    void itsDeadLettersAreSentAgainWithTheSameBackfill() throws Exception {
        String name = BackfillName.of("out", 7);
        FailurePolicy keep = new FailurePolicy(
                QUICK.retry(), new FailurePolicy.BadRecords.DeadLetters("p.dead-letters", Optional.empty()));
        MemoryTarget target = new MemoryTarget(true).refuse(1_500);
        try (Backfill backfill = start(name, target, keep)) {
            assertThat(backfill.await(PATIENCE)).isTrue();
            assertThat(backfill.status().deadLetters()).isEqualTo(3);
        }
        for (int attempt = 1; attempt <= 2; attempt++) {
            Replay.Outcome outcome = Replay.send(log, clock, letter -> true, false);
            assertThat(outcome.refused()).isEmpty();
            assertThat(outcome.sent()).as("attempt %s", attempt).hasSize(3);
            if (attempt == 2) {
                target.mend();
            }
            try (Backfill backfill = start(name, target, keep)) {
                assertThat(backfill.await(PATIENCE)).isTrue();
            }
        }
        assertSecondDay(target);
        assertThat(Replay.send(log, clock, letter -> true, false).sent()).isEmpty();
    }

    @Test
    void aBackfillOfWhichNothingIsKnownMustBeGivenAgainFirst() throws Exception {
        String name = BackfillName.of("out", 7);
        FailurePolicy keep = new FailurePolicy(
                QUICK.retry(), new FailurePolicy.BadRecords.DeadLetters("p.dead-letters", Optional.empty()));
        MemoryTarget target = new MemoryTarget(true).refuse(1_500);
        try (Backfill backfill = start(name, target, keep)) {
            assertThat(backfill.await(PATIENCE)).isTrue();
        }
        log.admin().deleteGroup("p." + name);
        assertThat(Replay.send(log, clock, letter -> true, false).refused().values())
                .hasSize(3)
                .allMatch(why -> why.contains("give the same backfill command again"));
        assertThat(Replay.send(log, clock, letter -> true, true).sent()).hasSize(3);
        target.mend();
        try (Backfill backfill = start(name, target, keep)) {
            assertThat(backfill.await(PATIENCE)).isTrue();
        }
        assertSecondDay(target);
    }

    @Test
    void itsGroupsAreKnownByTheirNames() {
        assertThat(BackfillName.isOne("p." + BackfillName.of("out", 0xabcL))).isTrue();
        assertThat(BackfillName.isOne("p.out")).isFalse();
    }

    @Test
    void aSpanThatIsNotOverIsRefused() {
        SinkSpec sink = new SinkSpec("x", "memory", new MemoryTarget(true), NONE, List.of("p"), QUICK);
        Instant now = clock.instant();
        assertThatThrownBy(() -> worker.startBackfill(pipeline(ScheduleSpec.once()), sink, now, now.plusSeconds(1)))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("no span");
    }
}
