package io.mainstem.log;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Records of several partitions, and offsets of groups, that become visible together or not at all. One thread at a
 * time; it ends with {@link #commit()} or {@link #abort()}. When it is open for longer than
 * {@link ProducerOptions#transactionTimeout()} the log aborts it, and the next call, but for {@link #abort()}, throws
 * {@link TransactionTimeoutException}.
 */
public interface Transaction {

    /** The most bytes of keys, values and framing in one transaction. */
    int BYTES_MAX = 64 << 20;

    /**
     * Appends one record, given as ranges of arrays, which are copied before the call returns. Allocates nothing.
     *
     * @param timestamp milliseconds since 1970-01-01T00:00Z; used when the topic keeps create time
     * @param keyLength the length of the key in {@code key}, or -1 for a record without a key
     * @param valueLength the length of the value in {@code value}, or -1 for a null value
     * @throws RecordTooLargeException when the record is over the topic's limit or the transaction over
     *     {@link #BYTES_MAX}; the transaction goes on without it
     * @throws InvalidRecordException when the record has no key and its topic is compacted; the transaction goes on without it
     * @throws TopicNotFoundException when the partition does not exist
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
     * Appends one record, given as whole arrays.
     *
     * @see #append(TopicPartition, long, byte[], int, int, byte[], int, int, Headers)
     */
    default void append(
            TopicPartition partition, long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        byte[] none = new byte[0];
        append(
                partition,
                timestamp,
                key == null ? none : key,
                0,
                key == null ? -1 : key.length,
                value == null ? none : value,
                0,
                value == null ? -1 : value.length,
                headers);
    }

    /** Moves a group's committed offsets when, and only when, the transaction commits. */
    void commitOffsets(String group, Map<TopicPartition, OffsetAndMetadata> offsets);

    /**
     * The same for a member of the group: the transaction commits only if the partitions are still the member's then (KIP-447).
     *
     * @throws FencedException when one of the partitions is not the member's (any more)
     * @throws IllegalArgumentException when the member is of another log
     */
    void commitOffsets(GroupConsumer member, Map<TopicPartition, OffsetAndMetadata> offsets);

    /** The bytes appended so far. */
    long bytes();

    /** The records appended so far. */
    int records();

    /**
     * Commits. The transaction takes no calls after it.
     *
     * @return one past the last offset that the transaction took in each of its partitions, once it is durable and
     *     visible; fails with {@link FencedException} (certainly not committed),
     *     {@link TransactionAbortedException} (certainly not committed) or {@link UnknownOutcomeException} (open a new
     *     producer of the same id and look)
     */
    CompletableFuture<Map<TopicPartition, Long>> commit();

    /** Drops all of it. Without effect after {@link #commit()}. */
    void abort();
}
