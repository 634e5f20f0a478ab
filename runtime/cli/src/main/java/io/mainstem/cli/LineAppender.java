package io.mainstem.cli;

import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.log.Partitioner;
import io.mainstem.log.Producer;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.codec.EncodeBuffer;
import io.mainstem.runtime.codec.KeyCodec;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes messages and appends them, without waiting for each. For one thread. */
final class LineAppender {

    private final TopicDescription topic;
    private final MessageCodec codec;
    private final Producer producer;
    private final EncodeBuffer givenKey = new EncodeBuffer();
    private final Answers answers = new Answers();
    private long sent;
    private int withoutKey;

    LineAppender(TopicDescription topic, CodecKind kind, List<String> keyFields, Schemas schemas, Producer producer) {
        this.topic = topic;
        this.codec = MessageCodec.of(topic.name(), kind, keyFields, schemas);
        this.producer = producer;
    }

    /**
     * Appends the message of a line.
     *
     * @throws IllegalArgumentException when it has a key that is not the one that its fields make
     */
    void append(Message message, long line) {
        codec.encode(message);
        byte[] key = codec.hasKey() ? bytes(codec.key()) : null;
        checkKey(message.key(), key);
        byte[] value = codec.hasValue() ? bytes(codec.value()) : null;
        var unused = producer.send(
                        new TopicPartition(topic.name(), partition(key)),
                        System.currentTimeMillis(),
                        key,
                        value,
                        codec.headers())
                .whenComplete((offset, thrown) -> answers.answered(line, thrown));
        sent++;
    }

    private void checkKey(@Nullable Datum given, byte @Nullable [] key) {
        if (given == null || key == null) {
            return;
        }
        givenKey.clear();
        KeyCodec.encodeGiven(given, givenKey);
        if (!Arrays.equals(bytes(givenKey), key)) {
            throw new IllegalArgumentException(
                    "its key '" + text(bytes(givenKey)) + "' is not the one that its fields make, '" + text(key) + "'");
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private int partition(byte @Nullable [] key) {
        return key == null
                ? withoutKey++ % topic.partitions()
                : Partitioner.partition(key, 0, key.length, topic.partitions());
    }

    private static byte[] bytes(EncodeBuffer buffer) {
        return Arrays.copyOf(buffer.array(), buffer.length());
    }

    /**
     * Waits until all of it is in the log.
     *
     * @return how many records the log has acknowledged
     * @throws CommandException when it did not take all of them
     */
    long finish() {
        producer.flush();
        answers.await(sent);
        Answers.Refusal first = answers.firstRefusal();
        if (first != null) {
            throw CommandException.failed("line " + first.number() + " was not appended: "
                    + first.why().getMessage() + "; " + answers.acknowledged() + " records of this input are in topic '"
                    + topic.name()
                    + "'");
        }
        return answers.acknowledged();
    }
}
