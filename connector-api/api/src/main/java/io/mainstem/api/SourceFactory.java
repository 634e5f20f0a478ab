package io.mainstem.api;

/** Makes sources. */
public interface SourceFactory extends Factory<Source> {

    /** How a source of this configuration runs when the pipeline names no schedule. */
    default Schedule defaultSchedule(Config config) {
        return Schedule.CONTINUOUS;
    }

    /** When a source reads. */
    enum Schedule {
        /** To the end of what is there, then no more. */
        ONCE,
        /** For ever. */
        CONTINUOUS
    }
}
