package io.mainstem.log;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A consumer group at one moment.
 *
 * @param name its name
 * @param state what it is doing
 * @param generation how often its partitions have been shared since the log was opened
 * @param members who reads, in the order of joining
 * @param partitions where the group stands, in order: what it has committed or its members read
 */
public record GroupDescription(
        String name, State state, int generation, List<Member> members, List<Partition> partitions) {

    /** What a group is doing. */
    public enum State {
        /** It has no members. */
        EMPTY,
        /** Each member has the partitions that are meant for it. */
        STABLE,
        /** Some partitions are on their way from one member to another. */
        REBALANCING
    }

    /**
     * A member.
     *
     * @param id its name inside the group
     * @param groupInstanceId the id of a static member
     * @param connected false for a static member that was closed and whose seat is kept
     * @param assignment what it reads
     */
    public record Member(
            String id, Optional<String> groupInstanceId, boolean connected, Set<TopicPartition> assignment) {}

    /**
     * Where the group stands in a partition.
     *
     * @param partition the partition
     * @param committed the next offset to read, if one was committed
     * @param start the first offset that can be read
     * @param end one past the last offset
     * @param member the id of the member that reads it, if one does
     */
    public record Partition(
            TopicPartition partition, OptionalLong committed, long start, long end, Optional<String> member) {

        /** How many offsets are between where the group stands and the end; from the start without a committed offset. */
        public long lag() {
            return Math.max(0, end - Math.max(committed.orElse(start), start));
        }
    }

    /** The sum over all partitions. */
    public long lag() {
        return partitions.stream().mapToLong(Partition::lag).sum();
    }
}
