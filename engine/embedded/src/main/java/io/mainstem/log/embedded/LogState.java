package io.mainstem.log.embedded;

import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What the log knows beside the records: topics, producer ids and committed offsets. A checkpoint saves it, the journal
 * changes it, live and at recovery alike.
 *
 * <p>Changes need the append lock; any thread may look.
 */
final class LogState {
    final OffsetStore offsets = new OffsetStore();
    /** Since when transactional ids are not used. */
    final IdleTimes idleProducers = new IdleTimes();

    private final Path root;
    private final OpenFiles files;
    private final DirtyFiles dirty;
    private final Map<String, Topic> topics = new ConcurrentSkipListMap<>();
    private final Map<UUID, Topic> topicsById = new ConcurrentHashMap<>();
    private final Map<String, ProducerIdentity> producers = new ConcurrentHashMap<>();
    private volatile long nextProducerId;

    /** What a transactional id was given last. */
    record ProducerIdentity(long producerId, int epoch) {}

    LogState(Path root, OpenFiles files, DirtyFiles dirty) {
        this.root = root;
        this.files = files;
        this.dirty = dirty;
    }

    Path root() {
        return root;
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
        List<PartitionLog> partitions = new ArrayList<>(description.partitions());
        for (int i = 0; i < description.partitions(); i++) {
            partitions.add(
                    newPartition(Topic.Identity.of(description), i, PartitionLog.Extent.EMPTY, LeaderEpochs.FIRST));
        }
        return addTopic(description, partitions);
    }

    Topic addTopic(TopicDescription description, List<PartitionLog> partitions) {
        Topic topic = new Topic(description, List.copyOf(partitions));
        topicsById.put(topic.id(), topic);
        topics.put(topic.name(), topic);
        return topic;
    }

    PartitionLog newPartition(Topic.Identity topic, int number, PartitionLog.Extent extent, LeaderEpochs epochs) {
        return new PartitionLog(topic, number, root, files, dirty, extent, epochs);
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
