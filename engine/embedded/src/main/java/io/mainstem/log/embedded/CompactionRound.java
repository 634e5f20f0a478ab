package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One round of compaction of one partition, in small steps: finds the last offset of each key, then rewrites the segments
 * group by group. {@code docs/log-format.md} tells how. One thread at a time.
 */
final class CompactionRound {
    private static final long STEP_BYTES = 4 << 20;
    private static final int OUTPUT_BYTES = 1 << 20;
    private static final int GROUP_SEGMENTS_MAX = 128;
    private static final long GROUP_OFFSETS_MAX = Integer.MAX_VALUE - (1 << 26);

    private final PartitionLog log;
    private final List<Segment> sources;
    private final long sourcesEnd;
    private final Swapper swapper;
    private final OffsetMap map;
    private final LastBatches producers;
    private final BatchFilter.Terms terms;
    private final List<List<Segment>> groups = new ArrayList<>();

    private int source;
    private @Nullable SegmentWalk walk;
    private long mapEnd;
    private @Nullable BatchFilter filter;
    private @Nullable CleanedSegment target;
    private int group;

    /** What a round needs of the log. */
    interface Swapper {
        /** Throws an {@link IOException} unless there is room for so many bytes more. */
        void checkRoom(long bytes) throws IOException;

        /** Puts a segment in the place of others that reach to {@code end}; with all files on disk when it returns. */
        void swap(
                PartitionLog log,
                List<Segment> sources,
                CleanedSegment cleaned,
                Segment target,
                long end,
                PartitionLog.Compacted after)
                throws IOException;
    }

    /**
     * A round.
     *
     * @param sources the segments from the first one on that may be compacted
     * @param sourcesEnd one past their last offset
     * @param terms with the end of the map still open
     */
    CompactionRound(
            PartitionLog log,
            List<Segment> sources,
            long sourcesEnd,
            Swapper swapper,
            OffsetMap map,
            BatchFilter.Terms terms) {
        this.log = log;
        this.sources = sources;
        this.sourcesEnd = sourcesEnd;
        this.swapper = swapper;
        this.map = map;
        this.terms = terms;
        this.producers = new LastBatches(terms.now());
        this.mapEnd = -1;
    }

    PartitionLog log() {
        return log;
    }

    /**
     * Does a bounded part of the work; false when all is done.
     *
     * @throws LogException when it cannot be done now or ever
     */
    boolean step() throws IOException {
        if (mapEnd < 0) {
            map();
            return true;
        }
        if (group == groups.size()) {
            return false;
        }
        rewrite();
        return true;
    }

    // --- the last offset of each key ---

    private void map() throws IOException {
        long cleanEnd = log.compacted().cleanEnd();
        for (long left = STEP_BYTES; left > 0 && mapEnd < 0; ) {
            SegmentWalk now = nextWalk(sources);
            if (now == null) {
                mapEnd = sourcesEnd;
            } else {
                left -= map(now, cleanEnd);
            }
        }
        if (mapEnd < 0) {
            return;
        }
        if (mapEnd <= cleanEnd) {
            throw new LogException(
                    "partition " + log + " cannot be compacted: the memory for compaction has no room for"
                            + " the keys of one batch; open the log with more of it");
        }
        makeGroups();
        filter = new BatchFilter(
                map, producers, new BatchFilter.Terms(mapEnd, terms.now(), terms.horizon(), terms.readByAll()));
        source = 0;
        walk = null;
    }

    /** Takes note of a batch, and returns its size; ends the map before one whose keys have no room. */
    private long map(SegmentWalk now, long cleanEnd) throws IOException {
        int at = now.header();
        if (RecordBatch.baseOffset(now.array(), at) >= cleanEnd) {
            at = now.batch();
            if (!RecordBatch.isMarker(now.array(), at)) {
                if (!map.hasRoomFor(RecordBatch.count(now.array(), at))) {
                    mapEnd = RecordBatch.baseOffset(now.array(), at);
                    return 0;
                }
                mapRecords(now, at);
            }
        }
        producers.add(now.array(), at);
        long size = RecordBatch.size(now.array(), at);
        now.pass();
        return size;
    }

    private void mapRecords(SegmentWalk now, int at) {
        long base = RecordBatch.baseOffset(now.array(), at);
        try (BatchRecords records = new BatchRecords()) {
            records.open(now.array(), at);
            while (records.next()) {
                if (records.keyLength() >= 0) {
                    map.put(records.array(), records.keyAt(), records.keyLength(), base + records.offsetDelta());
                }
            }
        } catch (PayloadException e) {
            throw now.damaged("has records that " + e.getMessage());
        }
    }

    /** The walk that has a batch left in these segments, or null. */
    private @Nullable SegmentWalk nextWalk(List<Segment> segments) {
        while (walk == null || !walk.hasNext()) {
            if (source == segments.size()) {
                return null;
            }
            walk = new SegmentWalk(log, segments.get(source++));
        }
        return walk;
    }

    // --- groups ---

    private void makeGroups() {
        List<Segment> current = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < sources.size() && sources.get(i).baseOffset < mapEnd; i++) {
            Segment segment = sources.get(i);
            boolean fits = bytes + segment.size <= log.settings().segmentBytes()
                    && current.size() < GROUP_SEGMENTS_MAX
                    && !current.isEmpty()
                    && endOf(i) - current.get(0).baseOffset < GROUP_OFFSETS_MAX;
            if (!fits) {
                current = new ArrayList<>();
                groups.add(current);
                bytes = 0;
            }
            current.add(segment);
            bytes += segment.size;
        }
    }

    private long endOf(int number) {
        return number + 1 < sources.size() ? sources.get(number + 1).baseOffset : sourcesEnd;
    }

    // --- rewriting ---

    private void rewrite() throws IOException {
        List<Segment> segments = groups.get(group);
        long end = endOf(sources.indexOf(segments.get(segments.size() - 1)));
        BatchFilter into = opened(filter);
        CleanedSegment cleaned = target;
        if (cleaned == null) {
            swapper.checkRoom(
                    segments.stream().mapToLong(segment -> segment.size).sum());
            cleaned = new CleanedSegment(log.data(), log.folder, segments.get(0).baseOffset);
            target = cleaned;
        }
        for (long left = STEP_BYTES; left > 0; ) {
            SegmentWalk now = nextWalk(segments);
            if (now == null) {
                finish(segments, cleaned, end);
                return;
            }
            left -= filter(now, into, end);
            if (into.length() >= OUTPUT_BYTES) {
                write(into, cleaned);
            }
        }
    }

    private static BatchFilter opened(@Nullable BatchFilter filter) {
        if (filter == null) {
            throw new IllegalStateException("the map is not made");
        }
        return filter;
    }

    private static long filter(SegmentWalk now, BatchFilter into, long end) throws IOException {
        int at = now.batch();
        try {
            into.add(now.array(), at, RecordBatch.nextOffset(now.array(), at) == end);
        } catch (PayloadException e) {
            throw now.damaged("has records that " + e.getMessage());
        }
        long size = RecordBatch.size(now.array(), at);
        now.pass();
        return size;
    }

    private static void write(BatchFilter from, CleanedSegment cleaned) throws IOException {
        cleaned.add(from.output(), from.length());
        from.clear();
    }

    private void finish(List<Segment> segments, CleanedSegment cleaned, long end) throws IOException {
        write(opened(filter), cleaned);
        Segment whole = cleaned.finish();
        long cleanEnd = Math.max(log.compacted().cleanEnd(), Math.min(end, mapEnd));
        swapper.swap(log, segments, cleaned, whole, end, new PartitionLog.Compacted(cleanEnd, terms.now()));
        target = null;
        walk = null;
        source = 0;
        group++;
    }

    /** Whether what it reads was deleted meanwhile, so that the next round has to begin with what is there then. */
    boolean isOutdated() {
        List<Segment> read = group < groups.size() ? groups.get(group) : sources;
        return log.isDeleted() || read.stream().anyMatch(segment -> segment.deleted);
    }

    /** Gives back what it has; what is not swapped is as it was. */
    void end() {
        if (target != null) {
            target.discard();
            target = null;
        }
        if (filter != null) {
            filter.close();
            filter = null;
        }
    }
}
