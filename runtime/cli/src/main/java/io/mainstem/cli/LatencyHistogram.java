package io.mainstem.cli;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts latencies in buckets whose width is at most a 32nd of what they hold, from a microsecond to hours, in memory that
 * does not grow. Thread-safe.
 */
final class LatencyHistogram {

    private static final int PARTS_LOG = 5;
    private static final int PARTS = 1 << PARTS_LOG;
    private static final int BUCKETS = (40 - PARTS_LOG) * PARTS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

    /** Takes note of one. */
    void record(long nanos) {
        counts.incrementAndGet(bucket(Math.max(0, nanos) / 1_000));
    }

    private static int bucket(long micros) {
        if (micros < PARTS) {
            return (int) micros;
        }
        int shift = 63 - Long.numberOfLeadingZeros(micros) - PARTS_LOG;
        return Math.min(BUCKETS - 1, (shift << PARTS_LOG) + (int) (micros >> shift));
    }

    /** The greatest latency of a bucket, in microseconds. */
    private static long greatest(int bucket) {
        if (bucket < 2 * PARTS) {
            return bucket;
        }
        int shift = (bucket >> PARTS_LOG) - 1;
        return ((bucket - ((long) shift << PARTS_LOG) + 1) << shift) - 1;
    }

    /** How many there were. */
    long count() {
        long count = 0;
        for (int i = 0; i < BUCKETS; i++) {
            count += counts.get(i);
        }
        return count;
    }

    /**
     * The latency that so many of a hundred did not exceed, in milliseconds; 0 when there were none.
     *
     * @param percent more than 0, to 100
     */
    double millis(double percent) {
        long wanted = Math.max(1, (long) Math.ceil(count() * percent / 100));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts.get(i);
            if (seen >= wanted) {
                return greatest(i) / 1_000.0;
            }
        }
        return 0;
    }
}
