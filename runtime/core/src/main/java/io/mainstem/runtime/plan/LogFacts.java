package io.mainstem.runtime.plan;

import io.mainstem.api.Message;
import io.mainstem.api.StopException;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.codec.UndecodableException;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.SourceState;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.plan.DeliveryPlan.Start;
import io.mainstem.runtime.plan.RowSample.Bad;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.worker.ConnectorContext;
import io.mainstem.runtime.worker.StepsContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the log has of pipelines: topics, schemas, positions, offsets of groups. Reads alone. One thread. */
final class LogFacts implements AutoCloseable {

    private static final Duration WAIT = Duration.ofSeconds(1);

    private final Log log;
    private final Optional<Schemas> schemas;
    private final Optional<Positions> positions;

    LogFacts(Log log) {
        this.log = new ReadOnlyLog(log);
        this.schemas = Schemas.find(this.log);
        this.positions = Positions.find(this.log);
    }

    /** The names of the topics that there are. */
    Set<String> topics() {
        return log.admin().topics().stream().map(TopicDescription::name).collect(Collectors.toSet());
    }

    Optional<TopicDescription> topic(String name) {
        return log.admin().topic(name);
    }

    Optional<Schemas> schemas() {
        return schemas;
    }

    SourceState state(SourceName source) {
        return positions
                .map(known -> known.load(source.pipeline(), source.source()))
                .orElseGet(SourceState::empty);
    }

    /** The sources of which something is stored. */
    List<SourceName> sources() {
        return positions.map(Positions::sources).orElse(List.of());
    }

    List<String> groups() {
        return log.admin().groups();
    }

    boolean hasCommitted(String group) {
        return !log.admin().committed(group).isEmpty();
    }

    /** What steps may ask: the topics that there are. Any thread; what it gives is for one. */
    StepsContext steps(ConnectorContext context, Pipeline pipeline) {
        return new StepsContext(
                context,
                pipeline,
                log,
                () -> schemas.orElseThrow(() -> new StopException(
                        "transform.topic",
                        "a step looks into a topic, and the log has none yet",
                        "run what fills that topic first")));
    }

    /** How many offsets a topic holds. */
    long offsets(TopicDescription topic) {
        return partitions(topic).stream()
                .map(log.admin()::offsets)
                .mapToLong(offsets -> offsets.end() - offsets.start())
                .sum();
    }

    private static List<TopicPartition> partitions(TopicDescription topic) {
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < topic.partitions(); i++) {
            all.add(new TopicPartition(topic.name(), i));
        }
        return all;
    }

    /** From where a group reads a topic. */
    List<Start> starts(String group, String topic) {
        Optional<TopicDescription> there = topic(topic);
        if (there.isEmpty()) {
            return List.of();
        }
        Map<TopicPartition, OffsetAndMetadata> committed = log.admin().committed(group);
        return partitions(there.get()).stream()
                .map(partition -> start(partition, Optional.ofNullable(committed.get(partition))))
                .toList();
    }

    private Start start(TopicPartition partition, Optional<OffsetAndMetadata> committed) {
        PartitionOffsets offsets = log.admin().offsets(partition);
        long from = committed.map(OffsetAndMetadata::offset).orElse(offsets.start());
        return new Start(partition.partition(), Math.min(from, offsets.end()), offsets.end(), committed.isPresent());
    }

    /** The last records of a topic, as far as they can be read. */
    RowSample last(TopicSpec spec, int rows) {
        Optional<TopicDescription> there = topic(spec.name());
        if (there.isEmpty() || schemas.isEmpty()) {
            return RowSample.NONE;
        }
        MessageCodec codec = MessageCodec.of(spec.name(), spec.codec(), spec.key(), schemas.get());
        List<Message> messages = new ArrayList<>();
        List<Bad> bad = new ArrayList<>();
        for (TopicPartition partition : partitions(there.get())) {
            if (messages.size() + bad.size() < rows) {
                read(partition, there.get(), codec, rows, messages, bad);
            }
        }
        return new RowSample(messages, bad, false);
    }

    private void read(
            TopicPartition partition,
            TopicDescription topic,
            MessageCodec codec,
            int rows,
            List<Message> messages,
            List<Bad> bad) {
        PartitionOffsets offsets = log.admin().offsets(partition);
        io.mainstem.api.TopicPartition id =
                new io.mainstem.api.TopicPartition(topic.name(), topic.id(), partition.partition());
        try (PartitionReader reader = log.reader(partition, Math.max(offsets.start(), offsets.end() - rows))) {
            while (reader.position() < offsets.end() && messages.size() + bad.size() < rows) {
                Optional<RecordChunk> chunk = reader.poll(WAIT);
                if (chunk.isEmpty()) {
                    return;
                }
                RecordCursor cursor = chunk.get().cursor();
                while (cursor.next() && messages.size() + bad.size() < rows) {
                    decode(cursor, codec, id, messages, bad);
                }
                chunk.get().release();
            }
        }
    }

    private static void decode(
            RecordCursor cursor,
            MessageCodec codec,
            io.mainstem.api.TopicPartition id,
            List<Message> messages,
            List<Bad> bad) {
        try {
            messages.add(SampleEmitter.detached(codec.decode(cursor, id)));
        } catch (UndecodableException e) {
            bad.add(new Bad(id + "@" + cursor.offset(), String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void close() {
        schemas.ifPresent(Schemas::close);
        positions.ifPresent(Positions::close);
    }
}
