package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One file of a partition: whole record batches, first to last, and nothing else.
 *
 * <p>The appending thread owns {@link #written}; readers go by {@link #size}, which follows when the bytes are durable.
 */
final class Segment {
    static final String LOG = ".log";

    private static final long NOT_LOOKED_UP = Long.MIN_VALUE;

    final long baseOffset;
    final Path file;
    final Path indexFile;
    final Path timeIndexFile;

    /** The bytes that readers may see. */
    volatile long size;

    /** The bytes written; guarded by the append lock. */
    long written;

    /** A batch that begins at or before this offset may follow a gap that a compaction has left. */
    volatile long gapsUntil;

    /** Whether it was written or cut, and no force has followed. */
    volatile boolean unforced;

    /** Set when it is not part of its partition any more: nothing of it is forced or reported. */
    volatile boolean deleted;

    /** Guarded by {@link OpenFiles}. */
    @Nullable
    StoredFile handle;

    /** The calls that use the handle now; guarded by {@link OpenFiles}. */
    int users;

    private volatile @Nullable SegmentIndex index;
    private volatile long greatestTimestamp = NOT_LOOKED_UP;
    private volatile long knownUpTo = NOT_LOOKED_UP;
    private volatile long firstTimestamp = NOT_LOOKED_UP;

    Segment(Path folder, long baseOffset) {
        this.baseOffset = baseOffset;
        String name = String.format(Locale.ROOT, "%020d", baseOffset);
        this.file = folder.resolve(name + LOG);
        this.indexFile = folder.resolve(name + ".index");
        this.timeIndexFile = folder.resolve(name + ".timeindex");
    }

    /** Gives a new segment an empty index. */
    SegmentIndex startIndex() {
        SegmentIndex empty = new SegmentIndex(baseOffset);
        index = empty;
        return empty;
    }

    /** Whether a batch that begins at {@code base} may stand where one that begins at {@code expected} would stand without compaction. */
    boolean mayFollow(long expected, long base) {
        return base == expected || base > expected && base <= gapsUntil;
    }

    /** The index, read from its files or from the batches when it is not in memory. */
    SegmentIndex index(OpenFiles files) throws IOException {
        SegmentIndex known = index;
        return known != null ? known : loadIndex(files);
    }

    /** The index if it is in memory. */
    @Nullable
    SegmentIndex indexInMemory() {
        return index;
    }

    private synchronized SegmentIndex loadIndex(OpenFiles files) throws IOException {
        SegmentIndex known = index;
        if (known != null) {
            return known;
        }
        SegmentIndex loaded = readIndex(files);
        index = loaded;
        return loaded;
    }

    private SegmentIndex readIndex(OpenFiles files) throws IOException {
        SegmentIndex loaded = new SegmentIndex(baseOffset);
        if (loaded.load(files.readAll(indexFile), files.readAll(timeIndexFile), size)) {
            scanInto(loaded, files);
            if (timesAgree(loaded, files)) {
                return loaded;
            }
        }
        SegmentIndex scanned = new SegmentIndex(baseOffset);
        scanInto(scanned, files);
        return scanned;
    }

    /**
     * The greatest timestamp of a record, or {@code Long.MIN_VALUE} when there is none that can be read. The
     * index is not kept in memory for it.
     */
    long greatestTimestamp(OpenFiles files) throws IOException {
        SegmentIndex known = index;
        if (known != null) {
            return known.maxTimestamp();
        }
        long found = greatestTimestamp;
        if (found == NOT_LOOKED_UP) {
            SegmentIndex read = readIndex(files);
            found = read.maxTimestamp();
            knownUpTo = read.nextOffset();
            greatestTimestamp = found;
        }
        return found;
    }

    /**
     * Whether no record before {@code next}, the first offset behind the segment, is as late as a time. False when it
     * cannot be told, because batches are missing or damaged.
     */
    boolean isAllBefore(long timestamp, long next, OpenFiles files) throws IOException {
        long greatest = greatestTimestamp(files);
        SegmentIndex known = index;
        return greatest < timestamp && (known == null ? knownUpTo : known.nextOffset()) >= next;
    }

    /** Whether the batch that is said to have the greatest timestamp has it. */
    private boolean timesAgree(SegmentIndex read, OpenFiles files) throws IOException {
        return read.maxTimestamp() == Long.MIN_VALUE
                || timestampAt(read, read.maxTimestampOffset(), files) == read.maxTimestamp();
    }

    /** The greatest timestamp of the batch that holds an offset, or {@code Long.MIN_VALUE} when there is no good one. */
    long timestampAt(SegmentIndex found, long offset, OpenFiles files) throws IOException {
        byte[] header = new byte[RecordBatch.HEADER];
        int entry = found.find(offset);
        long position = entry < 0 ? 0 : found.position(entry);
        while (position + RecordBatch.HEADER <= size) {
            read(files, ByteBuffer.wrap(header), position);
            if (!RecordBatch.plausible(header, 0)) {
                break;
            }
            if (RecordBatch.nextOffset(header, 0) > offset) {
                return RecordBatch.recordTimestamp(header, 0);
            }
            position += RecordBatch.size(header, 0);
        }
        return Long.MIN_VALUE;
    }

    /** Whether the batch at a position ends with an offset and no record of it is as late as a time. */
    boolean endsBefore(long position, long lastOffset, long timestamp, OpenFiles files) throws IOException {
        byte[] header = new byte[RecordBatch.HEADER];
        if (position + RecordBatch.HEADER > size) {
            return false;
        }
        read(files, ByteBuffer.wrap(header), position);
        return RecordBatch.plausible(header, 0)
                && RecordBatch.nextOffset(header, 0) - 1 == lastOffset
                && RecordBatch.recordTimestamp(header, 0) < timestamp;
    }

    /** Whether it has nothing but the markers of transactions and batches that a compaction has emptied. */
    boolean hasOnlyMarkers(OpenFiles files) throws IOException {
        byte[] header = new byte[RecordBatch.HEADER];
        long position = 0;
        long limit = size;
        while (position + RecordBatch.HEADER <= limit) {
            read(files, ByteBuffer.wrap(header), position);
            if (!RecordBatch.plausible(header, 0) || RecordBatch.recordTimestamp(header, 0) != Long.MIN_VALUE) {
                return false;
            }
            position += RecordBatch.size(header, 0);
        }
        return position == limit;
    }

    /** The timestamp of the first batch, or {@code Long.MAX_VALUE} when there is none. Needs the append lock. */
    long firstTimestamp(OpenFiles files) throws IOException {
        long found = firstTimestamp;
        if (found == NOT_LOOKED_UP && written >= RecordBatch.HEADER) {
            byte[] header = new byte[RecordBatch.HEADER];
            read(files, ByteBuffer.wrap(header), 0);
            found = RecordBatch.plausible(header, 0) ? RecordBatch.maxTimestamp(header, 0) : Long.MAX_VALUE;
            firstTimestamp = found;
        }
        return found == NOT_LOOKED_UP ? Long.MAX_VALUE : found;
    }

    /** Forgets the first timestamp: what was written is taken back. */
    void forgetFirstTimestamp() {
        firstTimestamp = NOT_LOOKED_UP;
    }

    /**
     * Completes an index with the batches behind its last entry, up to the first header that makes no sense. A batch that
     * may not follow the one before it gets no entry.
     */
    private void scanInto(SegmentIndex target, OpenFiles files) throws IOException {
        byte[] header = new byte[RecordBatch.HEADER];
        int last = target.count() - 1;
        long position = last < 0 ? 0 : target.position(last);
        long expected = last < 0 ? baseOffset : Long.MAX_VALUE;
        while (position + RecordBatch.HEADER <= size) {
            read(files, ByteBuffer.wrap(header), position);
            long batchSize = RecordBatch.size(header, 0);
            if (!RecordBatch.plausible(header, 0) || position + batchSize > size) {
                return;
            }
            long next = RecordBatch.nextOffset(header, 0);
            if (mayFollow(expected, RecordBatch.baseOffset(header, 0))) {
                target.add(next - 1, position, (int) batchSize, RecordBatch.recordTimestamp(header, 0));
            }
            expected = next;
            position += batchSize;
        }
    }

    void read(OpenFiles files, ByteBuffer target, long at) throws IOException {
        StoredFile open = files.acquire(this);
        try {
            open.read(target, at);
        } finally {
            files.release(this);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
