package io.mainstem.runtime.compare;

/** Two sides cannot be compared; the message says which of them and why. */
final class IncomparableException extends Exception {
    private static final long serialVersionUID = 1L;

    IncomparableException(String why) {
        super(why);
    }
}
