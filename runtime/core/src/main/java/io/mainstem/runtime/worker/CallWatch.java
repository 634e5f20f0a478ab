package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Deadlines;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Which call of the connector a session is in, and since when. The session's thread notes it, with one write before the call
 * and one after it; another thread looks whether the call is over its deadline.
 *
 * <p>A call that was found to be over its deadline never ends well: when it returns after all, {@link #end} throws, and so does
 * everything that the connector asks of the runtime until then. Once the session is {@linkplain #giveUp given up}, it can
 * call nothing any more but what lets go of things.
 */
final class CallWatch {

    private static final long NONE = 0;
    private static final long OVERDUE = -1;
    /** The call is in the low bits of the number, from 1, and the time in the others. */
    private static final int CALL_BITS = 4;

    private static final long CALL_MASK = (1 << CALL_BITS) - 1;
    private static final Map<Integer, ConnectorCall> CALLS =
            Arrays.stream(ConnectorCall.values()).collect(Collectors.toMap(ConnectorCall::number, call -> call));

    private final LongSupplier ticker;
    private final Deadlines deadlines;
    private final AtomicLong present = new AtomicLong(NONE);
    private final long shortest;
    private volatile boolean givenUp;

    /**
     * A watch for one session.
     *
     * @param ticker nanoseconds that only go forward
     */
    CallWatch(Deadlines deadlines, LongSupplier ticker) {
        this.ticker = ticker;
        this.deadlines = deadlines;
        this.shortest = CALLS.values().stream()
                .mapToLong(call -> call.deadline(deadlines).toNanos())
                .min()
                .orElseThrow();
    }

    /**
     * Before a call.
     *
     * @throws CallOverdueException when the session was given up, unless the call lets go of things
     */
    void begin(ConnectorCall call) {
        if (givenUp && call != ConnectorCall.CLOSE) {
            throw CallOverdueException.givenUp();
        }
        present.setRelease(number(call));
    }

    /**
     * After a call, whether it succeeded or not.
     *
     * @throws CallOverdueException when it was over its deadline
     */
    void end() {
        if (present.getAndSet(NONE) == OVERDUE) {
            throw CallOverdueException.givenUp();
        }
    }

    /**
     * The connector has called the runtime, which will wait for the log: that is not the connector's time.
     *
     * @return what {@link #resume} needs
     * @throws CallOverdueException when the call was over its deadline before
     */
    long pause() {
        check();
        long number = present.get();
        if (number != NONE && !present.compareAndSet(number, NONE)) {
            throw CallOverdueException.givenUp();
        }
        return number;
    }

    /** The runtime returns to the connector, which has all of its time anew. */
    void resume(long paused) {
        if (paused != NONE) {
            present.setRelease(number(call(paused)));
        }
    }

    /**
     * The connector asks something of the runtime.
     *
     * @throws CallOverdueException when its call is over its deadline, or the session was given up
     */
    void check() {
        if (present.getOpaque() == OVERDUE || givenUp) {
            throw CallOverdueException.givenUp();
        }
    }

    private long number(ConnectorCall call) {
        return ticker.getAsLong() << CALL_BITS | call.number();
    }

    private static ConnectorCall call(long number) {
        return Objects.requireNonNull(CALLS.get((int) (number & CALL_MASK)));
    }

    /** Nanoseconds since the call began: the clock may pass the end of its range, as the JVM's may. */
    private long elapsed(long number) {
        return (ticker.getAsLong() << CALL_BITS) - (number & ~CALL_MASK) >> CALL_BITS;
    }

    /** No call is over its deadline before so many nanoseconds from now. Any thread may ask. */
    long untilOverdue() {
        long number = present.get();
        return number == NONE || number == OVERDUE
                ? shortest
                : call(number).deadline(deadlines).toNanos() - elapsed(number);
    }

    /** The call that is over its deadline now, if one is; found once. Any thread may ask. */
    Optional<Overdue> findOverdue() {
        long number = present.get();
        if (number == NONE || number == OVERDUE || untilOverdue() > 0) {
            return Optional.empty();
        }
        return mark(number);
    }

    /** The call that is under way, if one is, over its deadline or not; from now on it counts as over it. Any thread may ask. */
    Optional<Overdue> cutShort() {
        long number = present.get();
        return number == NONE || number == OVERDUE ? Optional.empty() : mark(number);
    }

    private Optional<Overdue> mark(long number) {
        long began = ticker.getAsLong() - elapsed(number);
        return present.compareAndSet(number, OVERDUE)
                ? Optional.of(new Overdue(call(number), began))
                : Optional.empty();
    }

    /** From now on the session can do nothing. */
    void giveUp() {
        givenUp = true;
    }

    /**
     * A call that took too long.
     *
     * @param call which
     * @param beganNanos when it began, on the watch's ticker
     */
    record Overdue(ConnectorCall call, long beganNanos) {}
}
