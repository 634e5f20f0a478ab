package io.mainstem.connectors.http.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When the next request may be made: never more than the configured number in any period of its length, and not before the moment
 * that the server has named. One for all that share a connection. Thread-safe.
 *
 * <p>A server sees a request at some time between its beginning here and its answer. So a request counts from its beginning until a
 * period after its answer: whatever happens on the way, the server sees no more of them in a period than the rate says.
 */
final class RequestBudget {

    private final Optional<Rate> rate;
    private final LongSupplier nanos;
    private final ArrayDeque<Long> ended = new ArrayDeque<>();
    private int underWay;
    private long notBefore;
    private Wait named = new Wait(Duration.ZERO, "", false);

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

    /** Begins the next request, to be ended by {@link #end}; or begins none, and returns for how long there may be none. */
    synchronized Optional<Wait> take() {
        long now = nanos.getAsLong();
        if (notBefore - now > 0) {
            return Optional.of(new Wait(Duration.ofNanos(notBefore - now), named.why(), named.isRefused()));
        }
        Optional<Wait> wait = rate.flatMap(limit -> untilFree(limit, now));
        if (wait.isEmpty()) {
            underWay++;
        }
        return wait;
    }

    private Optional<Wait> untilFree(Rate limit, long now) {
        long period = limit.period().toNanos();
        while (!ended.isEmpty() && now - ended.peekFirst() >= period) {
            ended.removeFirst();
        }
        if (underWay + ended.size() < limit.requests()) {
            return Optional.empty();
        }
        long nanosLeft = ended.isEmpty() ? period : ended.getFirst() + period - now;
        return Optional.of(new Wait(Duration.ofNanos(nanosLeft), "the rate of " + limit + " is used up", false));
    }

    /** A request begins that cannot be held back, since another waits for it; it counts like any. */
    synchronized void begin() {
        underWay++;
    }

    /** A request has its answer, or will have none. */
    synchronized void end() {
        underWay--;
        if (rate.isPresent()) {
            ended.addLast(nanos.getAsLong());
        }
    }

    /** The server wants no request for this time. */
    synchronized void pause(Wait wait) {
        long until = nanos.getAsLong() + wait.time().toNanos();
        if (until - notBefore > 0) {
            notBefore = until;
            named = wait;
        }
    }
}
