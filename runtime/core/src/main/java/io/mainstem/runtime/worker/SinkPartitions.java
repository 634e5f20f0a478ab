package io.mainstem.runtime.worker;

import io.mainstem.log.TopicPartition;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The partitions that a sink has now, in the order in which they came. One thread. */
final class SinkPartitions {

    private final Map<TopicPartition, SinkPartition> assigned = new LinkedHashMap<>();

    void add(SinkPartition partition) {
        assigned.put(partition.partition(), partition);
    }

    void remove(TopicPartition partition) {
        assigned.remove(partition);
    }

    /** The names of those that there are at this moment. */
    Set<TopicPartition> names() {
        return Set.copyOf(assigned.keySet());
    }

    SinkPartition of(TopicPartition partition) {
        return find(partition).orElseThrow(() -> new IllegalStateException(partition + " is not assigned"));
    }

    Optional<SinkPartition> find(TopicPartition partition) {
        return Optional.ofNullable(assigned.get(partition));
    }

    Collection<SinkPartition> all() {
        return assigned.values();
    }

    /** What the sink was given and is not safe in the target: for each partition the offset behind it. */
    Map<TopicPartition, Long> given() {
        Map<TopicPartition, Long> given = new LinkedHashMap<>();
        assigned.forEach((partition, state) -> {
            if (state.isGiven()) {
                given.put(partition, state.given());
            }
        });
        return given;
    }
}
