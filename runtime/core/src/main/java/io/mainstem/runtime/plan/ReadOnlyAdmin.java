package io.mainstem.runtime.plan;

import io.mainstem.log.CompactionStatus;
import io.mainstem.log.DiskUsage;
import io.mainstem.log.GroupDescription;
import io.mainstem.log.LiveGroup;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.OffsetSpec;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The administration of a log that is not written. Thread-safe. */
record ReadOnlyAdmin(LogAdmin admin) implements LogAdmin {

    @Override
    public List<TopicDescription> topics() {
        return admin.topics();
    }

    @Override
    public Optional<TopicDescription> topic(String name) {
        return admin.topic(name);
    }

    @Override
    public PartitionOffsets offsets(TopicPartition partition) {
        return admin.offsets(partition);
    }

    @Override
    public Optional<CompactionStatus> compaction(TopicPartition partition) {
        return admin.compaction(partition);
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
    public Map<String, LiveGroup> liveGroups() {
        return admin.liveGroups();
    }

    @Override
    public Optional<DiskUsage> diskUsage() {
        return admin.diskUsage();
    }

    @Override
    public TopicDescription createTopic(String name, int partitions, TopicSettings settings) {
        throw ReadOnlyLog.refused();
    }

    @Override
    public TopicDescription alterTopic(String name, TopicSettings settings) {
        throw ReadOnlyLog.refused();
    }

    @Override
    public TopicDescription createPartitions(String name, int partitions) {
        throw ReadOnlyLog.refused();
    }

    @Override
    public void deleteTopic(String name) {
        throw ReadOnlyLog.refused();
    }

    @Override
    public Map<TopicPartition, Long> truncateBefore(Map<TopicPartition, Long> offsets) {
        throw ReadOnlyLog.refused();
    }

    @Override
    public void reset(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        throw ReadOnlyLog.refused();
    }

    @Override
    public void deleteGroup(String group) {
        throw ReadOnlyLog.refused();
    }

    @Override
    public void setLiveGroups(Map<String, Set<String>> topics, Duration removedFor) {
        throw ReadOnlyLog.refused();
    }
}
