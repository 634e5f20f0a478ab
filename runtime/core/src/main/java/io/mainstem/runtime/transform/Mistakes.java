package io.mainstem.runtime.transform;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one step, so that all of it is told at once. One thread. */
final class Mistakes {

    private final List<StepProblem> problems = new ArrayList<>();
    private boolean failed;

    /** A part of a step's plan. */
    interface Part {
        void make() throws StepException;
    }

    /** Makes a part, whose mistakes do not keep the next one from being made. */
    void in(Part part) {
        try {
            part.make();
        } catch (StepException e) {
            problems.addAll(e.problems());
            failed = true;
        }
    }

    /** Ends the plan when a part failed. */
    void throwAny() throws StepException {
        if (failed) {
            throw StepException.of(problems);
        }
    }
}
