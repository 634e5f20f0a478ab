package io.mainstem.log;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Appends records. One thread at a time; the futures complete on a thread of the log's, which must not be blocked.
 *
 * <p>Idempotent: what is acknowledged is in the log once, and records of one partition keep the order of the calls.
 */
public interface Producer extends AutoCloseable {

    /**
     * Appends one record outside of any transaction, in a batch with its neighbours. The array is copied before the call
     * returns. A call may wait while the memory for unsent batches is used up, and while the log is paused for lack of
     * room.
     *
     * @param timestamp milliseconds since 1970-01-01T00:00Z; used when the topic keeps create time
     * @param key the key, or null
     * @param value the value, or null
     * @return the record's offset once it is durable; fails with {@link RecordTooLargeException}, {@link InvalidRecordException},
     *     {@link FencedException} or another {@link LogException}
     * @throws IllegalStateException on a transactional producer
     * @throws DiskBudgetException when the log is paused and there is no room within
     *     {@link ProducerOptions#maxBlock()}, or the thread is interrupted (it stays so)
     */
    CompletableFuture<Long> send(
            TopicPartition partition, long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers);

    /** Sends what waits for more company, and returns when all of it is durable. */
    void flush();

    /**
     * Begins a transaction. The one before it may still be committing: commits take effect in the order of the calls,
     * and when one fails, those after it fail too.
     *
     * @throws IllegalStateException when there is no transactional id, or the transaction before is neither committed
     *     nor aborted
     * @throws FencedException when another producer took the transactional id over
     * @throws DiskBudgetException when the log is paused and there is no room within
     *     {@link ProducerOptions#maxBlock()}, or the thread is interrupted (it stays so); the producer can be used on
     */
    Transaction begin();

    /** Aborts the open transaction, waits for commits under way, and gives the producer's memory back. */
    @Override
    void close();
}
