package io.mainstem.log.embedded;

import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.LogException;
import io.mainstem.log.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition from one position on, whole batches at a time. It remembers where the next batch begins, so that
 * reading on looks nothing up. One thread at a time.
 *
 * <p>Each batch is believed only when its checksum is right and its base offset, which the checksum leaves out, follows
 * the batch before it.
 */
final class Fetcher {
    private final PartitionLog log;
    private final int fetchBytes;
    private final ReadArrays arrays;

    private long position;
    private @Nullable Segment segment;
    private long filePosition;

    /** What was read last, in the first {@link #length} bytes. */
    private byte[] bytes = {};

    private int length;

    Fetcher(PartitionLog log, int fetchBytes, ReadArrays arrays, long position) {
        this.log = log;
        this.fetchBytes = fetchBytes;
        this.arrays = arrays;
        this.position = position;
    }

    PartitionLog log() {
        return log;
    }

    long position() {
        return position;
    }

    /** Moves to another offset of the partition. */
    void seek(long offset) {
        log.checkRange(offset);
        position = offset;
        segment = null;
    }

    /** The next chunk, or null when there is nothing new; the position moves behind it. */
    @Nullable
    LogChunk fetch() {
        long end = log.end();
        if (position == end && !log.isDeleted()) {
            return null;
        }
        while (true) {
            log.checkRange(position);
            int replacements = log.replacements();
            try {
                return fetchBefore(end);
            } catch (CorruptRecordException | IOException e) {
                // What was deleted during the read is not damaged.
                log.checkRange(position);
                if (log.replacements() == replacements) {
                    throw failure(e);
                }
                // A compacted segment took the place of the one that was read.
                segment = null;
            }
        }
    }

    private LogException failure(Exception cause) {
        return cause instanceof CorruptRecordException damage
                ? damage
                : new StorageException(
                        "reading partition " + log.name + " at offset " + position + " failed in '" + log.folder
                                + "'; check the disk",
                        cause);
    }

    private LogChunk fetchBefore(long end) throws IOException {
        Segment current = segment;
        boolean located = current == null || current.deleted || filePosition >= current.size;
        if (current == null || located) {
            current = locate(end);
        }
        readBatches(current, filePosition);
        int valid = 0;
        long next = position;
        while (valid + RecordBatch.HEADER <= length) {
            long size = RecordBatch.size(bytes, valid);
            long base = RecordBatch.baseOffset(bytes, valid);
            boolean follows = base == next || located && valid == 0 || current.mayFollow(next, base);
            if (!follows
                    || !RecordBatch.plausible(bytes, valid)
                    || valid + size > length
                    || !RecordBatch.crcValid(bytes, valid, (int) size)
                    || base != next && !endsBeforeNext(current, bytes, length, valid, end)) {
                break;
            }
            next = RecordBatch.nextOffset(bytes, valid);
            valid += (int) size;
        }
        if (valid == 0) {
            long behind = behind(current, end);
            if (position == behind) {
                // What lies behind the last batch of a segment that is not the last one is no record.
                segment = null;
                return fetchBefore(end);
            }
            Damage damage = Damage.at(current, log.files(), filePosition, position, behind);
            throw damaged(position, damage.nextOffset, current.toString());
        }
        LogChunk chunk = new LogChunk(
                log.name,
                current.file,
                arrays,
                bytes,
                valid,
                position,
                next,
                log.epochs().current());
        segment = current;
        filePosition += valid;
        position = next;
        return chunk;
    }

    /** Whether a batch behind a gap ends before the next one begins: no checksum covers its base offset. */
    private boolean endsBeforeNext(Segment current, byte[] bytes, int length, int at, long end) throws IOException {
        int behind = at + (int) RecordBatch.size(bytes, at);
        return RecordBatch.nextOffset(bytes, at)
                <= (behind + RecordBatch.HEADER <= length
                        ? RecordBatch.baseOffset(bytes, behind)
                        : baseAt(current, filePosition + behind, end));
    }

    /** The base offset of the batch at a position of a segment, or what lies behind the segment when it ends there. */
    private long baseAt(Segment current, long at, long end) throws IOException {
        if (at + RecordBatch.HEADER > current.size) {
            return behind(current, end);
        }
        byte[] header = new byte[RecordBatch.HEADER];
        current.read(log.files(), ByteBuffer.wrap(header), at);
        return RecordBatch.baseOffset(header, 0);
    }

    /** About {@link #fetchBytes} of whole batches, or the first batch alone when it is larger. */
    private void readBatches(Segment current, long at) throws IOException {
        long limit = current.size;
        long wanted = at + fetchBytes;
        long until = wanted >= limit ? limit : current.index(log.files()).boundary(at, wanted);
        readBytes(current, at, until);
        if (length >= RecordBatch.HEADER && RecordBatch.plausible(bytes, 0)) {
            long size = RecordBatch.size(bytes, 0);
            if (size > length && at + size <= limit) {
                arrays.giveBack(bytes);
                readBytes(current, at, at + size);
            }
        }
    }

    private void readBytes(Segment current, long at, long until) throws IOException {
        length = (int) (until - at);
        bytes = arrays.take(length);
        current.read(log.files(), ByteBuffer.wrap(bytes, 0, length), at);
    }

    private byte[] read(Segment current, long at, long until) throws IOException {
        byte[] bytes = new byte[(int) (until - at)];
        current.read(log.files(), ByteBuffer.wrap(bytes), at);
        return bytes;
    }

    /** Finds the segment and the place of the batch that holds the position, and checks that batch. */
    private Segment locate(long end) throws IOException {
        Segment[] segments = log.segments();
        int found = floor(segments, position);
        segment = null;
        if (found < 0) {
            throw damaged(position, segments.length == 0 ? end : segments[0].baseOffset, log.folder.toString());
        }
        Segment current = segments[found];
        long behind = found + 1 < segments.length ? segments[found + 1].baseOffset : end;
        if (!seekInside(current, current.index(log.files()), behind)) {
            throw unreadable(
                    position,
                    behind,
                    "missing: '" + current + "' ends before them, and the next file begins behind them");
        }
        return current;
    }

    private static int floor(Segment[] segments, long offset) {
        int found = segments.length - 1;
        while (found >= 0 && segments[found].baseOffset > offset) {
            found--;
        }
        return found;
    }

    /** The first offset behind a segment. */
    private long behind(Segment current, long end) throws IOException {
        for (Segment later : log.segments()) {
            if (later.baseOffset > current.baseOffset) {
                return later.baseOffset;
            }
        }
        return end;
    }

    /** False when the segment ends before the position. */
    private boolean seekInside(Segment current, SegmentIndex index, long behind) throws IOException {
        byte[] header = new byte[RecordBatch.HEADER];
        int entry = index.find(position);
        // An entry that is wrong, or whose batch is damaged, is passed over for the one before it.
        while (entry >= 0 && !leadsTo(current, index.position(entry), index.lastOffset(entry), header)) {
            entry--;
        }
        long at = entry < 0 ? 0 : index.position(entry);
        long expected = entry < 0 ? current.baseOffset : RecordBatch.baseOffset(header, 0);
        while (at + RecordBatch.HEADER <= current.size) {
            current.read(log.files(), ByteBuffer.wrap(header), at);
            long next = RecordBatch.nextOffset(header, 0);
            boolean good = RecordBatch.plausible(header, 0)
                    && current.mayFollow(expected, RecordBatch.baseOffset(header, 0))
                    && crcValid(current, at, header)
                    && (RecordBatch.baseOffset(header, 0) == expected
                            || next <= baseAt(current, at + RecordBatch.size(header, 0), behind));
            if (good && next > position) {
                filePosition = at;
                return true;
            }
            if (good) {
                expected = next;
                at += RecordBatch.size(header, 0);
                continue;
            }
            Damage damage = Damage.at(current, log.files(), at, expected, behind);
            if (damage.nextPosition < 0 || damage.nextOffset > position) {
                throw damaged(position, damage.nextOffset, current.toString());
            }
            expected = damage.nextOffset;
            at = damage.nextPosition;
        }
        return false;
    }

    private boolean leadsTo(Segment current, long at, long lastOffset, byte[] header) throws IOException {
        if (at + RecordBatch.HEADER > current.size) {
            return false;
        }
        current.read(log.files(), ByteBuffer.wrap(header), at);
        return RecordBatch.plausible(header, 0)
                && RecordBatch.nextOffset(header, 0) - 1 == lastOffset
                && crcValid(current, at, header);
    }

    private boolean crcValid(Segment current, long at, byte[] header) throws IOException {
        long size = RecordBatch.size(header, 0);
        if (at + size > current.size) {
            return false;
        }
        return RecordBatch.crcValid(read(current, at, at + size), 0, (int) size);
    }

    private CorruptRecordException damaged(long first, long next, String file) {
        return unreadable(first, next, "damaged in '" + file + "'");
    }

    private CorruptRecordException unreadable(long first, long next, String why) {
        return new CorruptRecordException(
                "offsets " + first + " to " + (next - 1) + " of " + log.name + " are " + why
                        + "; what is before and behind them can be read, from offset " + next + " on",
                first,
                next);
    }
}
