package io.mainstem.log.embedded;

import io.mainstem.log.OffsetOutOfRangeException;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.StorageException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One partition: its segments, its bounds, and who waits for its next records.
 *
 * <p>Files are looked at when the partition is first used. What lies on disk is then brought to {@link Extent}, the state
 * that the checkpoint and the journal vouch for: what goes beyond it was never acknowledged and is cut.
 *
 * <p>Writes ({@link #stage}, {@link #undo}, {@link #publish}) need the append lock; reads need none.
 */
final class PartitionLog {
    final Topic.Identity topic;
    final TopicPartition name;
    final Path folder;
    final ProducerStates producers;
    private final DataFolder data;
    private final OpenFiles files;
    private final DirtyFiles dirty;
    private final SegmentFiles segmentFiles;
    private final CopyOnWriteArrayList<Signal> waiting = new CopyOnWriteArrayList<>();

    private volatile Segment[] segments = {};
    private volatile boolean loaded;
    private volatile boolean deleted;
    private volatile @Nullable StorageException failure;
    private volatile long end;
    private volatile LeaderEpochs epochs;
    private volatile TopicSettings settings;
    private volatile long startOffset;
    private volatile long bytes;
    private volatile Compacted compacted = Compacted.NEVER;
    private volatile int replacements;
    private volatile boolean swapExpected;
    private long appendTime;
    private long stagedEnd;
    private Extent extent;
    private boolean rollFirst;

    /**
     * How far a partition reaches on disk.
     *
     * @param start the first offset
     * @param end one past the last offset
     * @param activeBase the base offset of the last segment
     * @param activeSize the size of the last segment
     * @param bytes the size of all segments
     * @param appendTime the greatest append time that a record has, or -1
     */
    record Extent(long start, long end, long activeBase, long activeSize, long bytes, long appendTime) {
        static final Extent EMPTY = new Extent(0, 0, 0, 0, 0, -1);

        /** The same, beginning at this offset unless it begins before. */
        Extent startingAtMost(long offset) {
            return new Extent(Math.min(start, offset), end, activeBase, activeSize, bytes, appendTime);
        }
    }

    /**
     * How far a partition is compacted.
     *
     * @param cleanEnd below this offset each key is there once, and there may be gaps between offsets
     * @param time the log's time of the last compaction, or -1
     */
    record Compacted(long cleanEnd, long time) {
        static final Compacted NEVER = new Compacted(0, -1);

        void write(ByteWriter writer) {
            writer.putLong(cleanEnd).putLong(time);
        }

        static Compacted read(ByteReader reader) {
            long cleanEnd = reader.getLong();
            return new Compacted(cleanEnd, reader.getLong());
        }
    }

    /** What {@link #undo} needs to take a staged write back. */
    record Mark(long stagedEnd, int segmentCount, long written, long appendTime, SegmentIndex.@Nullable Mark index) {}

    PartitionLog(
            Topic.Identity topic,
            TopicSettings settings,
            int partition,
            DataFolder data,
            Extent extent,
            LeaderEpochs epochs) {
        this.topic = topic;
        this.settings = settings;
        this.name = new TopicPartition(topic.name(), partition);
        this.data = data;
        this.folder = data.root().resolve(name.toString());
        this.producers = new ProducerStates(name);
        this.files = data.files();
        this.dirty = data.dirty();
        this.segmentFiles = new SegmentFiles(data, folder);
        this.extent = extent;
        this.epochs = epochs;
        this.startOffset = extent.start;
        this.end = extent.end;
        this.stagedEnd = extent.end;
        this.appendTime = extent.appendTime;
        count(extent.bytes);
    }

    /** Sets how many bytes its segments have. */
    private void count(long value) {
        data.usedBytes().addAndGet(value - bytes);
        bytes = value;
    }

    /** The settings of its topic. */
    TopicSettings settings() {
        return settings;
    }

    void alter(TopicSettings value) {
        settings = value;
    }

    long start() {
        return startOffset;
    }

    /** One past the last offset that may be read. */
    long end() {
        return end;
    }

    LeaderEpochs epochs() {
        return epochs;
    }

    void raiseEpoch() {
        epochs = epochs.raised(end);
    }

    /** Whether records carry the time of their append. */
    boolean appendTime() {
        return settings.timestampType() == TopicSettings.TimestampType.APPEND_TIME;
    }

    Compacted compacted() {
        return compacted;
    }

    /** Sets how far it is compacted; before it is used. */
    void setCompacted(Compacted value) {
        compacted = value;
    }

    DataFolder data() {
        return data;
    }

    /** Whether there may be a segment before the last one. */
    boolean hasClosedSegments() {
        return loaded ? segments.length > 1 : extent.activeBase > startOffset;
    }

    boolean isDeleted() {
        return deleted;
    }

    /** The bounds. */
    PartitionOffsets offsets() {
        if (deleted) {
            throw gone();
        }
        return new PartitionOffsets(startOffset, end, epochs.current(), bytes);
    }

    /** How far the partition reaches; needs the append lock and no staged writes. */
    Extent extent() {
        if (!loaded || segments.length == 0 || rollFirst) {
            return new Extent(startOffset, end, extent.activeBase, extent.activeSize, bytes, appendTime);
        }
        Segment active = segments[segments.length - 1];
        return new Extent(startOffset, end, active.baseOffset, active.written, bytes, appendTime);
    }

    /** Replaces what the files are brought to; only before the partition is used. */
    void expect(Extent expected) {
        if (loaded) {
            throw new IllegalStateException(name + " is in use");
        }
        extent = expected;
        startOffset = expected.start;
        end = expected.end;
        stagedEnd = expected.end;
        appendTime = expected.appendTime;
        count(expected.bytes);
    }

    /** Brings the files to the extent, once. */
    void load() throws IOException {
        if (!loaded) {
            loadFiles();
        }
    }

    private synchronized void loadFiles() throws IOException {
        if (deleted) {
            throw gone();
        }
        if (loaded) {
            return;
        }
        List<Segment> found = new ArrayList<>();
        for (long base : segmentFiles.bases()) {
            Segment segment = new Segment(folder, base);
            if (base > extent.activeBase) {
                segmentFiles.delete(segment);
                continue;
            }
            long size = files.storage().size(segment.file);
            if (size == 0 && base != extent.activeBase) {
                // A failed write began it, and the log went on in another.
                segmentFiles.delete(segment);
                continue;
            }
            if (base == extent.activeBase && size > extent.activeSize) {
                segmentFiles.cut(segment, extent.activeSize);
                size = extent.activeSize;
            }
            if (base == extent.activeBase) {
                rollFirst = size < extent.activeSize;
                segmentFiles.forgetIndex(segment);
            }
            segment.size = size;
            segment.written = size;
            markGaps(segment);
            found.add(segment);
        }
        if (!found.isEmpty() && !data.closedInOrder()) {
            // What is seen here, a process that was killed may have cut, deleted or made without a force.
            Segment last = found.get(found.size() - 1);
            last.unforced = true;
            dirty.add(last);
            dirty.addFolder(data.root());
            dirty.addFolder(folder);
        }
        boolean activeThere = !found.isEmpty() && found.get(found.size() - 1).baseOffset == extent.activeBase;
        rollFirst |= !activeThere && extent.end > 0;
        segments = found.toArray(new Segment[0]);
        count(found.stream().mapToLong(segment -> segment.written).sum());
        dropBeforeStart();
        loaded = true;
    }

    private void markGaps(Segment segment) {
        long cleanEnd = compacted.cleanEnd;
        segment.gapsUntil = segment.baseOffset < cleanEnd ? cleanEnd : 0;
    }

    /**
     * Deletes all records before an offset, which is not after the end. Segments that are free of others are condemned; the
     * last one, too, and then the next append begins another. Needs the append lock and no staged writes.
     */
    synchronized void truncateBefore(long offset) {
        if (offset <= startOffset || deleted) {
            return;
        }
        startOffset = offset;
        if (loaded) {
            dropBeforeStart();
        }
    }

    private void dropBeforeStart() {
        Segment[] now = segments;
        int count = 0;
        if (swapExpected) {
            // Which segments there are is known when the swap is finished.
            return;
        }
        while (count < now.length && now[count].written > 0 && endOf(now, count) <= startOffset) {
            count++;
        }
        if (count == 0) {
            return;
        }
        if (count == now.length) {
            extent = new Extent(startOffset, stagedEnd, stagedEnd, 0, 0, appendTime);
            rollFirst = true;
        }
        segments = Arrays.copyOfRange(now, count, now.length);
        for (int i = 0; i < count; i++) {
            now[i].deleted = true;
            count(bytes - now[i].written);
            data.trash().condemn(now[i]);
            segmentFiles.closeQuietly(now[i]);
        }
    }

    /** One past the last offset of a segment. */
    private long endOf(Segment[] now, int number) {
        return number + 1 < now.length ? now[number + 1].baseOffset : stagedEnd;
    }

    // --- compaction ---

    /** Whether these are segments of it, one behind the other. Needs the append lock. */
    boolean has(List<Segment> some) {
        int first = Arrays.asList(segments).indexOf(some.get(0));
        return first >= 0
                && first + some.size() < segments.length
                && Arrays.asList(segments).subList(first, first + some.size()).equals(some);
    }

    /** Puts a segment in the place of others, on the disk and for readers. Needs the append lock and no staged writes. */
    synchronized void replace(List<Segment> sources, Segment target, SegmentSwap swap, Compacted after)
            throws IOException {
        for (Segment source : sources) {
            source.deleted = true;
            segmentFiles.closeQuietly(source);
        }
        swap.complete(data, folder);
        compacted = after;
        markGaps(target);
        long before = sources.stream().mapToLong(segment -> segment.written).sum();
        segments = withInstead(target, swap);
        count(bytes - before + target.written);
        replacements++;
    }

    private Segment[] withInstead(Segment target, SegmentSwap swap) {
        List<Segment> all = new ArrayList<>();
        for (Segment segment : segments) {
            if (segment.baseOffset < swap.base() || segment.baseOffset >= swap.end()) {
                all.add(segment);
            }
        }
        int at = 0;
        while (at < all.size() && all.get(at).baseOffset < target.baseOffset) {
            at++;
        }
        all.add(at, target);
        return all.toArray(new Segment[0]);
    }

    /** How often segments were replaced by others; waits while some are. */
    synchronized int replacements() {
        return replacements;
    }

    /** Takes note that a swap has to be finished before it is known which segments there are; only in a recovery. */
    synchronized void expectSwap(Compacted after, long saved) {
        swapExpected = true;
        compacted = after;
        count(bytes - saved);
        extent = new Extent(
                extent.start,
                extent.end,
                extent.activeBase,
                extent.activeSize,
                extent.bytes - saved,
                extent.appendTime);
        for (Segment segment : segments) {
            markGaps(segment);
        }
    }

    /** Finishes a swap that the journal has decided; only in a recovery. */
    synchronized void finishSwap(SegmentSwap swap) throws IOException {
        swap.complete(data, folder);
        files.storage().forceDirectory(folder);
        swapExpected = false;
        if (!loaded) {
            return;
        }
        for (Segment segment : segments) {
            if (segment.baseOffset >= swap.base() && segment.baseOffset < swap.end()) {
                segment.deleted = true;
                segmentFiles.closeQuietly(segment);
            }
        }
        Segment target = new Segment(folder, swap.base());
        target.size = files.storage().size(target.file);
        target.written = target.size;
        markGaps(target);
        segments = withInstead(target, swap);
        count(Arrays.stream(segments).mapToLong(segment -> segment.written).sum());
        dropBeforeStart();
    }

    /** What a later {@link #undo} goes back to. */
    Mark mark() throws IOException {
        load();
        Segment[] now = segments;
        if (now.length == 0) {
            return new Mark(stagedEnd, 0, 0, appendTime, null);
        }
        Segment active = now[now.length - 1];
        return new Mark(
                stagedEnd,
                now.length,
                active.written,
                appendTime,
                rollFirst ? null : active.index(files).mark());
    }

    /** The offset that the next staged record gets. */
    long stagedEnd() {
        return stagedEnd;
    }

    /** Gives whole batches their offsets and writes them, unforced and not yet visible. */
    void stage(byte[] batches, int from, int length, Staging staging) throws IOException {
        StorageException earlier = failure;
        if (earlier != null) {
            throw new IOException(earlier.getMessage(), earlier);
        }
        int epoch = epochs.current();
        long offset = stagedEnd;
        for (int at = from; at < from + length; at += (int) RecordBatch.size(batches, at)) {
            Bytes.putLong(batches, at + RecordBatch.BASE_OFFSET, offset);
            Bytes.putInt(batches, at + RecordBatch.LEADER_EPOCH, epoch);
            RecordBatch.notBefore(batches, at, appendTime);
            offset = RecordBatch.nextOffset(batches, at);
        }
        write(batches, from, length, staging);
    }

    /** Writes batches that have their offsets already, beginning at {@link #stagedEnd}. */
    void write(byte[] batches, int from, int length, Staging staging) throws IOException {
        load();
        int at = from;
        int limit = from + length;
        while (at < limit) {
            Segment active = activeFor(
                    RecordBatch.size(batches, at),
                    RecordBatch.baseOffset(batches, at),
                    RecordBatch.recordTimestamp(batches, at));
            long rollTime = rollTime(active);
            SegmentIndex index = active.index(files);
            int runStart = at;
            long position = active.written;
            do {
                int size = (int) RecordBatch.size(batches, at);
                long next = RecordBatch.nextOffset(batches, at);
                index.add(next - 1, position, size, RecordBatch.recordTimestamp(batches, at));
                if ((RecordBatch.attributes(batches, at) & RecordBatch.APPEND_TIME) != 0) {
                    appendTime = Math.max(appendTime, RecordBatch.maxTimestamp(batches, at));
                }
                position += size;
                at += size;
                stagedEnd = next;
            } while (at < limit
                    && RecordBatch.recordTimestamp(batches, at) < rollTime
                    && position + RecordBatch.size(batches, at) <= settings.segmentBytes());
            writeRun(active, batches, runStart, at - runStart, staging);
        }
    }

    private void writeRun(Segment active, byte[] batches, int from, int length, Staging staging) throws IOException {
        dirty.add(active);
        var handle = files.acquire(active);
        try {
            staging.write(handle, batches, from, length, active.written);
        } finally {
            files.releaseChanged(active);
        }
        active.written += length;
        count(bytes + length);
    }

    /**
     * The timestamp from which on a batch belongs to the next segment. A marker never begins one: it says when a transaction
     * ended, which for records with times of their own may be years after them.
     */
    private long rollTime(Segment active) throws IOException {
        long first = active.firstTimestamp(files);
        long most = settings.segmentMillis();
        if (settings.cleanup().compacts() && settings.maxCompactionLagMillis() != TopicSettings.UNLIMITED) {
            most = Math.min(most, settings.maxCompactionLagMillis());
        }
        return first > Long.MAX_VALUE - most ? Long.MAX_VALUE : first + most;
    }

    private Segment activeFor(long batchSize, long baseOffset, long timestamp) throws IOException {
        Segment[] now = segments;
        Segment active = now.length == 0 ? null : now[now.length - 1];
        if (active != null && !rollFirst) {
            boolean fits = active.written + batchSize <= settings.segmentBytes()
                    && timestamp < rollTime(active)
                    && baseOffset - active.baseOffset < Integer.MAX_VALUE - (1 << 26);
            if (fits || active.written == 0) {
                return active;
            }
            segmentFiles.writeIndex(active);
        }
        return roll(now, baseOffset);
    }

    private Segment roll(Segment[] now, long baseOffset) throws IOException {
        Segment next = segmentFiles.create(baseOffset, now.length == 0);
        Segment[] more = Arrays.copyOf(now, now.length + 1);
        more[now.length] = next;
        segments = more;
        rollFirst = false;
        return next;
    }

    /** Leaves an index file for the active segment, so that the next open need not scan it. */
    void writeActiveIndex() throws IOException {
        Segment[] now = segments;
        if (now.length > 0 && !rollFirst) {
            segmentFiles.writeIndex(now[now.length - 1]);
        }
    }

    /** Takes back what was staged since the mark. When that fails too, the partition takes no more appends. */
    void undo(Mark mark, IOException cause) {
        stagedEnd = mark.stagedEnd;
        appendTime = mark.appendTime;
        try {
            Segment[] now = segments;
            for (int i = now.length - 1; i >= mark.segmentCount; i--) {
                segments = Arrays.copyOf(now, i);
                now[i].deleted = true;
                files.close(now[i]);
                segmentFiles.delete(now[i]);
            }
            if (mark.segmentCount > 0 && mark.index != null) {
                Segment active = segments[mark.segmentCount - 1];
                active.index(files).restore(mark.index);
                active.written = mark.written;
                if (mark.written == 0) {
                    active.forgetFirstTimestamp();
                }
                segmentFiles.cut(active, mark.written);
            } else if (mark.segmentCount > 0 || end > 0) {
                rollFirst = true;
            }
            count(Arrays.stream(segments).mapToLong(segment -> segment.written).sum());
        } catch (IOException e) {
            e.addSuppressed(cause);
            failure = new StorageException(
                    "partition " + name + " takes no more records: a failed write could not be taken back in '" + folder
                            + "'; check the disk, then open the log again",
                    e);
        }
    }

    /** Makes what was staged visible: it is durable. */
    void publish() {
        for (Segment segment : segments) {
            if (segment.size != segment.written) {
                segment.size = segment.written;
            }
        }
        end = stagedEnd;
    }

    /** Wakes those who wait for records. */
    void signal() {
        for (Signal signal : waiting) {
            signal.raise();
        }
    }

    void addWaiting(Signal signal) {
        waiting.addIfAbsent(signal);
    }

    void removeWaiting(Signal signal) {
        waiting.remove(signal);
    }

    /** The segments, first to last, for a reader. */
    Segment[] segments() throws IOException {
        load();
        return segments;
    }

    OpenFiles files() {
        return files;
    }

    SegmentFiles segmentFiles() {
        return segmentFiles;
    }

    /** Checks that a reader may stand at this offset. */
    void checkRange(long offset) {
        if (deleted) {
            throw gone();
        }
        if (offset < startOffset || offset > end) {
            String why = offset < startOffset ? "; the records before were deleted by retention or truncation" : "";
            throw new OffsetOutOfRangeException("offset " + offset + " of " + name + " is outside of what is there, "
                    + startOffset + " to " + end + why + "; seek to an offset in this range");
        }
    }

    TopicNotFoundException gone() {
        return new TopicNotFoundException("topic '" + name.topic() + "' was deleted");
    }

    /** From now on nobody appends, and a read finds the topic gone. */
    void refuseUse() {
        deleted = true;
    }

    /** Ends all use: the topic was deleted. */
    synchronized void markDeleted() throws IOException {
        deleted = true;
        for (Segment segment : segments) {
            segment.deleted = true;
            files.close(segment);
        }
        count(0);
        data.trash().forget(folder);
        signal();
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
