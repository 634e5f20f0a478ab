package io.mainstem.runtime.schedule;

import io.mainstem.runtime.text.WholeUnits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The times of a schedule, before any of them is left out. */
public sealed interface Rhythm {

    /**
     * The first time after a moment.
     *
     * @return empty when none comes any more
     */
    Optional<Instant> after(Instant moment);

    /** The first time at a moment or after it, when the times before it were left out. */
    Optional<Instant> from(Instant moment);

    /**
     * So long after the last one.
     *
     * @param interval the time from the start of one run to the start of the next
     */
    record Every(Duration interval) implements Rhythm {

        /** Checks that time passes. */
        public Every {
            if (interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException("an interval must be longer than nothing, not " + interval);
            }
        }

        @Override
        public Optional<Instant> after(Instant moment) {
            return Optional.of(moment.plus(interval));
        }

        @Override
        public Optional<Instant> from(Instant moment) {
            return Optional.of(moment);
        }

        @Override
        public String toString() {
            return "every " + WholeUnits.time(interval.toMillis());
        }
    }

    /**
     * The times of a cron expression.
     *
     * @param times the expression and its time zone
     */
    record Cron(CronTimes times) implements Rhythm {

        @Override
        public Optional<Instant> after(Instant moment) {
            return times.after(moment);
        }

        @Override
        public Optional<Instant> from(Instant moment) {
            return times.after(moment.minusNanos(1));
        }

        @Override
        public String toString() {
            return times.toString();
        }
    }
}
