package io.mainstem.runtime.worker;

import io.mainstem.log.LogException;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.Run;
import io.mainstem.runtime.delivery.Run.Outcome;
import io.mainstem.runtime.delivery.Run.Trigger;
import io.mainstem.runtime.delivery.RunHistory;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.schedule.Timetable;
import io.mainstem.runtime.schedule.Timing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of a source that reads to an end: each is a session of the source, or several when it fails in between and is tried
 * again. Between two runs nothing is open. There is never more than one at a time, since a task has one life at a time; only {@link #request} may
 * be called from other threads.
 */
final class SourceRuns implements Task.SessionFactory {

    private static final Logger LOGGER = LoggerFactory.getLogger(SourceRuns.class);

    /** How long it sleeps at most before it looks at the clock again, which may have been set meanwhile. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final SourceName source;
    private final ScheduleSpec schedule;
    private final Task.SessionFactory readings;
    private final RunHistory history;
    private final Clock clock;
    private final RandomGenerator random;
    private final StopSignal signal;
    private final TaskStatus status;
    private @Nullable Timetable timetable;
    private volatile @Nullable Run current;
    private Counts before = new Counts(0, 0, 0);
    private volatile boolean requested;

    /** What a status counted. */
    private record Counts(long records, long bytes, long deadLetters) {}

    SourceRuns(
            SourceName source,
            ScheduleSpec schedule,
            Task.SessionFactory readings,
            RunHistory history,
            WorkerOptions options,
            StopSignal signal,
            TaskStatus status) {
        this.source = source;
        this.schedule = schedule;
        this.readings = readings;
        this.history = history;
        this.clock = options.clock();
        this.random = options.random();
        this.signal = signal;
        this.status = status;
    }

    /** Asks for a run now, unless one goes on; any thread. */
    void request() {
        requested = true;
        signal.wake();
    }

    @Override
    public Task.Session open(Life life) {
        return new Readings(life);
    }

    /** What has failed for good in one run may work in the next. */
    @Override
    public boolean goesOnAfter(Failure failure) {
        end(Outcome.FAILED, failure.toString());
        return schedule instanceof ScheduleSpec.Timed;
    }

    /** A run that was not done stays undone. */
    @Override
    public void stopped(Optional<Failure> failure) {
        end(Outcome.STOPPED, failure.map(Failure::toString).orElse(""));
    }

    private synchronized void begin(Trigger trigger) {
        requested = false;
        before = counts();
        Run run = history.begin(source, trigger, schedule.toString());
        if (timetable != null) {
            timetable.started(run.start(), trigger == Trigger.SCHEDULE);
        }
        current = run;
        status.starting();
    }

    private Counts counts() {
        return new Counts(status.records(), status.bytes(), status.deadLetters());
    }

    private synchronized void end(Outcome outcome, String failure) {
        Run run = current;
        if (run == null) {
            return;
        }
        current = null;
        Counts now = counts();
        Instant end = clock.instant();
        if (timetable != null) {
            timetable.ended(end);
        }
        try {
            history.end(run.ended(
                    end,
                    outcome,
                    now.records() - before.records(),
                    now.bytes() - before.bytes(),
                    now.deadLetters() - before.deadLetters(),
                    failure));
        } catch (LogException e) {
            LOGGER.warn("the end of run {} was not stored: {}", run.id(), e.getMessage());
        }
    }

    /** Why a run is to start now, if one is. */
    private Optional<Trigger> due() {
        if (requested) {
            return Optional.of(Trigger.HAND);
        }
        if (schedule instanceof ScheduleSpec.Timed timed) {
            Instant now = clock.instant();
            return timetable(timed.timing(), now).due(now).map(SourceRuns::trigger);
        }
        return Optional.of(Trigger.START);
    }

    private static Trigger trigger(Timetable.Due due) {
        return switch (due) {
            case ON_TIME -> Trigger.SCHEDULE;
            case MISSED -> Trigger.MISFIRE;
        };
    }

    private Timetable timetable(Timing timing, Instant now) {
        Timetable present = timetable;
        if (present == null) {
            // Under another schedule it ran at other times, none of which was missed.
            present = history.last(source)
                    .filter(run -> run.schedule().equals(schedule.toString()))
                    .map(run -> Timetable.after(timing, random, run.start(), isComplete(run), now))
                    .orElseGet(() -> Timetable.unused(timing, random, now));
            timetable = present;
        }
        return present;
    }

    private static boolean isComplete(Run run) {
        return run.outcome() == Outcome.DONE || run.outcome() == Outcome.FAILED;
    }

    /** Sleeps until it is time, or something else may have changed. */
    private void sleep(Timing timing) throws InterruptedException {
        Instant now = clock.instant();
        Optional<Instant> next = timetable(timing, now).next(now);
        status.sleeping(next);
        Duration left = next.map(time -> Duration.between(now, time)).orElse(LOOK);
        signal.await(left.compareTo(LOOK) > 0 ? LOOK : left.compareTo(SHORTEST) < 0 ? SHORTEST : left);
    }

    /** Runs until one fails or there are none any more. */
    private final class Readings implements Task.Session {
        private final Life life;
        private volatile Task.@Nullable Session present;

        Readings(Life life) {
            this.life = life;
        }

        @Override
        public void run() throws Exception {
            while (!signal.isStopping()) {
                if (current == null) {
                    Optional<Trigger> trigger = due();
                    if (trigger.isEmpty()) {
                        sleep(((ScheduleSpec.Timed) schedule).timing());
                        continue;
                    }
                    begin(trigger.get());
                }
                read();
                if (!signal.isStopping() && !(schedule instanceof ScheduleSpec.Timed)) {
                    return;
                }
            }
        }

        private void read() throws Exception {
            try (Task.Session reading = readings.open(life)) {
                present = reading;
                reading.run();
            } finally {
                present = null;
            }
            life.status().caughtUp();
            if (!signal.isStopping()) {
                end(Outcome.DONE, "");
            }
        }

        @Override
        public void cancel() {
            Task.Session reading = present;
            if (reading != null) {
                reading.cancel();
            }
        }

        @Override
        public void giveUp() {
            Task.Session reading = present;
            if (reading != null) {
                reading.giveUp();
            }
        }

        @Override
        public void close() {}
    }
}
