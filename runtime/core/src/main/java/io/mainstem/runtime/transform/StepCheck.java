package io.mainstem.runtime.transform;

import java.util.ArrayList;
import java.util.List;

/** Looks through the steps of a source or sink for mistakes, as far as fields are known before anything runs. */
public final class StepCheck {

    private StepCheck() {}

    /**
     * A problem of a step.
     *
     * @param step its number in the list, from 0
     * @param problem what is wrong
     */
    public record Finding(int step, StepProblem problem) {}

    /**
     * What came of a check.
     *
     * @param findings all that is wrong; not what only follows from another mistake
     * @param behind what is known of the rows that come out of the last step
     */
    public record Result(List<Finding> findings, KnownStream behind) {

        /** Copies the list. */
        public Result {
            findings = List.copyOf(findings);
        }
    }

    /**
     * All that can be told.
     *
     * @param known what rows have in front of the first step; every step that may be for a stream of its name is looked at
     */
    public static Result check(List<StepSpec> steps, KnownStream known) {
        List<Finding> findings = new ArrayList<>();
        KnownStream present = known;
        for (int i = 0; i < steps.size(); i++) {
            StepSpec step = steps.get(i);
            if (!known.mayMeet(step)) {
                continue;
            }
            KnownStream behind = behind(step, i, present, findings);
            // Where a step changes some streams only, what is known of all of them is what it does not touch.
            present = known.isNamed() || step.on().isEmpty() ? behind : nothing(present);
        }
        return new Result(findings, present);
    }

    static KnownStream nothing(KnownStream stream) {
        return KnownStream.open(stream.stream().name(), List.of());
    }

    /** What is known behind a step, with mistakes or without. */
    static KnownStream behind(StepSpec step, KnownStream known) {
        return behind(step, 0, known, new ArrayList<>());
    }

    private static KnownStream behind(StepSpec step, int number, KnownStream known, List<Finding> findings) {
        if (!(step.factory() instanceof StepFactory factory)) {
            return step.unread().isEmpty() ? BuiltIns.behindUnread(step, known) : known.unsureOf(step.unread());
        }
        try {
            return behind(factory.make(step.config(), new NoContext()), number, known, findings)
                    .unsureOf(step.unread());
        } catch (Exception e) {
            findings.add(new Finding(
                    number, StepProblem.at("", "the step '" + step.name() + "' could not be checked: " + e)));
            return nothing(known);
        }
    }

    private static KnownStream behind(Step step, int number, KnownStream known, List<Finding> findings)
            throws Exception {
        try {
            return known.behind(step.plan(known).output());
        } catch (StepException e) {
            e.problems().forEach(problem -> findings.add(new Finding(number, problem)));
            return step.behindMistake(known);
        }
    }
}
