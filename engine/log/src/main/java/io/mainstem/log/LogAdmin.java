package io.mainstem.log;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks after topics and groups. Thread-safe; what a call changed is durable when it returns. */
public interface LogAdmin {

    /**
     * Creates a topic.
     *
     * @param name {@code [A-Za-z0-9._-]{1,249}}, neither {@code .} nor {@code ..}
     * @param partitions 1 to 10,000
     * @throws TopicExistsException when the name is taken
     * @throws IllegalArgumentException when name or number is not allowed
     */
    TopicDescription createTopic(String name, int partitions, TopicSettings settings);

    /** All topics, by name; those of Mainstem's own begin with {@code __}. */
    List<TopicDescription> topics();

    /** One topic, if there is one of that name. */
    Optional<TopicDescription> topic(String name);

    /**
     * Deletes a topic with its records and the groups' offsets in it.
     *
     * @throws TopicNotFoundException when there is none of that name
     */
    void deleteTopic(String name);

    /**
     * The bounds of a partition.
     *
     * @throws TopicNotFoundException when it does not exist
     */
    PartitionOffsets offsets(TopicPartition partition);

    /**
     * Where a leader epoch ended: one past its last offset. A position that was taken in that epoch and lies beyond names
     * records that a recovery has cut away (KIP-101, KIP-320).
     *
     * @return the end of the latest epoch that is not after {@code leaderEpoch}; the partition's end for the current one
     * @throws TopicNotFoundException when it does not exist
     */
    long endOfEpoch(TopicPartition partition, int leaderEpoch);

    /** The names of the groups that have committed an offset or have members, in order. */
    List<String> groups();

    /** A group as it is, if it has committed an offset or has members. */
    Optional<GroupDescription> describeGroup(String group);

    /** What a group has committed; empty for a group that is not known. */
    Map<TopicPartition, OffsetAndMetadata> committed(String group);

    /**
     * Finds the offsets that {@code spec} means in some partitions, to look at or to {@link #reset} a group to.
     *
     * @throws TopicNotFoundException when one of the partitions does not exist
     * @throws OffsetOutOfRangeException when a partition does not have the offset
     */
    Map<TopicPartition, OffsetAndMetadata> resolve(Collection<TopicPartition> partitions, OffsetSpec spec);

    /**
     * Sets a group's committed offsets by hand.
     *
     * @throws LogException when the group has members now
     */
    void reset(String group, Map<TopicPartition, OffsetAndMetadata> offsets);

    /**
     * Forgets a group.
     *
     * @throws LogException when the group has members now
     */
    void deleteGroup(String group);
}
