package io.mainstem.log.embedded;

import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import java.nio.file.Path;
import java.util.Optional;

/** Whole batches, checked, in an array of their own. Immutable. */
final class LogChunk implements RecordChunk {
    private final TopicPartition partition;
    private final Path file;
    private final byte[] array;
    private final int end;
    private final long firstOffset;
    private final long nextOffset;
    private final int leaderEpoch;

    LogChunk(
            TopicPartition partition,
            Path file,
            byte[] array,
            int end,
            long firstOffset,
            long nextOffset,
            int leaderEpoch) {
        this.partition = partition;
        this.file = file;
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
        return array.length;
    }

    @Override
    public RecordCursor cursor() {
        return new BatchCursor(partition, file, array, 0, end, firstOffset);
    }

    /** The first record whose timestamp is not before a time. */
    Optional<OffsetAndTimestamp> firstNotBefore(long timestamp) {
        for (int at = 0; at < end; at += (int) RecordBatch.size(array, at)) {
            if (RecordBatch.recordTimestamp(array, at) < timestamp) {
                continue;
            }
            int next = at + (int) RecordBatch.size(array, at);
            RecordCursor records = new BatchCursor(partition, file, array, at, next, firstOffset);
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
