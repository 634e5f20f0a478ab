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
    private final boolean ranOut;

    /** Try again after the runtime's own waiting time. */
    public RetryException(String message, Throwable cause) {
        this(message, cause, Optional.empty(), false);
    }

    /** Try again, not before this time has passed. */
    public RetryException(String message, Throwable cause, Duration after) {
        this(message, cause, Optional.of(after), false);
    }

    private RetryException(String message, Throwable cause, Optional<Duration> after, boolean ranOut) {
        super(message, cause);
        this.after = after;
        this.ranOut = ranOut;
    }

    /** A resource ran out, such as the room on a disk: try again after the runtime's own waiting time. */
    public static RetryException ranOut(String message, Throwable cause) {
        return new RetryException(message, cause, Optional.empty(), true);
    }

    /** Whether a resource ran out, rather than that the other side was not there. */
    public boolean ranOut() {
        return ranOut;
    }

    /** How long to wait at least, when the other side said so. */
    public Optional<Duration> after() {
        return after;
    }
}
