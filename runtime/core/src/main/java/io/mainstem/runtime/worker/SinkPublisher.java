package io.mainstem.runtime.worker;

import io.mainstem.api.Message;
import io.mainstem.api.StopException;
import io.mainstem.log.Log;
import io.mainstem.log.Partitioner;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.schema.Schemas;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Appends what a sink publishes to topics of the log. It is durable after {@link #flush}, which comes before the sink's offsets are
 * committed. One thread.
 */
final class SinkPublisher implements AutoCloseable {

    /** So many records may be under way. */
    private static final int UNDER_WAY_MAX = 10_000;

    private final Pipeline pipeline;
    private final Log log;
    private final Schemas schemas;
    private final Clock clock;
    private final Map<String, Way> ways = new HashMap<>();
    private final List<CompletableFuture<Long>> underWay = new ArrayList<>();
    private @Nullable Producer producer;

    SinkPublisher(Pipeline pipeline, Log log, Schemas schemas, Clock clock) {
        this.pipeline = pipeline;
        this.log = log;
        this.schemas = schemas;
        this.clock = clock;
    }

    /** How records of a topic are made, and where they go. */
    private record Way(MessageCodec codec, int partitions) {}

    void publish(String topic, Message message) throws Exception {
        if (underWay.size() >= UNDER_WAY_MAX) {
            flush();
        }
        Way way = ways.computeIfAbsent(topic, this::way);
        MessageCodec codec = way.codec();
        codec.encode(message);
        byte[] key = codec.hasKey() ? bytes(codec.key()) : null;
        int partition = key == null ? 0 : Partitioner.partition(key, 0, key.length, way.partitions());
        underWay.add(open().send(
                        new TopicPartition(topic, partition),
                        clock.millis(),
                        key,
                        codec.hasValue() ? bytes(codec.value()) : null,
                        codec.headers()));
    }

    private Way way(String topic) {
        if (topic.startsWith("__")) {
            throw new StopException(
                    "sink.topic",
                    "the topic '" + topic + "' is for Mainstem itself",
                    "choose a name that does not begin with two underscores");
        }
        TopicSpec spec = pipeline.topic(topic).orElseGet(() -> TopicSpec.defaults(topic));
        int partitions = new Topics(log).ensure(spec).partitions();
        return new Way(MessageCodec.of(topic, spec.codec(), spec.key(), schemas), partitions);
    }

    private static byte[] bytes(EncodeBuffer buffer) {
        return Arrays.copyOf(buffer.array(), buffer.length());
    }

    private Producer open() {
        Producer open = producer;
        if (open == null) {
            open = log.producer(ProducerOptions.idempotent());
            producer = open;
        }
        return open;
    }

    /** Returns when all that was published is durable. */
    void flush() throws Exception {
        Producer open = producer;
        if (underWay.isEmpty() || open == null) {
            return;
        }
        open.flush();
        List<CompletableFuture<Long>> sent = List.copyOf(underWay);
        underWay.clear();
        try {
            for (CompletableFuture<Long> record : sent) {
                record.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void close() {
        Producer open = producer;
        producer = null;
        if (open != null) {
            open.close();
        }
    }
}
