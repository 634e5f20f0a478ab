package io.mainstem.runtime.expression;

/** A message for which an expression has no value: a null where a number is needed, a division by zero. */
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationException(String message) {
        // It says where the data is wrong, not where the code is: a stack would be of no use.
        super(message, null, false, false);
    }

    /** A null where a value is needed. */
    static EvaluationException isNull(String name) {
        return new EvaluationException(name + " is null; test it first: " + name
                + " == null ? null : ..., or in a condition " + name + " != null && ...");
    }
}
