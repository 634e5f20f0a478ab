package io.mainstem.api;

import java.util.UUID;

/**
 * A partition of a topic, as a sink knows it.
 *
 * <p>The topic's name says where the records go. Dead letters that are sent to a sink once more come in a partition of
 * their own: with the name of the topic that they are from, an identity of its own, and {@link #isReplay()}.
 *
 * @param topic the topic's name
 * @param topicId the topic's identity: a topic that was deleted and created again under its old name has another, and its
 *     offsets mean other records
 * @param partition the number of the partition, from 0
 * @param isReplay whether it has dead letters of the topic that are sent again, to this sink alone
 */
public record TopicPartition(String topic, UUID topicId, int partition, boolean isReplay) {

    /** A partition of the topic itself. */
    public TopicPartition(String topic, UUID topicId, int partition) {
        this(topic, topicId, partition, false);
    }

    // Written out: what the compiler generates for records costs each start 20 ms at its first use.
    @Override
    public boolean equals(Object other) {
        return other instanceof TopicPartition that
                && partition == that.partition
                && topicId.equals(that.topicId)
                && isReplay == that.isReplay
                && topic.equals(that.topic);
    }

    @Override
    public int hashCode() {
        return 31 * topicId.hashCode() + partition;
    }

    /** The usual notation, {@code topic-partition}, or {@code topic-replay-partition}; no two of a sink's have the same. */
    @Override
    public String toString() {
        return topic + (isReplay ? "-replay-" : "-") + partition;
    }
}
