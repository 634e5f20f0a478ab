package io.mainstem.runtime.pipeline;

import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.codec.CodecKind;
import java.util.List;
import java.util.Objects;

/**
 * What a pipeline says of a topic.
 *
 * @param name the topic's name
 * @param partitions how many partitions it gets when it is created
 * @param key the fields of the row that make the record's key, in order; empty for the stream's primary key
 * @param codec how values are written on the topic
 * @param settings the settings with which it is created
 */
public record TopicSpec(String name, int partitions, List<String> key, CodecKind codec, TopicSettings settings) {

    /** Checks the number of partitions and copies the key. */
    public TopicSpec {
        Objects.requireNonNull(name, "name");
        if (partitions < 1) {
            throw new IllegalArgumentException("topic '" + name + "' has " + partitions + " partitions");
        }
        key = List.copyOf(key);
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(settings, "settings");
    }

    /** A topic of which nothing was said: one partition, the stream's primary key, Avro. */
    public static TopicSpec defaults(String name) {
        return new TopicSpec(name, 1, List.of(), CodecKind.AVRO, TopicSettings.defaults());
    }
}
