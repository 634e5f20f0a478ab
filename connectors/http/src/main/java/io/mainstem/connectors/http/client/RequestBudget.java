package io.mainstem.connectors.http.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When the next request may be made: never more than the configured number in any period of its length, and not before the moment
 * that the server has named. One for all that share a connection. Thread-safe.
 */
final class RequestBudget {

    private final Optional<Rate> rate;
    private final LongSupplier nanos;
    private final ArrayDeque<Long> made = new ArrayDeque<>();
    private long notBefore;

    /**
     * A budget that is unused.
     *
     * @param nanos a clock that only goes forward
     */
    RequestBudget(Optional<Rate> rate, LongSupplier nanos) {
        this.rate = rate;
        this.nanos = nanos;
        this.notBefore = nanos.getAsLong();
    }

    /** Takes the next request out of the budget, or returns for how long there is none. */
    synchronized Duration take() {
        long now = nanos.getAsLong();
        if (notBefore - now > 0) {
            return Duration.ofNanos(notBefore - now);
        }
        return rate.map(limit -> take(limit, now)).orElse(Duration.ZERO);
    }

    private Duration take(Rate limit, long now) {
        long period = limit.period().toNanos();
        while (!made.isEmpty() && now - made.peekFirst() >= period) {
            made.removeFirst();
        }
        if (made.size() >= limit.requests()) {
            return Duration.ofNanos(made.getFirst() + period - now);
        }
        made.addLast(now);
        return Duration.ZERO;
    }

    /** The server wants no request for this time. */
    synchronized void pause(Duration time) {
        long until = nanos.getAsLong() + time.toNanos();
        if (until - notBefore > 0) {
            notBefore = until;
        }
    }
}
