package io.mainstem.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks after topics and groups. Thread-safe; what a call changed is durable when it returns. */
public interface LogAdmin {

    /**
     * Creates a topic.
     *
     * @param name {@code [A-Za-z0-9._-]{1,249}}, neither {@code .} nor {@code ..}
     * @param partitions 1 to 10,000
     * @throws TopicExistsException when the name is taken
     * @throws IllegalArgumentException when name or number is not allowed, or a topic of Mainstem's own is given a limit
     *     of retention
     */
    TopicDescription createTopic(String name, int partitions, TopicSettings settings);

    /** All topics, by name; those of Mainstem's own begin with {@code __}. */
    List<TopicDescription> topics();

    /** One topic, if there is one of that name. */
    Optional<TopicDescription> topic(String name);

    /**
     * Replaces the settings of a topic; the new ones count from the next record on.
     *
     * @throws TopicNotFoundException when there is none of that name
     * @throws IllegalArgumentException when a topic of Mainstem's own is given a limit of retention
     */
    TopicDescription alterTopic(String name, TopicSettings settings);

    /**
     * Adds partitions to a topic; groups share them at their next poll. A key may belong to another partition from then on,
     * while its earlier records stay where they are.
     *
     * @param partitions how many it shall have, more than now and at most 10,000
     * @throws TopicNotFoundException when there is none of that name
     * @throws IllegalArgumentException when the number is not allowed
     */
    TopicDescription createPartitions(String name, int partitions);

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
     * Deletes all records before an offset, in each of the partitions or in none of them ({@code deleteRecords}). An offset
     * before the start changes nothing. Whether groups have read the records does not matter.
     *
     * @return the start of each partition after it
     * @throws TopicNotFoundException when a partition does not exist
     * @throws OffsetOutOfRangeException when an offset is after the end of its partition
     */
    Map<TopicPartition, Long> truncateBefore(Map<TopicPartition, Long> offsets);

    /**
     * How far a partition is compacted; empty when its topic is not compacted, or the log is not on a disk of this machine.
     *
     * @throws TopicNotFoundException when the partition does not exist
     */
    Optional<CompactionStatus> compaction(TopicPartition partition);

    /**
     * The first record, by offset, whose timestamp is not before {@code timestamp}; empty when there is none.
     *
     * @param timestamp milliseconds since 1970-01-01T00:00Z
     * @throws TopicNotFoundException when the partition does not exist
     * @throws CorruptRecordException when it cannot be told because stored records are damaged
     */
    Optional<OffsetAndTimestamp> offsetForTime(TopicPartition partition, long timestamp);

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
     * Forgets a group, and no longer keeps records for it.
     *
     * @throws LogException when the group has members now
     */
    void deleteGroup(String group);

    /**
     * Says which groups are live, all of them: the sinks of deployed pipelines. Retention deletes nothing that one of them
     * has not consumed, in topics with {@link TopicSettings#keepUnread()}. For a group that was live before and is not
     * named, its unread records are kept for {@code removedFor} from now on.
     *
     * @param topics the topics that each group reads, as {@link TopicSelection} has them; they need not exist yet
     */
    void setLiveGroups(Map<String, Set<String>> topics, Duration removedFor);

    /** The groups for which records are kept, by name. */
    Map<String, LiveGroup> liveGroups();

    /** The space that the log takes and may take; empty when it is not on a disk of this machine. */
    Optional<DiskUsage> diskUsage();
}
