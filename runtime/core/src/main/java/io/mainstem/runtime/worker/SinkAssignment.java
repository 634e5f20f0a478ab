package io.mainstem.runtime.worker;

import io.mainstem.api.Sink;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.StopException;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.delivery.GroupReset;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.schema.Schemas;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes partitions over for a sink and says where each goes on from. Called by the group's consumer, on the session's thread.
 *
 * <p>For a sink that keeps its offsets in the target, the target is right: also when it has none, which means that it is
 * another target, or a new one, and everything goes there again. For any other sink the group's committed offset is right.
 */
final class SinkAssignment implements GroupConsumer.RebalanceListener {

    private final Pipeline pipeline;
    private final SinkSpec spec;
    private final Log log;
    private final Schemas schemas;
    private final SinkTopics topics;
    private final boolean ownsOffsets;
    private final GroupConsumer consumer;
    private final SinkPartitions partitions;
    private final SinkContext context;
    private Sink sink;
    private @Nullable Exception failure;

    SinkAssignment(
            Pipeline pipeline,
            SinkSpec spec,
            Log log,
            Schemas schemas,
            SinkTopics topics,
            Sink sink,
            boolean ownsOffsets,
            GroupConsumer consumer,
            SinkPartitions partitions,
            SinkContext context) {
        this.pipeline = pipeline;
        this.spec = spec;
        this.log = log;
        this.schemas = schemas;
        this.topics = topics;
        this.sink = sink;
        this.ownsOffsets = ownsOffsets;
        this.consumer = consumer;
        this.partitions = partitions;
        this.context = context;
    }

    @Override
    public void assigned(Set<TopicPartition> gained) {
        try {
            Map<TopicPartition, io.mainstem.api.TopicPartition> ids =
                    gained.stream().collect(Collectors.toMap(p -> p, topics::toSink));
            Map<io.mainstem.api.TopicPartition, SinkOffset> known = sink.assign(Set.copyOf(ids.values()), context);
            Map<TopicPartition, SinkOffset> resets = new HashMap<>();
            for (Map.Entry<TopicPartition, io.mainstem.api.TopicPartition> entry : ids.entrySet()) {
                begin(entry.getKey(), entry.getValue(), Optional.ofNullable(known.get(entry.getValue())), resets);
            }
            takeUp(resets, ids);
        } catch (Exception e) {
            failure = e;
        }
    }

    /** Another sink has the place of one that failed: it takes the same partitions over, and goes on where the target says. */
    void reopened(Sink another) throws Exception {
        sink = another;
        Set<TopicPartition> same = partitions.names();
        consumer.resume(same);
        assigned(same);
        throwFailure();
    }

    private void begin(
            TopicPartition partition,
            io.mainstem.api.TopicPartition id,
            Optional<SinkOffset> known,
            Map<TopicPartition, SinkOffset> resets) {
        PartitionOffsets bounds = log.admin().offsets(partition);
        Optional<OffsetAndMetadata> committed = consumer.committed(partition);
        SinkOffset start = known.orElseGet(() -> fromGroup(committed, bounds));
        if (ownsOffsets && committed.isPresent() && GroupReset.is(committed.get())) {
            start = new SinkOffset(committed.get().offset(), committed.get().leaderEpoch());
            resets.put(partition, start);
        }
        check(partition, start, bounds);
        consumer.seek(partition, start.next());
        TopicSpec topic = pipeline.topic(id.topic()).orElseGet(() -> TopicSpec.defaults(id.topic()));
        MessageCodec codec = MessageCodec.of(id.topic(), topic.codec(), topic.key(), schemas);
        partitions.add(new SinkPartition(partition, id, codec, consumer, start.next(), start.leaderEpoch()));
    }

    private SinkOffset fromGroup(Optional<OffsetAndMetadata> committed, PartitionOffsets bounds) {
        if (ownsOffsets || committed.isEmpty()) {
            return new SinkOffset(bounds.start(), -1);
        }
        return new SinkOffset(committed.get().offset(), committed.get().leaderEpoch());
    }

    /** What a person can do when the offsets of the sink are not in the log. */
    String howToGoOn() {
        return "look at what the target has, then choose with 'mainstem groups reset " + pipeline.group(spec)
                + "' where to go on";
    }

    /** An offset that the log does not have any more, or has anew, is never passed over in silence. */
    private void check(TopicPartition partition, SinkOffset start, PartitionOffsets bounds) {
        String sinkName = "sink '" + spec.name() + "' goes on at offset " + start.next() + " of " + partition;
        String reset = howToGoOn();
        if (start.next() < bounds.start()) {
            throw new StopException(
                    "sink.offset-gone",
                    sinkName + ", but the log begins at " + bounds.start() + ": records between are gone",
                    reset);
        }
        if (start.next() > bounds.end()) {
            throw new StopException(
                    "sink.offset-ahead",
                    sinkName + ", but the log ends at " + bounds.end()
                            + ": the target holds records that the log has lost",
                    reset);
        }
        if (start.leaderEpoch() >= 0
                && start.leaderEpoch() < bounds.leaderEpoch()
                && start.next() > log.admin().endOfEpoch(partition, start.leaderEpoch())) {
            throw new StopException(
                    "sink.offset-diverged",
                    sinkName + ", which it reached in leader epoch " + start.leaderEpoch()
                            + "; that epoch ended at " + log.admin().endOfEpoch(partition, start.leaderEpoch())
                            + ": the records it wrote there were lost by the log and others took their offsets",
                    reset);
        }
    }

    private void takeUp(Map<TopicPartition, SinkOffset> resets, Map<TopicPartition, io.mainstem.api.TopicPartition> ids)
            throws Exception {
        if (resets.isEmpty()) {
            return;
        }
        Map<io.mainstem.api.TopicPartition, SinkOffset> byId = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        resets.forEach((partition, offset) -> {
            byId.put(java.util.Objects.requireNonNull(ids.get(partition)), offset);
            offsets.put(partition, new OffsetAndMetadata(offset.next(), offset.leaderEpoch(), ""));
        });
        sink.reset(byId);
        consumer.commit(offsets);
    }

    @Override
    public void revoked(Set<TopicPartition> lost) {
        try {
            sink.revoke(lost.stream()
                    .flatMap(partition -> partitions.find(partition).stream())
                    .map(SinkPartition::id)
                    .collect(Collectors.toSet()));
        } catch (Exception e) {
            failure = e;
        }
        lost.forEach(partitions::remove);
    }

    /** What a call of the sink in here has thrown. */
    void throwFailure() throws Exception {
        Exception thrown = failure;
        if (thrown != null) {
            failure = null;
            throw thrown;
        }
    }
}
