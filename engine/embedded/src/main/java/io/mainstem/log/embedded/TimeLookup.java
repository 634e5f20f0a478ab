package io.mainstem.log.embedded;

import io.mainstem.log.OffsetAndTimestamp;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds the first record that is as late as a time. Segments that are all earlier are passed over by their greatest
 * timestamp; inside the first other one the time index leads to one stretch, which is read. An entry of the index that does
 * not agree with the batch it speaks of is not believed.
 */
final class TimeLookup {
    private static final int FETCH_BYTES = 64 << 10;

    private final PartitionLog log;
    private final long timestamp;

    TimeLookup(PartitionLog log, long timestamp) {
        this.log = log;
        this.timestamp = timestamp;
    }

    Optional<OffsetAndTimestamp> find() throws IOException {
        long start = log.start();
        long end = log.end();
        Segment[] segments = log.segments();
        for (int i = 0; i < segments.length; i++) {
            long next = i + 1 < segments.length ? segments[i + 1].baseOffset : end;
            if (next <= start || segments[i].isAllBefore(timestamp, next, log.files())) {
                continue;
            }
            Optional<OffsetAndTimestamp> found = scan(Math.max(start, whereToBegin(segments[i])), next);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private long whereToBegin(Segment segment) throws IOException {
        SegmentIndex index = segment.index(log.files());
        SegmentIndex.TimeHint hint = index.findTime(timestamp);
        boolean afterIsTrue = hint.after() == null || agrees(segment, index, hint.after());
        boolean beforeIsTrue = hint.before() == null || agrees(segment, index, hint.before());
        if (!afterIsTrue || !beforeIsTrue) {
            return segment.baseOffset;
        }
        long begin = hint.after() == null ? segment.baseOffset : hint.after().offset() + 1;
        // Each entry of the offset index had the time index follow, so the time was reached behind the one before.
        int entry = index.find(
                hint.before() == null ? Long.MAX_VALUE : hint.before().offset() - 1);
        if (entry < 0) {
            return begin;
        }
        // A damaged entry may name a later batch of the same time, behind the one that is looked for: this shows it.
        boolean entryIsTrue =
                segment.endsBefore(index.position(entry), index.lastOffset(entry), timestamp, log.files());
        return entryIsTrue ? Math.max(begin, index.lastOffset(entry) + 1) : segment.baseOffset;
    }

    private boolean agrees(Segment segment, SegmentIndex index, SegmentIndex.TimeEntry entry) throws IOException {
        return segment.timestampAt(index, entry.offset(), log.files()) == entry.timestamp();
    }

    private Optional<OffsetAndTimestamp> scan(long from, long until) {
        Fetcher fetcher = new Fetcher(log, FETCH_BYTES, new ReadArrays(), from);
        while (fetcher.position() < until) {
            LogChunk chunk = fetcher.fetch();
            if (chunk == null) {
                return Optional.empty();
            }
            Optional<OffsetAndTimestamp> found = chunk.firstNotBefore(timestamp);
            if (found.isPresent()) {
                return found;
            }
            chunk.release();
        }
        return Optional.empty();
    }
}
