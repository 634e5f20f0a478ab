package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A compacted segment on its way into the place of others. */
final class Replacement extends StateChange {
    private final PartitionLog partition;
    private final List<Segment> sources;
    private final Segment target;
    private final SegmentSwap swap;
    private final PartitionLog.Compacted after;
    private @Nullable IOException failure;

    /**
     * A replacement.
     *
     * @param end one past the last offset of the sources
     * @param after how far the partition is compacted then
     */
    Replacement(PartitionLog partition, List<Segment> sources, Segment target, long end, PartitionLog.Compacted after) {
        this.partition = partition;
        this.sources = sources;
        this.target = target;
        this.after = after;
        this.swap = new SegmentSwap(partition.topic.id(), partition.name.partition(), target.baseOffset, end);
    }

    @Override
    @Nullable
    LogException refusal() {
        if (partition.isDeleted()) {
            return partition.gone();
        }
        return partition.has(sources)
                ? null
                : new LogException("partition " + partition + " was truncated while it was compacted");
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
        long saved = sources.stream().mapToLong(segment -> segment.written).sum() - target.written;
        frame.compacted(swap, after, saved);
    }

    @Override
    void apply() {
        try {
            partition.replace(sources, target, swap, after);
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Why the files do not have their names although the journal says so, or null. */
    @Nullable
    IOException failure() {
        return failure;
    }
}
