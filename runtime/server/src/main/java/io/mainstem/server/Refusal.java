package io.mainstem.server;

/** A request that is not carried out. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** The status of HTTP. */
    int status() {
        return status;
    }

    /** Why, for a person. */
    String text() {
        return String.valueOf(getMessage());
    }
}
