package io.mainstem.log.embedded;

import io.mainstem.log.CorruptRecordException;
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
        log.checkRange(position);
        try {
            return fetchBefore(end);
        } catch (CorruptRecordException e) {
            // What was deleted during the read is not damaged.
            log.checkRange(position);
            throw e;
        } catch (IOException e) {
            log.checkRange(position);
            throw new StorageException(
                    "reading partition " + log.name + " at offset " + position + " failed in '" + log.folder
                            + "'; check the disk",
                    e);
        }
    }

    private LogChunk fetchBefore(long end) throws IOException {
        Segment current = segment;
        boolean located = current == null || filePosition >= current.size;
        if (current == null || located) {
            current = locate(end);
        }
        readBatches(current, filePosition);
        int valid = 0;
        long next = position;
        while (valid + RecordBatch.HEADER <= length) {
            long size = RecordBatch.size(bytes, valid);
            long base = RecordBatch.baseOffset(bytes, valid);
            boolean follows = base == next || located && valid == 0;
            if (!follows
                    || !RecordBatch.plausible(bytes, valid)
                    || valid + size > length
                    || !RecordBatch.crcValid(bytes, valid, (int) size)) {
                break;
            }
            next = RecordBatch.nextOffset(bytes, valid);
            valid += (int) size;
        }
        if (valid == 0) {
            long behind = behind(current, end);
            Damage damage = Damage.at(current, log.files(), filePosition, position, behind);
            throw missing(position, damage.nextOffset, current.toString());
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
            throw missing(position, segments.length == 0 ? end : segments[0].baseOffset, log.folder.toString());
        }
        Segment current = segments[found];
        long behind = found + 1 < segments.length ? segments[found + 1].baseOffset : end;
        if (!seekInside(current, current.index(log.files()), behind)) {
            throw missing(position, behind, current.toString());
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
                    && RecordBatch.baseOffset(header, 0) == expected
                    && crcValid(current, at, header);
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
                throw missing(position, damage.nextOffset, current.toString());
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

    private CorruptRecordException missing(long first, long next, String file) {
        return new CorruptRecordException(
                "offsets " + first + " to " + (next - 1) + " of " + log.name + " are damaged in '" + file
                        + "'; the records before and after them can be read, seek to " + next + " to go on behind them",
                first,
                next);
    }
}
