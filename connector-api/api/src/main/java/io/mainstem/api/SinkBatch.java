package io.mainstem.api;

import java.util.List;

/** Consecutive messages of one partition. Immutable. */
public final class SinkBatch {

    private final TopicPartition partition;
    private final List<Message> messages;
    private final long firstOffset;
    private final long nextOffset;
    private final int leaderEpoch;

    private SinkBatch(
            TopicPartition partition, List<Message> messages, long firstOffset, long nextOffset, int leaderEpoch) {
        this.partition = partition;
        this.messages = messages;
        this.firstOffset = firstOffset;
        this.nextOffset = nextOffset;
        this.leaderEpoch = leaderEpoch;
    }

    /**
     * A batch. The list belongs to it from here on.
     *
     * @param messages with their origins; may be empty when offsets were passed over
     * @param firstOffset where the batch begins: the {@code nextOffset} of the batch before
     * @param nextOffset where the next one will begin; offsets between may be missing
     * @param leaderEpoch the partition's leader epoch
     */
    public static SinkBatch of(
            TopicPartition partition, List<Message> messages, long firstOffset, long nextOffset, int leaderEpoch) {
        return new SinkBatch(partition, messages, firstOffset, nextOffset, leaderEpoch);
    }

    /** The partition. */
    public TopicPartition partition() {
        return partition;
    }

    /** The messages, by offset. */
    public List<Message> messages() {
        return messages;
    }

    /** Where the batch begins. */
    public long firstOffset() {
        return firstOffset;
    }

    /** Where the next batch will begin: what to store as the offset once this one is written. */
    public long nextOffset() {
        return nextOffset;
    }

    /** The partition's leader epoch; to be stored beside the offset. */
    public int leaderEpoch() {
        return leaderEpoch;
    }
}
