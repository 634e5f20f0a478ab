package io.mainstem.log.embedded;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verification knows of a partition before it looks at its files.
 *
 * @param start the first offset that must be there, or -1 when that is not known
 * @param end one past the last offset that must be there, or -1 when that is not known
 * @param sureEnd from this offset on, a torn end is no damage: it was never acknowledged, or is elsewhere, too
 * @param compactedEnd below this offset, gaps are right
 * @param compactionKnown whether {@code compactedEnd} is known to be the truth
 * @param closed whether the log was closed in order, so that the last index is whole
 * @param epochs where each leader epoch began, or null when that is not known
 */
record ExpectedPartition(
        long start,
        long end,
        long sureEnd,
        long compactedEnd,
        boolean compactionKnown,
        boolean closed,
        @Nullable List<LeaderEpochs.Start> epochs) {

    /** Of a partition of which nothing is known. */
    static final ExpectedPartition UNKNOWN = new ExpectedPartition(-1, -1, Long.MAX_VALUE, 0, false, false, null);

    /** Whether records of a batch may have been taken out. */
    boolean mayBeCompacted(long baseOffset) {
        return !compactionKnown || baseOffset < compactedEnd;
    }

    /** The leader epoch in which an offset was written, or -1 when that is not known. */
    int epochOf(long offset) {
        int epoch = -1;
        for (LeaderEpochs.Start start : epochs == null ? List.<LeaderEpochs.Start>of() : epochs) {
            if (start.offset() <= offset) {
                epoch = start.epoch();
            }
        }
        return epoch;
    }
}
