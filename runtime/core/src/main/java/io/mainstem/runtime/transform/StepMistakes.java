package io.mainstem.runtime.transform;

import io.mainstem.api.StopException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that is wrong with the steps of a source and of the sinks behind it, for the streams that there are, so that it is told at once.
 * What is told at a place once is not told there again, for another stream or topic. One thread.
 */
public final class StepMistakes {

    private final List<String> words = new ArrayList<>();
    private final Set<String> told = new HashSet<>();
    private Optional<String> fields = Optional.empty();

    /**
     * Looks at steps.
     *
     * @param owner whose they are
     * @return what is known of the rows that come out of the last step, be there mistakes in front of it
     */
    public KnownStream look(List<StepSpec> steps, KnownStream known, String owner) {
        StepCheck.Result result = StepCheck.check(steps, known);
        Set<String> now = new HashSet<>();
        for (StepCheck.Finding finding : result.findings()) {
            StepSpec step = steps.get(finding.step());
            String place = step.places().place(finding.problem());
            if (place.isEmpty() || !told.contains(place)) {
                words.add((place.isEmpty() ? "" : place + ": ")
                        + finding.problem().message() + " (step " + (finding.step() + 1) + " '" + step.name() + "' of "
                        + owner + ")");
                now.add(place);
            }
        }
        told.addAll(now);
        if (fields.isEmpty() && !words.isEmpty()) {
            fields = Optional.of("the fields of '" + known.shownName() + "' in front of them are " + known.schema());
        }
        return result.behind();
    }

    /**
     * Ends the look.
     *
     * @throws StopException with everything that is wrong, each at its place in the file
     */
    public void throwAny() {
        fields.ifPresent(known -> {
            throw new StopException("transform.schema", String.join("; ", words), "correct the steps; " + known);
        });
    }
}
