package io.mainstem.runtime.transform;

/** Knows where in a file a step and its options stand. Thread-safe. */
public interface StepPlaces {

    /** Of steps that stand in no file. */
    StepPlaces NONE = problem -> "";

    /** The place of a problem as {@code file:line:column}, or the empty text. */
    String place(StepProblem problem);
}
