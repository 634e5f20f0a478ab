package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.RetryException;
import io.mainstem.runtime.ManualClock;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.Run;
import io.mainstem.runtime.delivery.Run.Outcome;
import io.mainstem.runtime.delivery.Run.Trigger;
import io.mainstem.runtime.delivery.RunHistory;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.schedule.CronTimes;
import io.mainstem.runtime.schedule.DaysOff;
import io.mainstem.runtime.schedule.Misfire;
import io.mainstem.runtime.schedule.Rhythm;
import io.mainstem.runtime.schedule.Timing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs by a clock that the tests set. */
@Timeout(60)
class SourceRunsTest extends WorkerCase {

    private static final SourceName SHOP = new SourceName("orders", "shop");
    private static final ScheduleSpec NIGHTLY = nightly(Misfire.RUN_ONCE);

    private final ManualClock clock = new ManualClock("2026-06-01T12:00:00Z");
    private RunHistory history;
    private Task.SessionFactory reading = one -> new OneReading(() -> {});

    @BeforeEach
    void openHistory() {
        history = RunHistory.open(log, clock);
    }

    @AfterEach
    void closeHistory() {
        history.close();
    }

    private void reopen() {
        closeHistory();
        closeLog();
        openLog();
        openHistory();
    }

    private static ScheduleSpec nightly(Misfire misfire) {
        return new ScheduleSpec.Timed(new Timing(
                new Rhythm.Cron(CronTimes.of("0 0 2 * * ?", ZoneOffset.UTC)),
                new DaysOff(ZoneOffset.UTC, List.of()),
                misfire,
                Duration.ZERO));
    }

    private interface Reading {
        void read() throws Exception;
    }

    private record OneReading(Reading reading) implements Task.Session {
        @Override
        public void run() throws Exception {
            reading.read();
        }

        @Override
        public void close() {}
    }

    /** A task with its thread. */
    private final class Running implements AutoCloseable {
        final TaskStatus status = new TaskStatus("orders", "shop", TaskStatus.Side.SOURCE);
        final StopSignal signal = new StopSignal();
        final SourceRuns runs;
        private final Thread thread;

        Running(ScheduleSpec schedule, Duration giveUpAfter) {
            WorkerOptions options = WorkerOptions.of(Secrets.none(), clock, new Random(1));
            runs = new SourceRuns(SHOP, schedule, one -> reading.open(one), history, options, signal, status);
            FailurePolicy.Retry retry =
                    new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(1), giveUpAfter);
            Task task = new Task(
                    status,
                    runs,
                    getClass().getClassLoader(),
                    signal,
                    new FailurePolicy(retry, new FailurePolicy.BadRecords.Stop()),
                    options,
                    () -> {});
            thread = new Thread(task);
            thread.start();
        }

        void setClock(String time) {
            clock.set(time);
            signal.wake();
        }

        /** Until it sleeps up to a time. */
        void awaitSleep(String until) {
            await(() -> status.nextRun().filter(Instant.parse(until)::equals).isPresent());
        }

        @Override
        public void close() {
            signal.stop();
            await(() -> !thread.isAlive());
        }
    }

    private Running start(ScheduleSpec schedule) {
        return new Running(schedule, Duration.ofMinutes(1));
    }

    private List<String> runs() {
        return history.all().stream()
                .map(run -> run.number() + " " + run.trigger() + " " + run.start() + " " + run.outcome())
                .toList();
    }

    @Test
    void itRunsAtItsTimesAndSleepsInBetween() {
        try (Running life = start(NIGHTLY)) {
            life.awaitSleep("2026-06-02T02:00:00Z");
            life.setClock("2026-06-02T02:00:00Z");
            life.awaitSleep("2026-06-03T02:00:00Z");
            life.setClock("2026-06-03T02:00:01Z");
            life.awaitSleep("2026-06-04T02:00:00Z");
        }
        assertThat(runs())
                .containsExactly("2 SCHEDULE 2026-06-03T02:00:01Z DONE", "1 SCHEDULE 2026-06-02T02:00:00Z DONE");
    }

    @Test
    void aClockThatJumpsForwardOverTimesMakesOneRun() {
        try (Running life = start(NIGHTLY)) {
            life.awaitSleep("2026-06-02T02:00:00Z");
            life.setClock("2026-06-09T07:00:00Z");
            life.awaitSleep("2026-06-10T02:00:00Z");
        }
        assertThat(runs()).containsExactly("1 MISFIRE 2026-06-09T07:00:00Z DONE");
    }

    @Test
    void aClockThatJumpsBackRepeatsNothingAndKeepsTheNextTime() {
        try (Running life = start(NIGHTLY)) {
            life.awaitSleep("2026-06-02T02:00:00Z");
            life.setClock("2026-06-02T02:00:00Z");
            life.awaitSleep("2026-06-03T02:00:00Z");
            life.setClock("2026-06-02T00:30:00Z");
            life.setClock("2026-06-02T02:00:00Z");
            life.setClock("2026-06-03T02:00:00Z");
            life.awaitSleep("2026-06-04T02:00:00Z");
        }
        assertThat(history.all()).hasSize(2);
    }

    @Test
    void timesThatPassedWhileTheWorkerWasDownAreOneRunOrNone() {
        try (Running life = start(NIGHTLY)) {
            life.awaitSleep("2026-06-02T02:00:00Z");
            life.setClock("2026-06-02T02:00:00Z");
            life.awaitSleep("2026-06-03T02:00:00Z");
        }
        clock.set("2026-06-05T12:00:00Z");
        reopen();
        try (Running life = start(nightly(Misfire.SKIP))) {
            life.awaitSleep("2026-06-06T02:00:00Z");
        }
        assertThat(history.all()).hasSize(1);
        try (Running life = start(NIGHTLY)) {
            life.awaitSleep("2026-06-06T02:00:00Z");
        }
        assertThat(runs().get(0)).isEqualTo("2 MISFIRE 2026-06-05T12:00:00Z DONE");
        clock.set("2026-06-05T13:00:00Z");
        try (Running life = start(NIGHTLY)) {
            life.awaitSleep("2026-06-06T02:00:00Z");
        }
        assertThat(history.all()).hasSize(2);
    }

    @Test
    void anotherScheduleMissedNothing() {
        try (Running life = start(NIGHTLY)) {
            life.awaitSleep("2026-06-02T02:00:00Z");
            life.runs.request();
            await(() -> history.last(SHOP)
                    .filter(run -> run.outcome() == Outcome.DONE)
                    .isPresent());
        }
        clock.set("2026-06-05T12:00:00Z");
        ScheduleSpec other = new ScheduleSpec.Timed(new Timing(
                new Rhythm.Cron(CronTimes.of("0 0 3 * * ?", ZoneOffset.UTC)),
                new DaysOff(ZoneOffset.UTC, List.of()),
                Misfire.RUN_ONCE,
                Duration.ZERO));
        try (Running life = start(other)) {
            life.awaitSleep("2026-06-06T03:00:00Z");
        }
        assertThat(history.all()).hasSize(1);
    }

    @Test
    void aRunThatWasStoppedOrInterruptedIsDoneAgain() {
        CountDownLatch goOn = new CountDownLatch(1);
        reading = one -> new OneReading(goOn::await);
        Running stopped = start(ScheduleSpec.every(Duration.ofDays(1)));
        await(() -> history.last(SHOP).isPresent());
        stopped.signal.stop();
        goOn.countDown();
        stopped.close();
        assertThat(runs()).containsExactly("1 SCHEDULE 2026-06-01T12:00:00Z STOPPED");

        history.begin(
                SHOP, Trigger.MISFIRE, ScheduleSpec.every(Duration.ofDays(1)).toString());
        reopen();
        reading = one -> new OneReading(() -> {});
        try (Running life = start(ScheduleSpec.every(Duration.ofDays(1)))) {
            life.awaitSleep("2026-06-02T12:00:00Z");
        }
        assertThat(runs())
                .containsExactly(
                        "3 MISFIRE 2026-06-01T12:00:00Z DONE",
                        "2 MISFIRE 2026-06-01T12:00:00Z INTERRUPTED",
                        "1 SCHEDULE 2026-06-01T12:00:00Z STOPPED");
    }

    @Test
    void aRunThatIsTriedAgainIsOneRun() {
        int[] attempts = {0};
        reading = one -> new OneReading(() -> {
            if (++attempts[0] < 3) {
                throw lost();
            }
        });
        try (Running life = start(NIGHTLY)) {
            life.awaitSleep("2026-06-02T02:00:00Z");
            life.setClock("2026-06-02T02:00:00Z");
            life.awaitSleep("2026-06-03T02:00:00Z");
        }
        assertThat(attempts[0]).isEqualTo(3);
        assertThat(runs()).containsExactly("1 SCHEDULE 2026-06-02T02:00:00Z DONE");
    }

    @Test
    void aRunThatGaveUpIsFollowedByTheNextAtItsTime() {
        reading = one -> new OneReading(() -> {
            throw lost();
        });
        try (Running life = new Running(NIGHTLY, Duration.ZERO)) {
            life.awaitSleep("2026-06-02T02:00:00Z");
            life.setClock("2026-06-02T02:00:00Z");
            life.awaitSleep("2026-06-03T02:00:00Z");
            assertThat(life.status.failure().orElseThrow().message()).contains("the connection is lost");
            Run failed = history.last(SHOP).orElseThrow();
            assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(failed.failure()).contains("the connection is lost");
            reading = one -> new OneReading(life.status::running);
            life.setClock("2026-06-03T02:00:00Z");
            life.awaitSleep("2026-06-04T02:00:00Z");
            assertThat(life.status.failure()).isEmpty();
        }
        assertThat(history.last(SHOP).orElseThrow().outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void aPersonMayStartARunInBetween() {
        reading = one -> new OneReading(() -> clock.pass(Duration.ofMinutes(1)));
        try (Running life = start(NIGHTLY)) {
            life.awaitSleep("2026-06-02T02:00:00Z");
            life.runs.request();
            await(() -> history.last(SHOP)
                    .filter(run -> run.outcome() == Outcome.DONE)
                    .isPresent());
            life.awaitSleep("2026-06-02T02:00:00Z");
        }
        assertThat(runs()).containsExactly("1 HAND 2026-06-01T12:00:00Z DONE");
    }

    @Test
    void itWaitsWhateverTheClockDoes() {
        try (Running life = start(ScheduleSpec.every(Duration.ofHours(1)))) {
            life.awaitSleep("2026-06-01T13:00:00Z");
            life.setClock("2026-06-01T12:59:59.999999999Z");
            await(() -> life.thread.getState() == Thread.State.TIMED_WAITING);
            life.setClock("2026-05-01T00:00:00Z");
            life.awaitSleep("2026-05-01T01:00:00Z");
            await(() -> life.thread.getState() == Thread.State.TIMED_WAITING);
            life.setClock("2036-05-01T00:00:00Z");
            life.awaitSleep("2036-05-01T01:00:00Z");
            await(() -> life.thread.getState() == Thread.State.TIMED_WAITING);
        }
        assertThat(history.all()).hasSize(2);
    }

    private static RetryException lost() {
        return new RetryException("the connection is lost", new IOException("reset"));
    }
}
