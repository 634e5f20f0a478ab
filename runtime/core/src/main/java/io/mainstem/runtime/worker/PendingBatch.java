package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Batch;
import java.time.Duration;

/** What a sink was given and has not flushed, by its numbers, and when it is to be flushed. One thread. */
final class PendingBatch {

    /** The first flush comes sooner: who starts a pipeline sees at once that it works, or that it does not. */
    private static final Duration FIRST_FLUSH_AGE = Duration.ofMillis(50);

    private final Batch bounds;
    private boolean any;
    private boolean hasFlushed;
    private long records;
    private long bytes;
    private long notWritten;
    private long sinceNanos;

    PendingBatch(Batch bounds) {
        this.bounds = bounds;
    }

    /** Whether the sink was given anything since its last flush. */
    boolean isEmpty() {
        return !any;
    }

    /** Something is given to the sink now. */
    void begin() {
        if (!any) {
            any = true;
            sinceNanos = System.nanoTime();
        }
    }

    /** The sink has taken what was given. */
    void taken(int moreRecords, long moreBytes) {
        records += moreRecords;
        bytes += moreBytes;
    }

    /** Of these, the sink has nothing to write. */
    void addNotWritten(long messages) {
        notWritten += messages;
    }

    /** How many of what was given the sink had nothing to write of. */
    long notWritten() {
        return notWritten;
    }

    boolean isFull() {
        return records >= bounds.records() || bytes >= bounds.bytes();
    }

    /** Whether it has waited long enough for more. */
    boolean isDue(boolean nothingCame) {
        return any && age() >= (nothingCame ? linger() : longestAge());
    }

    /** How long it may wait for more yet when none comes. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, linger() - age()));
    }

    /** It is durable in the target. */
    void flushed() {
        hasFlushed = true;
    }

    /** It is done with, flushed or not. */
    void forget() {
        any = false;
        records = 0;
        bytes = 0;
        notWritten = 0;
    }

    private long age() {
        return System.nanoTime() - sinceNanos;
    }

    private long linger() {
        return Math.min(bounds.linger().toNanos(), longestAge());
    }

    private long longestAge() {
        long most = bounds.time().toNanos();
        return hasFlushed ? most : Math.min(most, FIRST_FLUSH_AGE.toNanos());
    }
}
