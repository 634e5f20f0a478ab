package io.mainstem.log.embedded;

import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicSettings;
import java.util.List;
import java.util.UUID;

/**
 * A topic that is there.
 *
 * @param description what it is
 * @param partitions its partitions, by number
 */
record Topic(TopicDescription description, List<PartitionLog> partitions) {

    /** What a partition needs to know of its topic. */
    record Identity(String name, UUID id, TopicSettings settings) {
        static Identity of(TopicDescription description) {
            return new Identity(description.name(), description.id(), description.settings());
        }
    }

    String name() {
        return description.name();
    }

    UUID id() {
        return description.id();
    }
}
