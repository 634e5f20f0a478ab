package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the batches behind the checkpoint that a partition's segments alone hold, as far as the commits in the journal vouch
 * for them. All of them are of the epoch that the last open began; older ones are what an earlier recovery cut.
 */
final class Follower implements AutoCloseable {
    private static final int REWRITE_BYTES = 1 << 20;

    private final PartitionLog partition;
    private final DataFolder data;
    private final PartitionLog.Extent begin;
    private final List<Segment> segments = new ArrayList<>();
    private final ByteBuffer buffer;
    private final byte[] header = new byte[RecordBatch.HEADER];

    private Segment segment;
    private @Nullable FileWindow window;
    private long position;
    private long offset;
    private long bytes;
    private long appendTime;
    private PartitionLog.Extent reached;

    /**
     * A follower.
     *
     * @param buffer what it reads into
     */
    Follower(PartitionLog partition, DataFolder data, ByteBuffer buffer) throws IOException {
        this.partition = partition;
        this.data = data;
        this.buffer = buffer;
        begin = partition.extent();
        reached = begin;
        offset = begin.end();
        bytes = begin.bytes();
        appendTime = begin.appendTime();
        segment = find(begin.activeBase());
        enter(segment, begin.activeSize());
    }

    /** Where the partition ends with the last commit of which nothing is missing. */
    PartitionLog.Extent reached() {
        return reached;
    }

    /**
     * Reads the batches of the next commit.
     *
     * @param end one past its last offset
     * @param digest that of its batches: others, which were taken back, may be there in their place
     * @return false when something of it is missing
     */
    boolean follow(long end, int digest) throws IOException {
        int found = 0;
        while (offset < end) {
            if (readGoodBatch()) {
                found = RecordBatch.digest(found, header, 0);
                partition.producers.stageOne(header, 0);
                pass();
            } else if (!enterNext()) {
                return false;
            }
        }
        if (offset != end || found != digest) {
            return false;
        }
        partition.producers.publish();
        reached = new PartitionLog.Extent(begin.start(), offset, segment.baseOffset, position, bytes, appendTime);
        return true;
    }

    /** Leaves the header of the batch at the position in {@link #header}; false when it is not a good one. */
    private boolean readGoodBatch() throws IOException {
        FileWindow file = window;
        if (file == null || position + RecordBatch.HEADER > file.size()) {
            return false;
        }
        int at = file.at(position, RecordBatch.HEADER);
        file.buffer().get(at, header);
        long size = RecordBatch.size(header, 0);
        if (!RecordBatch.plausible(header, 0)
                || RecordBatch.baseOffset(header, 0) != offset
                || Bytes.getInt(header, RecordBatch.LEADER_EPOCH)
                        != partition.epochs().current()
                || position + size > file.size()) {
            return false;
        }
        at = file.at(position, (int) size);
        return RecordBatch.crcValid(Bytes.getInt(header, RecordBatch.CRC), file.buffer(), at, (int) size);
    }

    private void pass() {
        long size = RecordBatch.size(header, 0);
        offset = RecordBatch.nextOffset(header, 0);
        position += size;
        bytes += size;
        if ((RecordBatch.attributes(header, 0) & RecordBatch.APPEND_TIME) != 0) {
            appendTime = Math.max(appendTime, RecordBatch.maxTimestamp(header, 0));
        }
    }

    /** Goes on in the segment that begins where this one ends; false when there is none. */
    private boolean enterNext() throws IOException {
        if (offset == segment.baseOffset || position < segment.size) {
            return false;
        }
        Segment next = find(offset);
        if (next.size == 0) {
            return false;
        }
        enter(next, 0);
        return true;
    }

    private void enter(Segment next, long at) throws IOException {
        close();
        segment = next;
        position = at;
        if (next.size > 0) {
            window = new FileWindow(data.files().storage(), next.file, buffer);
        }
    }

    /** A segment whose bytes, and whose place in the folder, nothing has forced yet. */
    private Segment find(long baseOffset) throws IOException {
        Segment found = new Segment(partition.folder, baseOffset);
        found.size = Math.max(0, data.files().storage().size(found.file));
        if (found.size > 0) {
            found.unforced = true;
            data.dirty().add(found);
            data.dirty().addFolder(data.root());
            data.dirty().addFolder(partition.folder);
            segments.add(found);
        }
        return found;
    }

    /** Writes what was reached once more, with the same bytes, so that the next force brings them to the disk. */
    void rewrite(Staging staging) throws IOException {
        for (Segment each : segments) {
            if (each.baseOffset > reached.activeBase()) {
                return;
            }
            long from = each.baseOffset == begin.activeBase() ? begin.activeSize() : 0;
            rewrite(each, from, each.baseOffset == reached.activeBase() ? reached.activeSize() : each.size, staging);
        }
    }

    private void rewrite(Segment each, long from, long until, Staging staging) throws IOException {
        byte[] array = new byte[(int) Math.max(0, Math.min(REWRITE_BYTES, until - from))];
        StoredFile file = data.files().acquire(each);
        try {
            for (long at = from; at < until; at += array.length) {
                int length = (int) Math.min(array.length, until - at);
                file.read(ByteBuffer.wrap(array, 0, length), at);
                staging.write(file, array, 0, length, at);
            }
        } finally {
            data.files().release(each);
        }
    }

    @Override
    public void close() throws IOException {
        FileWindow open = window;
        window = null;
        if (open != null) {
            open.close();
        }
    }
}
