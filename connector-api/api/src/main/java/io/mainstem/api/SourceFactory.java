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

    /**
     * The streams with all their fields, as a first start would find them, as far as that can be known without connecting to
     * anything: they are declared, or what is read lies on this machine. It lets mistakes in the transforms of this source, and of the sinks behind it, be found when a
     * file is validated. Reads little, writes nothing.
     *
     * @return none where it cannot be known, such as of files that are not there yet; then {@link #declaredFields} counts
     * @throws Exception when such a start would fail, which is told as a warning
     */
    default List<StreamSchema> knownStreams(Config config, Context context) throws Exception {
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
