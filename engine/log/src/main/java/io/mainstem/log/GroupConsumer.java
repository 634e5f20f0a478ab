package io.mainstem.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A member of a consumer group. The partitions of the subscribed topics are shared among the members; each is read by
 * one at a time. One thread at a time, except {@link #wakeup()}.
 *
 * <p>Who does not come back to {@link #poll} for {@link ConsumerOptions#maxPollInterval()} is put out of the group by the
 * log: its partitions go to others, its commits are refused. Its next {@link #poll} tells
 * {@link RebalanceListener#lost} and joins anew.
 */
public interface GroupConsumer extends AutoCloseable {

    /**
     * Joins the group. Partitions come and go inside {@link #poll}.
     *
     * @throws TopicNotFoundException when one of the topics does not exist
     */
    void subscribe(Collection<String> topics, RebalanceListener listener);

    /**
     * Gives the next records of the assigned partitions that are not paused, and moves the positions past them. Waits
     * until there are some, at most {@code maxWait}; the append itself ends the wait.
     *
     * <p>Calls the listener, on the calling thread, when partitions were gained or lost.
     *
     * @return for each partition with news one chunk, or nothing. A chunk may be empty but move the position (it passed
     *     over control records)
     * @throws CorruptRecordException when a stored batch fails its checksum; the position stays before it, and
     *     {@link #seek} past {@link CorruptRecordException#nextOffset()} goes on behind the damage
     * @throws OffsetOutOfRangeException when the position, or the offset that the group has committed, is before the start
     *     of a partition: records that were not read were deleted. {@link #seek} goes on where that is right
     * @throws FencedException when another member took over its {@link ConsumerOptions#groupInstanceId()}; it must stop
     */
    List<RecordChunk> poll(Duration maxWait);

    /** The partitions this member reads now. */
    Set<TopicPartition> assignment();

    /** The next offset that {@link #poll} will look at. */
    long position(TopicPartition partition);

    /**
     * Moves the position.
     *
     * @throws OffsetOutOfRangeException when the offset is before the start or after the end of the partition
     */
    void seek(TopicPartition partition, long offset);

    /** Stops delivery of some partitions; they stay assigned. */
    void pause(Collection<TopicPartition> partitions);

    /** Takes delivery up again. */
    void resume(Collection<TopicPartition> partitions);

    /**
     * Commits offsets for the group; durable when the call returns.
     *
     * @throws FencedException when one of the partitions is not this member's (any more)
     */
    void commit(Map<TopicPartition, OffsetAndMetadata> offsets);

    /** The group's committed offset of a partition. */
    Optional<OffsetAndMetadata> committed(TopicPartition partition);

    /** Ends a wait in {@link #poll}, now or at its next call; any thread may call it. */
    void wakeup();

    /**
     * Leaves the group; its partitions go to the other members, those of a static member when its session timeout is over.
     * Commits nothing. Any thread may call it: the partitions of a member whose own thread hangs are then free, and its later
     * commits are refused.
     */
    @Override
    void close();

    /** Hears of partitions that come and go. Called on the thread that polls. */
    interface RebalanceListener {

        /** Before the member loses partitions: the last moment to commit their offsets. */
        void revoked(Set<TopicPartition> partitions);

        /** After the member gained partitions; their positions are the group's committed offsets and may be moved. */
        void assigned(Set<TopicPartition> partitions);

        /**
         * After the log has put the member out of the group: others may read the partitions already, nothing can be
         * committed for them. As {@link #revoked} unless said otherwise.
         */
        default void lost(Set<TopicPartition> partitions) {
            revoked(partitions);
        }

        /** A listener that does nothing. */
        static RebalanceListener none() {
            return new RebalanceListener() {
                @Override
                public void revoked(Set<TopicPartition> partitions) {}

                @Override
                public void assigned(Set<TopicPartition> partitions) {}
            };
        }
    }

    /** The offsets to commit for chunks that are done with: each chunk's {@link RecordChunk#nextOffset()}. */
    static Map<TopicPartition, OffsetAndMetadata> after(Collection<RecordChunk> chunks) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new java.util.HashMap<>();
        for (RecordChunk chunk : chunks) {
            offsets.put(chunk.partition(), new OffsetAndMetadata(chunk.nextOffset(), chunk.leaderEpoch(), ""));
        }
        return offsets;
    }
}
