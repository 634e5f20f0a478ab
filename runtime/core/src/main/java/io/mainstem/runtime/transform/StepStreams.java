package io.mainstem.runtime.transform;

import io.mainstem.api.StopException;
import io.mainstem.runtime.text.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Finds steps that are limited to a stream that there is not: they would never do anything, and nobody would notice. */
public final class StepStreams {

    private static final int SHOWN_MAX = 20;

    private StepStreams() {}

    /**
     * Looks at what every {@code on} names. When there are no streams yet, nothing can be said, and nothing passes either.
     *
     * @param streams the names of the streams that the source has, or had before
     * @throws StopException at the first name that is none of them, with its place in the file
     */
    public static void check(List<StepSpec> steps, Collection<String> streams) {
        if (streams.isEmpty()) {
            return;
        }
        for (StepSpec step : steps) {
            for (int i = 0; i < step.on().size(); i++) {
                if (!streams.contains(step.on().get(i))) {
                    throw unknown(step, i, streams);
                }
            }
        }
    }

    private static StopException unknown(StepSpec step, int index, Collection<String> streams) {
        String name = step.on().get(index);
        StepProblem problem = StepProblem.on(
                index,
                "the source has no stream '" + name + "', to which 'on' limits the step '" + step.name() + "'"
                        + Nearest.hint(name, streams));
        String place = step.places().place(problem);
        return new StopException(
                "transform.on",
                (place.isEmpty() ? "" : place + ": ") + problem.message(),
                "correct the name, or take it out until there is such a stream; there are " + shown(streams));
    }

    private static String shown(Collection<String> streams) {
        List<String> names = List.copyOf(new TreeSet<>(streams));
        return names.size() <= SHOWN_MAX
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, SHOWN_MAX)) + " and " + (names.size() - SHOWN_MAX) + " more";
    }
}
