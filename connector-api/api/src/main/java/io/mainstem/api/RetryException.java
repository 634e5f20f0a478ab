package io.mainstem.api;

import java.time.Duration;
import java.util.Optional;

/**
 * The outside world did not play along this time: a connection was refused or lost, a resource ran out, a lock was taken.
 * The runtime waits and tries again; nothing is lost and nothing goes to the dead letters.
 */
public final class RetryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> after;

    /** Try again after the runtime's own waiting time. */
    public RetryException(String message, Throwable cause) {
        super(message, cause);
        this.after = Optional.empty();
    }

    /** Try again, not before this time has passed. */
    public RetryException(String message, Throwable cause, Duration after) {
        super(message, cause);
        this.after = Optional.of(after);
    }

    /** How long to wait at least, when the other side said so. */
    public Optional<Duration> after() {
        return after;
    }
}
