package io.mainstem.log;

import java.util.UUID;

/**
 * A topic as it is.
 *
 * @param name its name
 * @param id its identity: a topic that is deleted and created again has another
 * @param partitions the number of its partitions
 * @param settings its settings
 */
public record TopicDescription(String name, UUID id, int partitions, TopicSettings settings) {

    /** The same with other settings. */
    public TopicDescription withSettings(TopicSettings value) {
        return new TopicDescription(name, id, partitions, value);
    }

    /** The same with another number of partitions. */
    public TopicDescription withPartitions(int value) {
        return new TopicDescription(name, id, value, settings);
    }
}
