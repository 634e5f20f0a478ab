package io.mainstem.runtime.worker;

import io.mainstem.api.Message;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.Partitioner;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.schema.Schemas;
import java.util.List;

/** The way of one stream of a source into its topic. One thread. */
final class StreamRoute {

    private final StreamSchema stream;
    private final MessageCodec codec;
    private final TopicPartition[] partitions;
    private int next;

    private StreamRoute(StreamSchema stream, MessageCodec codec, TopicPartition[] partitions) {
        this.stream = stream;
        this.codec = codec;
        this.partitions = partitions;
    }

    static StreamRoute of(Pipeline pipeline, SourceSpec source, StreamSchema stream, Topics topics, Schemas schemas) {
        String name = pipeline.topicOf(source, stream.name());
        TopicSpec spec = pipeline.topic(name).orElseGet(() -> TopicSpec.defaults(name));
        List<String> key = spec.key().isEmpty() ? stream.key() : spec.key();
        for (String field : key) {
            if (stream.schema().indexOf(field) < 0) {
                throw new StopException(
                        "topic.key",
                        "topic '" + name + "' has the key field '" + field + "', which stream '" + stream.name()
                                + "' does not have",
                        "the fields are "
                                + String.join(
                                        ", ",
                                        stream.schema().fields().stream()
                                                .map(f -> f.name())
                                                .toList()));
            }
        }
        TopicDescription topic = topics.ensure(spec);
        TopicPartition[] partitions = new TopicPartition[topic.partitions()];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new TopicPartition(name, i);
        }
        return new StreamRoute(stream, MessageCodec.of(name, spec.codec(), key, schemas), partitions);
    }

    StreamSchema stream() {
        return stream;
    }

    /**
     * Encodes a message into the transaction, in the partition that its key chooses, or the current one without a key.
     *
     * @return the bytes of its key and value
     */
    int append(Transaction transaction, Message message, long timestamp) {
        codec.encode(message);
        EncodeBuffer key = codec.key();
        EncodeBuffer value = codec.value();
        boolean hasKey = codec.hasKey();
        int keyBytes = hasKey ? key.length() : 0;
        int valueBytes = codec.hasValue() ? value.length() : 0;
        int partition = hasKey ? Partitioner.partition(key.array(), 0, keyBytes, partitions.length) : next;
        transaction.append(
                partitions[partition],
                timestamp,
                key.array(),
                0,
                hasKey ? keyBytes : -1,
                value.array(),
                0,
                codec.hasValue() ? valueBytes : -1,
                codec.headers());
        return keyBytes + valueBytes;
    }

    /** Records without a key go to the next partition from now on: so each transaction fills one batch. */
    void nextPartition() {
        next = (next + 1) % partitions.length;
    }
}
