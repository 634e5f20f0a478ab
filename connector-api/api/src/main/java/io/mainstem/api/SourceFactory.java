package io.mainstem.api;

import java.util.List;

/** Makes sources. */
public interface SourceFactory extends Factory<Source> {

    /** How a source of this configuration runs when the pipeline names no schedule. */
    default Schedule defaultSchedule(Config config) {
        return Schedule.CONTINUOUS;
    }

    /**
     * The fields that the configuration says rows will have, under the names and types that they will have; rows may have others.
     * It lets mistakes in transforms be found before anything is read.
     */
    default List<Field> declaredFields(Config config) {
        return List.of();
    }

    /** When a source reads. */
    enum Schedule {
        /** To the end of what is there, then no more. */
        ONCE,
        /** For ever. */
        CONTINUOUS
    }
}
