package io.mainstem.runtime.worker;

import io.mainstem.log.Log;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Where the sinks may end: nowhere as long as sources run, then at the ends of the partitions after their last commit. */
final class SinkEnd {

    private static final SinkEnd NEVER = new SinkEnd(Map.of());

    private final Map<TopicPartition, Long> ends;

    private SinkEnd(Map<TopicPartition, Long> ends) {
        this.ends = ends;
    }

    /** Not yet. */
    static SinkEnd never() {
        return NEVER;
    }

    /** At the ends of these topics as they are now. */
    static SinkEnd now(Log log, Set<String> topics) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (String name : topics) {
            int partitions =
                    log.admin().topic(name).map(TopicDescription::partitions).orElse(0);
            for (int i = 0; i < partitions; i++) {
                TopicPartition partition = new TopicPartition(name, i);
                ends.put(partition, log.admin().offsets(partition).end());
            }
        }
        return new SinkEnd(ends);
    }

    /** At these offsets. */
    static SinkEnd at(Map<TopicPartition, Long> ends) {
        return new SinkEnd(Map.copyOf(ends));
    }

    /** Whether there is one. */
    boolean isKnown() {
        return this != NEVER;
    }

    /**
     * Whether a sink has come so far.
     *
     * @param reads whether it reads a topic
     * @param position where it stands in a partition; -1 in one that it does not have yet
     */
    boolean isReached(Predicate<String> reads, ToLongFunction<TopicPartition> position) {
        return isKnown()
                && ends.entrySet().stream()
                        .filter(end -> reads.test(end.getKey().topic()))
                        .allMatch(end -> position.applyAsLong(end.getKey()) >= end.getValue());
    }
}
