package io.mainstem.runtime.transform;

/** A message that a step of our own cannot transform: the data are at fault, so there is no stack. */
final class RecordProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecordProblem(String message) {
        super(message, null, false, false);
    }
}
