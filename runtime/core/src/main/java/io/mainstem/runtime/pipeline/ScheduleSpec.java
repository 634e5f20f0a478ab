package io.mainstem.runtime.pipeline;

import java.time.Duration;

/** When a source reads. */
public sealed interface ScheduleSpec {

    /** Reads to the end of what is there, then no more. */
    static ScheduleSpec once() {
        return new Once();
    }

    /** Reads for ever. */
    static ScheduleSpec continuous() {
        return new Continuous();
    }

    /** Reads to the end of what is there, again and again. */
    static ScheduleSpec every(Duration interval) {
        return new Every(interval);
    }

    /** In YAML {@code schedule: once}. */
    record Once() implements ScheduleSpec {
        @Override
        public String toString() {
            return "once";
        }
    }

    /** In YAML {@code schedule: continuous}. */
    record Continuous() implements ScheduleSpec {
        @Override
        public String toString() {
            return "continuous";
        }
    }

    /**
     * In YAML {@code schedule: every 10s}.
     *
     * @param interval the time from the start of one reading to the start of the next
     */
    record Every(Duration interval) implements ScheduleSpec {

        /** Checks that time passes. */
        public Every {
            if (interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException("an interval must be longer than nothing, not " + interval);
            }
        }

        @Override
        public String toString() {
            return "every " + interval.toMillis() + "ms";
        }
    }
}
