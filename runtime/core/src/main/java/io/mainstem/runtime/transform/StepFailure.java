package io.mainstem.runtime.transform;

import org.jspecify.annotations.Nullable;

/** A message that a step could not transform: a bad record. The message names the step, and what it says of field and value. */
public final class StepFailure extends Exception {
    private static final long serialVersionUID = 1L;

    StepFailure(String message, @Nullable Throwable cause) {
        // Where the data is wrong is said; the stack of the cause says more when that is a fault of its code.
        super(message, cause, false, false);
    }
}
