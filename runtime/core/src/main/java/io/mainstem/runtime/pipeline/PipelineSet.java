package io.mainstem.runtime.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/** What came of reading pipeline files: all of them, or everything that is wrong with any of them. */
public sealed interface PipelineSet {

    /**
     * Every file is right.
     *
     * @param pipelines one for each file, in the order of the files
     * @param secrets what must not be shown
     * @param warnings what is allowed, and may not be meant
     */
    record Valid(List<Pipeline> pipelines, Secrets secrets, List<ConfigProblem> warnings) implements PipelineSet {

        /** Copies the lists. */
        public Valid {
            pipelines = List.copyOf(pipelines);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Something is wrong, and nothing may start.
     *
     * @param problems all that is wrong, in the order of files, lines and columns; at least one
     */
    record Invalid(List<ConfigProblem> problems) implements PipelineSet {

        /** Copies the list. */
        public Invalid {
            problems = List.copyOf(problems);
        }

        /** The problems, a line each. */
        @Override
        public String toString() {
            return problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n"));
        }
    }
}
