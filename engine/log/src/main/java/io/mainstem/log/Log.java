package io.mainstem.log;

/**
 * An open log: the one door to its topics.
 *
 * <p>Thread-safe. What it hands out (producers, consumers, readers) is not, unless its own documentation says so.
 * Closing the log closes all of it; calls after that throw {@link LogException}.
 */
public interface Log extends AutoCloseable {

    /** Looks after topics, groups and space. */
    LogAdmin admin();

    /**
     * Opens a producer.
     *
     * <p>With a transactional id, this call fences every earlier producer of the same id (its open transactions are
     * aborted, its later calls throw {@link FencedException}) before it returns. Reading state that the earlier owner
     * wrote is safe only after this call.
     *
     * @throws LogException when the log cannot be written
     */
    Producer producer(ProducerOptions options);

    /**
     * Opens a member of a consumer group. It takes part in the group from {@link GroupConsumer#subscribe} on.
     *
     * @param group the group's name, {@code [A-Za-z0-9._-]{1,249}}
     */
    GroupConsumer consumer(String group, ConsumerOptions options);

    /**
     * Opens a reader of one partition that belongs to no group.
     *
     * @param offset the first offset of interest; a gap is passed over
     * @throws TopicNotFoundException when the partition does not exist
     * @throws OffsetOutOfRangeException when {@code offset} lies before the start or after the end of the partition
     */
    PartitionReader reader(TopicPartition partition, long offset);

    /** Waits for what was acknowledged to be safe, leaves a log that opens without a recovery scan, and closes it. */
    @Override
    void close();
}
