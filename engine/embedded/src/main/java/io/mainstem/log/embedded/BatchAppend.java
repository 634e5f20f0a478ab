package io.mainstem.log.embedded;

import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.LogException;
import io.mainstem.log.RecordTooLargeException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One record batch that was encoded outside of this process, on its way into a partition: the door for clients that send
 * again what they got no answer to. A batch that is there already is answered with the offset that it got the first time.
 */
final class BatchAppend extends Commit {
    private final CompletableFuture<Long> firstOffset;
    private final byte[] batch;
    private final List<Piece> pieces;
    private final PartitionLog partition;
    private final int records;
    private boolean duplicate;
    private long offset;

    /**
     * An append.
     *
     * @param batch one whole batch of data records without transaction, which belongs to the log from now on
     * @param now the time that the records get when the topic keeps append time
     * @throws CorruptRecordException when it is no such batch, or its checksum is wrong
     * @throws RecordTooLargeException when it is larger than the topic's records may be
     */
    BatchAppend(PartitionLog partition, byte[] batch, long now, CompletableFuture<Long> firstOffset) {
        check(partition, batch);
        this.partition = partition;
        this.batch = batch;
        this.firstOffset = firstOffset;
        this.records = Bytes.getInt(batch, RecordBatch.COUNT);
        this.pieces = List.of(new Piece(partition, BatchEncoder.holding(batch)));
        if (partition.appendTime()) {
            RecordBatch.setAppendTime(batch, 0, now);
        }
    }

    private static void check(PartitionLog partition, byte[] batch) {
        boolean whole = batch.length >= RecordBatch.HEADER
                && RecordBatch.plausible(batch, 0)
                && RecordBatch.size(batch, 0) == batch.length;
        if (!whole || !RecordBatch.crcValid(batch, 0, batch.length)) {
            throw damaged(partition, "it is not whole, or its checksum is wrong");
        }
        int records = Bytes.getInt(batch, RecordBatch.COUNT);
        int special = RecordBatch.CONTROL | RecordBatch.TRANSACTIONAL;
        if (records < 1
                || Bytes.getInt(batch, RecordBatch.LAST_OFFSET_DELTA) != records - 1
                || (RecordBatch.attributes(batch, 0) & special) != 0) {
            throw damaged(partition, "it holds something else than data records outside of a transaction");
        }
        if (RecordBatch.producerId(batch, 0) >= 0
                && (RecordBatch.producerEpoch(batch, 0) < 0 || RecordBatch.baseSequence(batch, 0) < 0)) {
            throw damaged(partition, "it has a producer id, but no epoch or sequence");
        }
        int max = partition.settings().maxRecordBytes();
        if (batch.length > max) {
            throw new RecordTooLargeException("a batch for partition " + partition + " has " + batch.length
                    + " bytes, the most is " + max + " (max.message.bytes of the topic)");
        }
    }

    private static CorruptRecordException damaged(PartitionLog partition, String why) {
        return new CorruptRecordException(
                "a batch for partition " + partition + " was refused: " + why + "; send it again", -1, -1);
    }

    @Override
    @Nullable
    LogException refusal() {
        offset = partition.producers.duplicateOf(batch, 0);
        duplicate = offset >= 0;
        return null;
    }

    @Override
    List<Piece> pieces() {
        return duplicate ? List.of() : pieces;
    }

    @Override
    void staged(int piece, long nextOffset) {
        offset = nextOffset - records;
    }

    @Override
    long bytes() {
        return batch.length;
    }

    @Override
    void completed() {
        firstOffset.complete(offset);
    }

    @Override
    void failed(LogException cause) {
        firstOffset.completeExceptionally(cause);
    }
}
