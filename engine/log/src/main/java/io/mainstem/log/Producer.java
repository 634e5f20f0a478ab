package io.mainstem.log;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Appends records. One thread at a time; the futures complete on a thread of the log's, or of one that waits for the log,
 * which must not be blocked.
 *
 * <p>Idempotent: what is acknowledged is in the log once, and records of one partition keep the order of the calls.
 */
public interface Producer extends AutoCloseable {

    /**
     * Appends one record outside of any transaction, in a batch with its neighbours. The array is copied before the call
     * returns. A call may wait while the memory for unsent batches is used up, and while the log is full, for lack of
     * room.
     *
     * @param timestamp milliseconds since 1970-01-01T00:00Z; used when the topic keeps create time
     * @param key the key, or null
     * @param value the value, or null
     * @return the record's offset once it is durable; fails with {@link RecordTooLargeException},
     *     {@link InvalidRecordException}, {@link BufferExhaustedException}, {@link TransactionAbortedException} or another
     *     {@link LogException}
     * @throws TopicNotFoundException when the partition does not exist
     * @throws IllegalStateException on a transactional producer
     * @throws DiskBudgetException when the log is full and there is no room within
     *     {@link ProducerOptions#maxBlock()}, or the thread is interrupted (it stays so)
     */
    CompletableFuture<Long> send(
            TopicPartition partition, long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers);

    /**
     * Appends one record as {@link #send} does, but without a future for it: it is durable when the next {@link #flush}
     * returns. Ranges of arrays are copied before the call returns. Allocates nothing for a record.
     *
     * @param keyLength the length of the key in {@code key}, or -1 for a record without a key
     * @param valueLength the length of the value in {@code value}, or -1 for a null value
     * @throws RecordTooLargeException when the record is over the topic's limit; the producer goes on without it
     * @throws BufferExhaustedException when there is no memory within {@link ProducerOptions#maxBlock()}; the producer goes
     *     on without the record
     * @throws TopicNotFoundException when the partition does not exist
     * @throws IllegalStateException on a transactional producer
     */
    void append(
            TopicPartition partition,
            long timestamp,
            byte[] key,
            int keyOffset,
            int keyLength,
            byte[] value,
            int valueOffset,
            int valueLength,
            Headers headers);

    /**
     * Sends what waits for more company, and returns when all of it is durable.
     *
     * @throws LogException the first with which a batch failed since the last call; its records are not in the log, unless
     *     it is an {@link UnknownOutcomeException}
     */
    void flush();

    /**
     * Begins a transaction. The one before it may still be committing: commits take effect in the order of the calls,
     * and when one fails, those after it fail too.
     *
     * @throws IllegalStateException when there is no transactional id, or the transaction before is neither committed
     *     nor aborted
     * @throws FencedException when another producer took the transactional id over
     * @throws DiskBudgetException when the log is full and there is no room within
     *     {@link ProducerOptions#maxBlock()}, or the thread is interrupted (it stays so); the producer can be used on
     */
    Transaction begin();

    /** Aborts the open transaction, waits for all that is under way, and gives the producer's memory back. */
    @Override
    void close();

    /**
     * As {@link #close()}, but waits no longer than this. What the log has not begun to write by then fails with
     * {@link TransactionAbortedException}; what it is writing ends in its own time, and its futures tell how.
     */
    void close(Duration deadline);
}
