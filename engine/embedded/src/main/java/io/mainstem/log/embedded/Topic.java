package io.mainstem.log.embedded;

import io.mainstem.log.TopicDescription;
import java.util.List;
import java.util.UUID;

/**
 * A topic that is there.
 *
 * @param description what it is
 * @param partitions its partitions, by number
 */
record Topic(TopicDescription description, List<PartitionLog> partitions) {

    /** What a partition knows of its topic that never changes. */
    record Identity(String name, UUID id) {
        static Identity of(TopicDescription description) {
            return new Identity(description.name(), description.id());
        }
    }

    String name() {
        return description.name();
    }

    UUID id() {
        return description.id();
    }
}
