package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import io.mainstem.log.OffsetOutOfRangeException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** New starts of partitions on their way into the log: all of them or none. */
final class Truncation extends StateChange {
    private final Map<PartitionLog, Long> starts;

    Truncation(Map<PartitionLog, Long> starts) {
        this.starts = starts;
    }

    @Override
    @Nullable
    LogException refusal() {
        for (Map.Entry<PartitionLog, Long> start : starts.entrySet()) {
            PartitionLog partition = start.getKey();
            if (partition.isDeleted()) {
                return partition.gone();
            }
            if (start.getValue() > partition.end()) {
                return new OffsetOutOfRangeException("partition " + partition + " cannot be truncated before offset "
                        + start.getValue() + ": it ends at " + partition.end() + "; nothing was truncated");
            }
        }
        return null;
    }

    @Override
    boolean alone() {
        return true;
    }

    @Override
    boolean forced() {
        return true;
    }

    @Override
    void encode(Frame frame) {
        starts.forEach((partition, start) -> {
            if (start > partition.start()) {
                frame.start(partition.topic.id(), partition.name.partition(), start);
            }
        });
    }

    @Override
    void apply() {
        starts.forEach(PartitionLog::truncateBefore);
    }
}
