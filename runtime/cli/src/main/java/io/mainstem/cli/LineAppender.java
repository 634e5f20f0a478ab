package io.mainstem.cli;

import io.mainstem.api.Message;
import io.mainstem.log.LogException;
import io.mainstem.log.Partitioner;
import io.mainstem.log.Producer;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Encodes messages and appends them, without waiting for each. For one thread. */
final class LineAppender {

    private final TopicDescription topic;
    private final MessageCodec codec;
    private final Producer producer;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private int withoutKey;

    LineAppender(TopicDescription topic, CodecKind kind, List<String> keyFields, Schemas schemas, Producer producer) {
        this.topic = topic;
        this.codec = MessageCodec.of(topic.name(), kind, keyFields, schemas);
        this.producer = producer;
    }

    void append(Message message) {
        codec.encode(message);
        byte[] key = codec.hasKey() ? bytes(codec.key()) : null;
        byte[] value = codec.hasValue() ? bytes(codec.value()) : null;
        var unused = producer.send(
                        new TopicPartition(topic.name(), partition(key)),
                        System.currentTimeMillis(),
                        key,
                        value,
                        codec.headers())
                .whenComplete((offset, thrown) -> {
                    if (thrown != null) {
                        failure.compareAndSet(null, thrown);
                    }
                });
    }

    private int partition(byte @Nullable [] key) {
        return key == null
                ? withoutKey++ % topic.partitions()
                : Partitioner.partition(key, 0, key.length, topic.partitions());
    }

    private static byte[] bytes(EncodeBuffer buffer) {
        return Arrays.copyOf(buffer.array(), buffer.length());
    }

    /** Waits until all of it is in the log. */
    void finish() {
        producer.flush();
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new LogException("not all lines were appended: " + thrown.getMessage(), thrown);
        }
    }
}
