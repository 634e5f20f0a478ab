package io.mainstem.runtime.worker;

import io.mainstem.log.CompactionStatus;
import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.DiskUsage;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.GroupDescription;
import io.mainstem.log.LiveGroup;
import io.mainstem.log.Log;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.OffsetSpec;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A log of which some partitions begin and end where they are told to: nothing before and nothing behind is seen, so that a group
 * without offsets begins at the one and is done at the other. Partitions without bounds have nothing. Thread-safe; another closes
 * the log itself.
 *
 * @param log the whole log
 * @param bounds the first offset that is seen, and the one behind the last
 */
record BoundedLog(Log log, Map<TopicPartition, Bounds> bounds) implements Log {

    /** From an offset to the one before another. */
    record Bounds(long start, long end) {

        boolean isEmpty() {
            return start >= end;
        }
    }

    BoundedLog {
        bounds = Map.copyOf(bounds);
    }

    Bounds of(TopicPartition partition) {
        return bounds.getOrDefault(partition, new Bounds(0, 0));
    }

    @Override
    public LogAdmin admin() {
        return new BoundedAdmin(log.admin(), this);
    }

    @Override
    public Producer producer(ProducerOptions options) {
        return log.producer(options);
    }

    @Override
    public GroupConsumer consumer(String group, ConsumerOptions options) {
        return new BoundedConsumer(log.consumer(group, options), this);
    }

    @Override
    public PartitionReader reader(TopicPartition partition, long offset) {
        return log.reader(partition, offset);
    }

    /** Leaves the log open. */
    @Override
    public void close() {}

    /** Sees the bounds; all else is as it is. */
    private record BoundedAdmin(LogAdmin admin, BoundedLog view) implements LogAdmin {

        @Override
        public PartitionOffsets offsets(TopicPartition partition) {
            PartitionOffsets whole = admin.offsets(partition);
            Bounds bounds = view.of(partition);
            return new PartitionOffsets(
                    Math.max(whole.start(), bounds.start()),
                    Math.min(whole.end(), bounds.end()),
                    whole.leaderEpoch(),
                    whole.bytes());
        }

        @Override
        public Optional<CompactionStatus> compaction(TopicPartition partition) {
            return admin.compaction(partition);
        }

        @Override
        public TopicDescription createTopic(String name, int partitions, TopicSettings settings) {
            return admin.createTopic(name, partitions, settings);
        }

        @Override
        public List<TopicDescription> topics() {
            return admin.topics();
        }

        @Override
        public Optional<TopicDescription> topic(String name) {
            return admin.topic(name);
        }

        @Override
        public TopicDescription alterTopic(String name, TopicSettings settings) {
            return admin.alterTopic(name, settings);
        }

        @Override
        public TopicDescription createPartitions(String name, int partitions) {
            return admin.createPartitions(name, partitions);
        }

        @Override
        public void deleteTopic(String name) {
            admin.deleteTopic(name);
        }

        @Override
        public Map<TopicPartition, Long> truncateBefore(Map<TopicPartition, Long> offsets) {
            return admin.truncateBefore(offsets);
        }

        @Override
        public Optional<OffsetAndTimestamp> offsetForTime(TopicPartition partition, long timestamp) {
            return admin.offsetForTime(partition, timestamp);
        }

        @Override
        public long endOfEpoch(TopicPartition partition, int leaderEpoch) {
            return admin.endOfEpoch(partition, leaderEpoch);
        }

        @Override
        public List<String> groups() {
            return admin.groups();
        }

        @Override
        public Optional<GroupDescription> describeGroup(String group) {
            return admin.describeGroup(group);
        }

        @Override
        public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
            return admin.committed(group);
        }

        @Override
        public Map<TopicPartition, OffsetAndMetadata> resolve(Collection<TopicPartition> partitions, OffsetSpec spec) {
            return admin.resolve(partitions, spec);
        }

        @Override
        public void reset(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
            admin.reset(group, offsets);
        }

        @Override
        public void deleteGroup(String group) {
            admin.deleteGroup(group);
        }

        @Override
        public void setLiveGroups(Map<String, Set<String>> topics, Duration removedFor) {
            admin.setLiveGroups(topics, removedFor);
        }

        @Override
        public Map<String, LiveGroup> liveGroups() {
            return admin.liveGroups();
        }

        @Override
        public Optional<DiskUsage> diskUsage() {
            return admin.diskUsage();
        }
    }
}
