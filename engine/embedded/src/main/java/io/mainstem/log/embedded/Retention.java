package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import io.mainstem.log.TopicSettings;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Deletes the oldest segments of partitions that have more than their topics' settings want to keep. What it may delete is
 * told in {@code docs/log.md}.
 *
 * <p>One thread at a time. A plan is made without any lock; it stays true, because segments only grow older and groups only
 * read on.
 */
final class Retention {
    /** The most segments that one look deletes; the next look goes on. */
    private static final int SEGMENTS_MAX = 256;

    private final LogState state;
    private final Committer committer;
    private final Checkpointer checkpointer;
    private final DiskBudget budget;
    private final Ballast ballast;
    private final Clock clock;

    Retention(
            LogState state,
            Committer committer,
            Checkpointer checkpointer,
            DiskBudget budget,
            Ballast ballast,
            Clock clock) {
        this.state = state;
        this.committer = committer;
        this.checkpointer = checkpointer;
        this.budget = budget;
        this.ballast = ballast;
        this.clock = clock;
    }

    /** Looks at all partitions once, and gives what is deleted to the trash. */
    void look() {
        budget.look();
        Map<PartitionLog, Long> starts = plan();
        if (!starts.isEmpty()) {
            try {
                carryOut(starts);
            } catch (LogException e) {
                // Who appends is told why the disk takes nothing; the next look tries again.
                return;
            }
        }
        tidy();
    }

    /** Makes the log independent of the files of deleted segments, and takes or gives the blocks for a full disk. */
    void tidy() {
        if (state.data().trash().hasCondemned() && !checkpointer.run(false) && ballast.give()) {
            checkpointer.run(false);
        }
        if (!budget.isFull()) {
            ballast.take();
        }
    }

    /** The new start of each partition that has too much. */
    Map<PartitionLog, Long> plan() {
        long now = state.retentionClock.look(clock.millis());
        Map<PartitionLog, Long> starts = new LinkedHashMap<>();
        int segments = 0;
        for (Topic topic : state.topics()) {
            if (!hasLimit(topic.description().settings())) {
                continue;
            }
            for (PartitionLog partition : topic.partitions()) {
                try {
                    segments += plan(partition, now, starts);
                } catch (IOException | LogException e) {
                    // It was deleted meanwhile, or its files cannot be read now, which readers are told: the others go
                    // on.
                    starts.remove(partition);
                }
                if (segments >= SEGMENTS_MAX) {
                    return starts;
                }
            }
        }
        return starts;
    }

    private static boolean hasLimit(TopicSettings settings) {
        return settings.cleanup().deletes()
                && (settings.retentionMillis() != TopicSettings.UNLIMITED
                        || settings.retentionBytes() != TopicSettings.UNLIMITED);
    }

    /** Adds the new start of a partition, and returns how many segments that deletes. */
    private int plan(PartitionLog partition, long now, Map<PartitionLog, Long> starts) throws IOException {
        long end = partition.end();
        if (end == 0) {
            return 0;
        }
        TopicSettings settings = partition.settings();
        long deletable = settings.keepUnread() ? state.readByAll(partition, now) : end;
        Segment[] segments = partition.segments();
        long bytes = 0;
        for (Segment segment : segments) {
            bytes += segment.size;
        }
        int count = 0;
        for (; count < segments.length && count < SEGMENTS_MAX; count++) {
            boolean last = count + 1 == segments.length;
            long next = last ? end : segments[count + 1].baseOffset;
            long size = segments[count].size;
            boolean tooMuch = !last
                    && settings.retentionBytes() != TopicSettings.UNLIMITED
                    && bytes - size >= settings.retentionBytes();
            if (next > deletable || size == 0 || !tooMuch && !isTooOld(partition, segments, count, now)) {
                break;
            }
            bytes -= size;
            starts.put(partition, next);
        }
        return count;
    }

    private static boolean isTooOld(PartitionLog partition, Segment[] segments, int number, long now)
            throws IOException {
        long keep = partition.settings().retentionMillis();
        if (keep == TopicSettings.UNLIMITED) {
            return false;
        }
        for (int i = number; i < segments.length; i++) {
            long newest = segments[i].greatestTimestamp(partition.files());
            if (newest >= 0) {
                return now - newest > keep;
            }
            // Without a record it is as old as the one behind it.
        }
        return number > 0 && segments[number].hasOnlyMarkers(partition.files());
    }

    /** Moves the starts; on a full disk with the blocks that are kept for this. */
    void carryOut(Map<PartitionLog, Long> starts) {
        try {
            submit(starts);
        } catch (LogException e) {
            if (committer.stopped() != null || !ballast.give()) {
                throw e;
            }
            submit(starts);
        }
    }

    private void submit(Map<PartitionLog, Long> starts) {
        Truncation truncation = new Truncation(starts);
        committer.submit(truncation);
        truncation.await();
    }
}
