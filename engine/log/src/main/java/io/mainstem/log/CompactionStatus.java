package io.mainstem.log;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a partition is compacted.
 *
 * @param cleanEnd below this offset each key is there once, and there are gaps between offsets
 * @param cleanBytes the bytes of the segments below it
 * @param cleanableBytes the bytes behind it that may be compacted now
 * @param lastCleaned when a part of it was compacted last; empty when it never was
 * @param obstacle why it is not compacted although it should be, and what to do; empty when nothing is in the way
 */
public record CompactionStatus(
        long cleanEnd, long cleanBytes, long cleanableBytes, Optional<Instant> lastCleaned, Optional<String> obstacle) {

    /** The share of the bytes that may be compacted now, 0 to 1; {@link TopicSettings#minCleanableRatio()} speaks of it. */
    public double cleanableRatio() {
        return cleanableBytes == 0 ? 0 : (double) cleanableBytes / (cleanBytes + cleanableBytes);
    }
}
