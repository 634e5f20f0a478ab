package io.mainstem.runtime.worker;

/** A call of a connector took longer than it may. Nothing that comes of it counts. */
final class CallOverdueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallOverdueException(String message) {
        super(message);
    }

    /** For the thread that is in such a call, which nobody listens to any more. */
    static CallOverdueException givenUp() {
        return new CallOverdueException("the call took longer than its deadline; nothing that comes of it counts");
    }
}
