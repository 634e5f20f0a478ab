package io.mainstem.cli;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a sink will take for what it has still to write, by how fast it has been since it was watched. Nothing is said of one that waits, of one
 * that has just begun to be watched, nor of one that has got nothing through for a while: a rate of a moment, carried on for hours, means
 * nothing. One thread.
 */
final class TimeLeft {

    /** An estimate is at most so many times as long as what it rests on. */
    private static final int FAR = 100;

    private static final long STILL_NANOS = Duration.ofSeconds(10).toNanos();

    private boolean isWatching;
    private long beginNanos;
    private long beginRecords;
    private long lastNanos;
    private long lastRecords;

    /** It waits for something, or more may come: what was seen of it before counts no more. */
    void forget() {
        isWatching = false;
    }

    /**
     * Looks again.
     *
     * @param records how many it has written
     * @param lag how many are left
     * @param nanos the time of the look
     */
    Optional<Duration> look(long records, long lag, long nanos) {
        if (!isWatching || records == lastRecords && nanos - lastNanos > STILL_NANOS) {
            isWatching = true;
            beginNanos = nanos;
            beginRecords = records;
            lastNanos = nanos;
        }
        if (records != lastRecords) {
            lastNanos = nanos;
            lastRecords = records;
        }
        long watched = nanos - beginNanos;
        double left = watched / (double) (records - beginRecords) * lag;
        return records > beginRecords && left <= (double) watched * FAR
                ? Optional.of(Duration.ofNanos((long) left))
                : Optional.empty();
    }
}
