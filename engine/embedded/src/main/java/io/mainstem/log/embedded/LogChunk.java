package io.mainstem.log.embedded;

import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import java.nio.file.Path;
import java.util.Optional;

/** Whole batches, checked, in an array that nobody else uses until the release. Immutable otherwise. */
final class LogChunk implements RecordChunk {
    private final TopicPartition partition;
    private final Path file;
    private final ReadArrays arrays;
    private final byte[] array;
    private final int end;
    private final long firstOffset;
    private final long nextOffset;
    private final int leaderEpoch;
    private boolean released;

    LogChunk(
            TopicPartition partition,
            Path file,
            ReadArrays arrays,
            byte[] array,
            int end,
            long firstOffset,
            long nextOffset,
            int leaderEpoch) {
        this.partition = partition;
        this.file = file;
        this.arrays = arrays;
        this.array = array;
        this.end = end;
        this.firstOffset = firstOffset;
        this.nextOffset = nextOffset;
        this.leaderEpoch = leaderEpoch;
    }

    @Override
    public TopicPartition partition() {
        return partition;
    }

    @Override
    public long nextOffset() {
        return nextOffset;
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public int bytes() {
        return end;
    }

    @Override
    public RecordCursor cursor() {
        return cursor(0, end);
    }

    private BatchCursor cursor(int from, int to) {
        checkUsable();
        return new BatchCursor(this, array, from, to, firstOffset);
    }

    Path file() {
        return file;
    }

    /** Fails when it was released. */
    void checkUsable() {
        if (released) {
            throw new IllegalStateException(this + " was released; its records are not there any more");
        }
    }

    @Override
    public void release() {
        if (!released) {
            released = true;
            arrays.giveBack(array);
        }
    }

    /** The first record whose timestamp is not before a time. */
    Optional<OffsetAndTimestamp> firstNotBefore(long timestamp) {
        for (int at = 0; at < end; at += (int) RecordBatch.size(array, at)) {
            if (RecordBatch.recordTimestamp(array, at) < timestamp) {
                continue;
            }
            int next = at + (int) RecordBatch.size(array, at);
            RecordCursor records = cursor(at, next);
            while (records.next()) {
                if (records.timestamp() >= timestamp) {
                    return Optional.of(new OffsetAndTimestamp(records.offset(), records.timestamp()));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return partition + "[" + firstOffset + ", " + nextOffset + ")";
    }
}
