package io.mainstem.runtime.worker;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** How long something took, each time it was done. Thread-safe; no time is lost, and a count may be ahead of its sum. */
public final class Histogram {

    /** The upper bounds of all buckets but the last, which has none, in nanoseconds. */
    private static final long[] BOUNDS = {
        1_000_000L,
        5_000_000L,
        10_000_000L,
        50_000_000L,
        100_000_000L,
        500_000_000L,
        1_000_000_000L,
        5_000_000_000L,
        10_000_000_000L,
        60_000_000_000L,
        600_000_000_000L
    };

    private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.length + 1);
    private final LongAdder nanos = new LongAdder();

    Histogram() {}

    void add(long tookNanos) {
        int bucket = 0;
        while (bucket < BOUNDS.length && tookNanos > BOUNDS[bucket]) {
            bucket++;
        }
        nanos.add(tookNanos);
        counts.incrementAndGet(bucket);
    }

    /**
     * How often it took at most so long.
     *
     * @param seconds the bound; infinite for the last
     * @param count how often, those below smaller bounds too
     */
    public record Bucket(double seconds, long count) {}

    /** All buckets, smallest first. */
    public List<Bucket> buckets() {
        Bucket[] buckets = new Bucket[BOUNDS.length + 1];
        long count = 0;
        for (int i = 0; i < buckets.length; i++) {
            count += counts.get(i);
            buckets[i] = new Bucket(i < BOUNDS.length ? BOUNDS[i] / 1e9 : Double.POSITIVE_INFINITY, count);
        }
        return List.of(buckets);
    }

    /** The sum of all times. */
    public double sumSeconds() {
        return nanos.sum() / 1e9;
    }
}
