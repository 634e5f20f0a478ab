package io.mainstem.runtime.pipeline;

import io.mainstem.runtime.schedule.Timing;
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
        return new Timed(Timing.every(interval));
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
     * In YAML {@code schedule: every 10s}, or with {@code cron}.
     *
     * @param timing when
     */
    record Timed(Timing timing) implements ScheduleSpec {
        @Override
        public String toString() {
            return timing.toString();
        }
    }
}
