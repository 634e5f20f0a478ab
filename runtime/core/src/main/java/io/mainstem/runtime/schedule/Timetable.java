package io.mainstem.runtime.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Says when the next run is due, from what ran last. It is asked again and again with the time that it is then, which may jump:
 *
 * <ul>
 *   <li>forward over some times: they were missed, and {@link Misfire} says what becomes of them;
 *   <li>back: an interval counts from the new time, so that it is never longer than it says. The times of a cron expression are
 *       not repeated when it is a correction of up to {@link #CORRECTION}; after more, they count from the new time.
 * </ul>
 *
 * <p>One thread.
 */
public final class Timetable {

    /** A time that is this late was missed: something was in the way, such as a machine that slept. */
    static final Duration LATE = Duration.ofMinutes(1);

    /** Clocks that are set back by no more than this are taken for corrected. */
    static final Duration CORRECTION = Duration.ofHours(3);

    private final Timing timing;
    private final RandomGenerator random;
    private Instant base;
    private Duration jitter = Duration.ZERO;
    private boolean owed;

    private Timetable(Timing timing, RandomGenerator random, Instant base) {
        this.timing = timing;
        this.random = random;
        this.base = base;
        drawJitter();
    }

    /** Of something that never ran: an interval begins with a run, a cron expression with its next time. */
    public static Timetable unused(Timing timing, RandomGenerator random, Instant now) {
        Timetable table = new Timetable(timing, random, now);
        if (timing.rhythm() instanceof Rhythm.Every every) {
            table.base = now.minus(every.interval());
            table.jitter = Duration.ZERO;
        }
        return table;
    }

    /**
     * Of something that ran before.
     *
     * @param last when the last run started
     * @param isComplete whether that came to its end; if not, its time was missed
     */
    public static Timetable after(
            Timing timing, RandomGenerator random, Instant last, boolean isComplete, Instant now) {
        Timetable table = new Timetable(timing, random, last);
        table.owed = !isComplete && timing.misfire() == Misfire.RUN_ONCE;
        table.settle(now);
        return table;
    }

    /** Why a run is to start. */
    public enum Due {
        /** It is time. */
        ON_TIME,
        /** It makes good for times that were missed. */
        MISSED
    }

    /** Whether a run is to start now. */
    public Optional<Due> due(Instant now) {
        correct(now);
        if (owed) {
            return Optional.of(Due.MISSED);
        }
        Optional<Instant> time = time();
        if (time.isEmpty() || time.get().isAfter(now)) {
            return Optional.empty();
        }
        if (Duration.between(time.get(), now).compareTo(LATE) <= 0) {
            return Optional.of(Due.ON_TIME);
        }
        settle(now);
        return owed ? Optional.of(Due.MISSED) : Optional.empty();
    }

    /** When the next run is due; empty when none comes any more. */
    public Optional<Instant> next(Instant now) {
        correct(now);
        return owed ? Optional.of(now) : time();
    }

    private Optional<Instant> time() {
        return timing.after(base).map(time -> time.plus(jitter));
    }

    /**
     * A run starts.
     *
     * @param onTime whether because it is time
     */
    public void started(Instant now, boolean onTime) {
        // What jitter added must not add up.
        base = onTime ? now.minus(jitter) : now;
        owed = false;
        drawJitter();
    }

    /** The run has come to its end, or has failed for good. */
    public void ended(Instant now) {
        correct(now);
        settle(now);
    }

    /** Times that passed are missed. */
    private void settle(Instant now) {
        if (time().filter(time -> !time.isAfter(now)).isEmpty()) {
            return;
        }
        if (timing.misfire() == Misfire.RUN_ONCE) {
            owed = true;
        } else {
            base = passed(now);
            drawJitter();
        }
    }

    /** From where the next time that was not missed is found. */
    private Instant passed(Instant now) {
        if (timing.rhythm() instanceof Rhythm.Every every) {
            long missed = Duration.between(base, now).dividedBy(every.interval());
            return base.plus(every.interval().multipliedBy(missed));
        }
        return now;
    }

    private void correct(Instant now) {
        Duration mayBeAhead = timing.rhythm() instanceof Rhythm.Every ? Duration.ZERO : CORRECTION;
        if (base.isAfter(now.plus(mayBeAhead))) {
            base = now;
        }
    }

    private void drawJitter() {
        long most = timing.jitter().toMillis();
        jitter = most == 0 ? Duration.ZERO : Duration.ofMillis(random.nextLong(most + 1));
    }
}
