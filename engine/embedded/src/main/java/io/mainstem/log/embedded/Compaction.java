package io.mainstem.log.embedded;

import io.mainstem.log.CompactionStatus;
import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.LogException;
import io.mainstem.log.TopicSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last record of each key in topics that want this: chooses the partitions, and lets one round after another do its
 * steps. What it promises is told in {@code docs/log.md}.
 *
 * <p>Thread-safe. Its lock comes before that of the checkpoints.
 */
final class Compaction {
    private final LogState state;
    private final Committer committer;
    private final Checkpointer checkpointer;
    private final DiskBudget budget;
    private final Clock clock;
    private final RandomGenerator random;
    private final long memoryBytes;
    private final Set<PartitionLog> given = ConcurrentHashMap.newKeySet();
    private final Map<PartitionLog, String> obstacles = new ConcurrentHashMap<>();
    private @Nullable CompactionRound round;

    Compaction(
            LogState state,
            Committer committer,
            Checkpointer checkpointer,
            DiskBudget budget,
            Clock clock,
            RandomGenerator random,
            long memoryBytes) {
        this.state = state;
        this.committer = committer;
        this.checkpointer = checkpointer;
        this.budget = budget;
        this.clock = clock;
        this.random = random;
        this.memoryBytes = memoryBytes;
    }

    /** How much of a partition is compacted, and may be. */
    private record Share(List<Segment> segments, long end, long cleanBytes, long cleanableBytes, boolean overdue) {
        double ratio() {
            return (double) cleanableBytes / Math.max(1, cleanBytes + cleanableBytes);
        }

        boolean isDue(TopicSettings settings) {
            return cleanableBytes > 0 && (overdue || ratio() > settings.minCleanableRatio());
        }
    }

    /** Begins a round for the partition that has the most to gain, unless one is under way; whether one is. */
    synchronized boolean look() {
        if (round != null) {
            return true;
        }
        long now = state.retentionClock.look(clock.millis());
        given.removeIf(PartitionLog::isDeleted);
        obstacles.keySet().retainAll(given);
        return begin(now);
    }

    private boolean begin(long now) {
        if (committer.stopped() != null) {
            return false;
        }
        PartitionLog chosen = null;
        Share best = null;
        for (Topic topic : state.topics()) {
            if (!topic.description().settings().cleanup().compacts()) {
                continue;
            }
            for (PartitionLog partition : topic.partitions()) {
                Share share = due(partition, now);
                if (share != null && (best == null || share.ratio() > best.ratio())) {
                    chosen = partition;
                    best = share;
                }
            }
        }
        if (chosen == null || best == null) {
            return false;
        }
        round = round(chosen, best, now);
        return true;
    }

    private CompactionRound round(PartitionLog partition, Share share, long now) {
        TopicSettings settings = partition.settings();
        BatchFilter.Terms terms = new BatchFilter.Terms(
                -1,
                now,
                now + settings.deleteRetentionMillis(),
                settings.keepUnread() ? state.readByAll(partition, now) : Long.MAX_VALUE);
        return new CompactionRound(
                partition,
                share.segments,
                share.end,
                new Steps(),
                new OffsetMap(memoryBytes, new KeyDigest(random)),
                terms);
    }

    /** What there is to gain in a partition that is due, or null. */
    private @Nullable Share due(PartitionLog partition, long now) {
        if (obstacles.containsKey(partition) || !partition.hasClosedSegments()) {
            return null;
        }
        try {
            Share share = share(partition, now);
            return share.isDue(partition.settings()) ? share : null;
        } catch (IOException | LogException e) {
            // It was deleted meanwhile, or its files cannot be read now, which readers are told.
            return null;
        }
    }

    private static Share share(PartitionLog partition, long now) throws IOException {
        TopicSettings settings = partition.settings();
        Segment[] segments = partition.segments();
        long cleanEnd = partition.compacted().cleanEnd();
        long clean = 0;
        long cleanable = 0;
        boolean overdue = false;
        int count = 0;
        for (; count + 1 < segments.length; count++) {
            Segment segment = segments[count];
            if (segments[count + 1].baseOffset <= cleanEnd) {
                clean += segment.size;
                continue;
            }
            if (segment.greatestTimestamp(partition.files()) > now - settings.minCompactionLagMillis()) {
                break;
            }
            overdue |= isOverdue(segment.firstTimestamp(partition.files()), settings, now);
            cleanable += segment.size;
        }
        long end = count < segments.length ? segments[count].baseOffset : partition.end();
        return new Share(List.of(segments).subList(0, count), end, clean, cleanable, overdue);
    }

    private static boolean isOverdue(long timestamp, TopicSettings settings, long now) {
        return settings.maxCompactionLagMillis() != TopicSettings.UNLIMITED
                && timestamp < now - settings.maxCompactionLagMillis();
    }

    /** Does a bounded part of the round under way; false when there is nothing to do. */
    synchronized boolean step() {
        CompactionRound now = round;
        if (now == null) {
            return false;
        }
        try {
            if (now.step()) {
                return true;
            }
            end(now);
        } catch (CorruptRecordException e) {
            giveUp(
                    now,
                    e.getMessage() + "; verify the log, and restore the data folder from a copy if it is needed",
                    true);
        } catch (LogException e) {
            giveUp(now, e.getMessage(), false);
        } catch (IOException e) {
            giveUp(now, "the disk refused it (" + e.getMessage() + "); it is tried again", false);
        }
        return begin(state.retentionClock.look(clock.millis()));
    }

    private void end(CompactionRound ended) {
        ended.end();
        round = null;
    }

    private void giveUp(CompactionRound failed, @Nullable String why, boolean forGood) {
        boolean outdated = failed.isOutdated();
        end(failed);
        if (!outdated) {
            obstacles.put(failed.log(), String.valueOf(why));
        }
        if (forGood) {
            given.add(failed.log());
        }
    }

    /** Gives up what is under way. */
    synchronized void stop() {
        if (round != null) {
            end(round);
        }
    }

    /** How far a partition is compacted. */
    Optional<CompactionStatus> status(PartitionLog partition) throws IOException {
        if (!partition.settings().cleanup().compacts()) {
            return Optional.empty();
        }
        PartitionLog.Compacted compacted = partition.compacted();
        Share share = share(partition, state.retentionClock.look(clock.millis()));
        return Optional.of(new CompactionStatus(
                compacted.cleanEnd(),
                share.cleanBytes,
                share.cleanableBytes,
                compacted.time() < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(compacted.time())),
                Optional.ofNullable(obstacles.get(partition))));
    }

    /** Brings what a round has written into the log. */
    private final class Steps implements CompactionRound.Swapper {

        @Override
        public void checkRoom(long bytes) {
            if (!budget.hasRoomFor(bytes)) {
                throw new LogException(
                        "there is no room for " + bytes
                                + " bytes that a compaction writes before it frees others; raise the disk budget or free space");
            }
        }

        @Override
        public void swap(
                PartitionLog log,
                List<Segment> sources,
                CleanedSegment cleaned,
                Segment target,
                long end,
                PartitionLog.Compacted after)
                throws IOException {
            Replacement replacement = new Replacement(log, sources, target, end, after);
            // No checkpoint may forget the frame before the files have their names for good.
            IOException failure = checkpointer.betweenCheckpoints(() -> swap(log, cleaned, replacement));
            if (failure != null) {
                throw failure;
            }
        }

        private @Nullable IOException swap(PartitionLog log, CleanedSegment cleaned, Replacement replacement) {
            if (!checkpointer.run(false)) {
                return new IOException("no checkpoint could be made");
            }
            try {
                cleaned.rename();
            } catch (IOException e) {
                return e;
            }
            cleaned.mayBeDecided(true);
            try {
                committer.submit(replacement);
                replacement.await();
            } catch (LogException e) {
                cleaned.mayBeDecided(committer.hasFailed());
                throw e;
            }
            cleaned.taken();
            IOException failure = replacement.failure();
            try {
                if (failure == null) {
                    state.data().files().storage().forceDirectory(log.folder);
                    return null;
                }
            } catch (IOException e) {
                failure = e;
            }
            committer.fail(failure);
            return failure;
        }
    }
}
