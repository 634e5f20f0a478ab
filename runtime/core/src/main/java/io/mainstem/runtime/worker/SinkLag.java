package io.mainstem.runtime.worker;

import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many offsets a sink has still to read, from what its group has committed: whether the sink works at this moment or not.
 * Reads nothing but what the log knows in memory. Thread-safe.
 */
final class SinkLag implements LongSupplier {

    private final Log log;
    private final String group;
    private final SinkTopics topics;

    SinkLag(Log log, Pipeline pipeline, SinkSpec sink) {
        this.log = log;
        this.group = pipeline.group(sink);
        this.topics = new SinkTopics(pipeline, sink, log);
    }

    @Override
    public long getAsLong() {
        Map<TopicPartition, OffsetAndMetadata> committed = log.admin().committed(group);
        long sum = 0;
        for (String name : topics.present()) {
            sum += behind(name, committed);
        }
        return sum;
    }

    private long behind(String topic, Map<TopicPartition, OffsetAndMetadata> committed) {
        int partitions =
                log.admin().topic(topic).map(TopicDescription::partitions).orElse(0);
        long sum = 0;
        try {
            for (int i = 0; i < partitions; i++) {
                TopicPartition partition = new TopicPartition(topic, i);
                sum += behind(log.admin().offsets(partition), committed.get(partition));
            }
        } catch (TopicNotFoundException e) {
            // It is deleted in this moment.
            return 0;
        }
        return sum;
    }

    /** From the start without a committed offset. */
    private static long behind(PartitionOffsets bounds, @Nullable OffsetAndMetadata committed) {
        long next = committed == null ? bounds.start() : Math.max(committed.offset(), bounds.start());
        return Math.max(0, bounds.end() - next);
    }
}
