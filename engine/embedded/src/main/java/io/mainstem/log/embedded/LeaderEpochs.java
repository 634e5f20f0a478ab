package io.mainstem.log.embedded;

import java.util.ArrayList;
import java.util.List;

/**
 * The leader epochs of a partition and the offset at which each began. Immutable.
 *
 * <p>A position that was taken in an older epoch and lies past that epoch's end speaks of records that a recovery cut.
 */
final class LeaderEpochs {
    static final LeaderEpochs FIRST = new LeaderEpochs(List.of(new Start(0, 0)));

    private final List<Start> starts;

    /**
     * The beginning of an epoch.
     *
     * @param epoch its number
     * @param offset the first offset written in it
     */
    record Start(int epoch, long offset) {}

    LeaderEpochs(List<Start> starts) {
        this.starts = List.copyOf(starts);
    }

    List<Start> starts() {
        return starts;
    }

    int current() {
        return starts.get(starts.size() - 1).epoch;
    }

    /** The next epoch begins at this offset; epochs in which nothing was written are left out. */
    LeaderEpochs raised(long endOffset) {
        List<Start> raised = new ArrayList<>(starts);
        raised.removeIf(start -> start.offset >= endOffset);
        raised.add(new Start(current() + 1, endOffset));
        return new LeaderEpochs(raised);
    }

    /** One past the last offset of the latest epoch that is not after {@code epoch}, of a partition that ends at {@code end}. */
    long endOf(int epoch, long end) {
        for (Start start : starts) {
            if (start.epoch > epoch) {
                return start.offset;
            }
        }
        return end;
    }

    /** Whether a position taken in {@code epoch} still speaks of the records it spoke of then. */
    boolean agrees(int epoch, long position) {
        if (epoch < 0 || epoch == current()) {
            return true;
        }
        for (Start start : starts) {
            if (start.epoch > epoch) {
                return position <= start.offset;
            }
        }
        return false;
    }
}
