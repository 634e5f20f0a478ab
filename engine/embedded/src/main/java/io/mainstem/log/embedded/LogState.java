package io.mainstem.log.embedded;

import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What the log knows beside the records: topics, producer ids, committed offsets and live groups. A checkpoint saves it, the journal
 * changes it, live and at recovery alike.
 *
 * <p>Changes need the append lock; any thread may look.
 */
final class LogState {
    final OffsetStore offsets = new OffsetStore();
    /** Since when transactional ids are not used. */
    final IdleTimes idleProducers = new IdleTimes();

    final LiveGroups liveGroups = new LiveGroups();
    final RetentionClock retentionClock = new RetentionClock();

    /** The topics whose deletion a recovery has to finish; a checkpoint saves them, too. */
    final List<Deleted> deleted = new CopyOnWriteArrayList<>();

    /** The compacted segments whose files a recovery has to put in their places; a checkpoint saves them, too. */
    final List<SegmentSwap> swaps = new CopyOnWriteArrayList<>();

    private final DataFolder data;
    private final Map<String, Topic> topics = new ConcurrentSkipListMap<>();
    private final Map<UUID, Topic> topicsById = new ConcurrentHashMap<>();
    private final Map<String, ProducerIdentity> producers = new ConcurrentHashMap<>();
    private volatile long nextProducerId;

    /** A topic that was deleted, as far as it is needed to find its folders. */
    record Deleted(String name, UUID id, int partitions) {}

    /** What a transactional id was given last. */
    record ProducerIdentity(long producerId, int epoch) {}

    LogState(DataFolder data) {
        this.data = data;
    }

    DataFolder data() {
        return data;
    }

    @Nullable
    Topic topic(String name) {
        return topics.get(name);
    }

    @Nullable
    Topic topic(UUID id) {
        return topicsById.get(id);
    }

    Collection<Topic> topics() {
        return topics.values();
    }

    /** The partition, or null when there is none. */
    @Nullable
    PartitionLog partition(TopicPartition name) {
        Topic topic = topics.get(name.topic());
        return topic == null || name.partition() >= topic.partitions().size()
                ? null
                : topic.partitions().get(name.partition());
    }

    /** The partition, or null when its topic was deleted. */
    @Nullable
    PartitionLog partition(OffsetStore.Key key) {
        Topic topic = topicsById.get(key.topic());
        return topic == null ? null : topic.partitions().get(key.partition());
    }

    /** A new topic whose partitions are empty. */
    Topic addTopic(TopicDescription description) {
        return addTopic(description, withPartitions(List.of(), description));
    }

    /** The partitions that are there, and new ones for the rest. */
    private List<PartitionLog> withPartitions(List<PartitionLog> present, TopicDescription description) {
        List<PartitionLog> partitions = new ArrayList<>(description.partitions());
        partitions.addAll(present);
        Topic.Identity identity = Topic.Identity.of(description);
        for (int i = present.size(); i < description.partitions(); i++) {
            partitions.add(
                    newPartition(identity, description.settings(), i, PartitionLog.Extent.EMPTY, LeaderEpochs.FIRST));
        }
        return partitions;
    }

    /** Gives a topic other settings. */
    void alterTopic(UUID id, TopicSettings settings) {
        Topic topic = topicsById.get(id);
        if (topic != null) {
            topic.partitions().forEach(partition -> partition.alter(settings));
            addTopic(topic.description().withSettings(settings), topic.partitions());
        }
    }

    /** Adds empty partitions to a topic, up to so many. */
    void addPartitions(UUID id, int partitions) {
        Topic topic = topicsById.get(id);
        if (topic != null) {
            TopicDescription description = topic.description().withPartitions(partitions);
            addTopic(description, withPartitions(topic.partitions(), description));
        }
    }

    Topic addTopic(TopicDescription description, List<PartitionLog> partitions) {
        Topic topic = new Topic(description, List.copyOf(partitions));
        topicsById.put(topic.id(), topic);
        topics.put(topic.name(), topic);
        return topic;
    }

    PartitionLog newPartition(
            Topic.Identity topic, TopicSettings settings, int number, PartitionLog.Extent extent, LeaderEpochs epochs) {
        return new PartitionLog(topic, settings, number, data, extent, epochs);
    }

    /** The offset before which all live groups have read a partition; its end when there is none. */
    long readByAll(PartitionLog partition, long now) {
        long least = partition.end();
        for (String group : liveGroups.of(partition.topic.name(), now)) {
            long read = offsets.get(group, GroupOffsets.key(partition))
                    .map(OffsetAndMetadata::offset)
                    .orElse(partition.start());
            least = Math.min(least, read);
        }
        return least;
    }

    void deleteGroup(String group) {
        offsets.deleteGroup(group);
        liveGroups.remove(group);
    }

    /** Forgets a topic and the offsets in it; its files are the caller's. */
    @Nullable
    Topic removeTopic(UUID id) {
        Topic topic = topicsById.remove(id);
        if (topic != null) {
            topics.remove(topic.name());
            offsets.deleteTopic(id);
        }
        return topic;
    }

    Map<String, ProducerIdentity> producers() {
        return producers;
    }

    /** The identity that the next producer of this transactional id (empty for none) gets. */
    ProducerIdentity nextIdentity(String transactionalId) {
        ProducerIdentity last = producers.get(transactionalId);
        return last == null || last.epoch == Short.MAX_VALUE
                ? new ProducerIdentity(nextProducerId, 0)
                : new ProducerIdentity(last.producerId, last.epoch + 1);
    }

    void putProducer(String transactionalId, ProducerIdentity identity) {
        nextProducerId = Math.max(nextProducerId, identity.producerId + 1);
        if (!transactionalId.isEmpty()) {
            producers.put(transactionalId, identity);
            idleProducers.used(transactionalId);
        }
    }

    long nextProducerId() {
        return nextProducerId;
    }

    void setNextProducerId(long value) {
        nextProducerId = value;
    }
}
