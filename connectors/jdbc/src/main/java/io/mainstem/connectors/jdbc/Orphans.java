package io.mainstem.connectors.jdbc;

import io.mainstem.api.Origin;
import io.mainstem.api.SinkContext;
import io.mainstem.api.StopException;
import io.mainstem.api.TopicPartition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The partitions with rows whose foreign keys point to rows that are not there. Where several partitions come by one sink they pause, so
 * that the others can bring the parents, and are tried again; each row waits for a bounded time. Not thread-safe.
 */
final class Orphans {

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);
    /** A try that fails undoes what others have written since their last commit. */
    private static final Duration BETWEEN_TRIES_MAX = Duration.ofSeconds(2);

    private static final int DOUBLINGS_MAX = 4;
    /** When nothing more can come, rows wait no longer than that without anything being written: partitions that wait may still help one another. */
    private static final Duration QUIET_MAX = Duration.ofSeconds(10);

    private static final int VAIN_TRIES = 3;

    private final Duration wait;
    private final Clock clock;
    private final System.Logger logger;
    private final Map<TopicPartition, Stuck> stuck = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private int tries;
    private int vainTries;
    private Instant quietSince = Instant.MAX;
    private Instant tryAgainAt = Instant.MIN;
    private Instant tryAloneAt = Instant.MIN;

    /** Rows of a partition that wait. */
    private static final class Stuck {
        /** Their first offset. */
        private final long from;
        /** For rows before an offset, and behind that before it, when their time began. */
        private final NavigableMap<Long, Instant> since = new TreeMap<>();
        /** How far the others have to be read before time begins: to where they ended when these rows were first tried. */
        private final Map<TopicPartition, Long> goals;

        Stuck(OwnedPartition one, Map<TopicPartition, Long> goals, Instant now) {
            this.from = one.start();
            this.goals = new HashMap<>(goals);
            since.put(one.next(), now);
        }

        /** Rows that were not there before have come to them. */
        void grow(long to, Instant now) {
            if (to > since.lastKey()) {
                since.put(to, now);
            }
        }

        void beginAt(Instant now) {
            since.replaceAll((offset, before) -> now);
        }

        boolean isOver(Instant begun) {
            return !since.firstEntry().getValue().isAfter(begun);
        }

        boolean isBefore(Instant time, Origin row) {
            Map.Entry<Long, Instant> tried = row.offset() < from ? null : since.higherEntry(row.offset());
            return tried != null && !tried.getValue().isAfter(time);
        }
    }

    Orphans(Duration wait, Clock clock, System.Logger logger) {
        this.wait = wait;
        this.clock = clock;
        this.logger = logger;
    }

    /**
     * Whether these may wait as a whole: which of their rows lack others need not be known until they have waited for too long. Their time
     * begins when what else the sink reads is read as far as it went when they were first tried, and no source fills the topics any more; when all is read
     * and nothing more comes, it is over after a few tries by which nothing was written.
     *
     * @param owned all partitions
     * @param why what the database says of one of the rows
     */
    boolean mayWait(
            Collection<OwnedPartition> waiting, Collection<OwnedPartition> owned, String why, SinkContext runtime) {
        Instant now = clock.instant();
        boolean may = true;
        for (OwnedPartition one : waiting) {
            Stuck known = stuck.get(one.partition());
            if (known == null || known.from != one.start()) {
                known = new Stuck(one, goals(one, owned, runtime), now);
                stuck.put(one.partition(), known);
                say(one, why);
            }
            known.grow(one.next(), now);
            if (runtime.supply() != SinkContext.Supply.OPEN) {
                // What has come since was on its way; and it will come to an end.
                known.goals.putAll(goals(one, owned, runtime));
            }
            known.goals.entrySet().removeIf(goal -> isReached(goal, runtime));
            if (!known.goals.isEmpty() || isFilling(owned, runtime)) {
                known.beginAt(now);
            }
        }
        Instant begun = begun(now, owned, runtime);
        for (OwnedPartition one : waiting) {
            may &= !Objects.requireNonNull(stuck.get(one.partition())).isOver(begun);
        }
        return may;
    }

    /** Those that wait themselves are not waited for: they would wait for each other. */
    private Map<TopicPartition, Long> goals(OwnedPartition one, Collection<OwnedPartition> owned, SinkContext runtime) {
        Map<TopicPartition, Long> goals = new HashMap<>();
        for (OwnedPartition other : owned) {
            if (other != one) {
                goals.put(other.partition(), runtime.reach(other.partition()).end());
            }
        }
        return goals;
    }

    private boolean isReached(Map.Entry<TopicPartition, Long> goal, SinkContext runtime) {
        return stuck.containsKey(goal.getKey()) || runtime.reach(goal.getKey()).position() >= goal.getValue();
    }

    /** With one partition, nothing that a source still brings could be what its rows lack. */
    private static boolean isFilling(Collection<OwnedPartition> owned, SinkContext runtime) {
        return owned.size() > 1 && runtime.supply() == SinkContext.Supply.FILLING;
    }

    /** Whose time began before this has waited for long enough. */
    private Instant begun(Instant now, Collection<OwnedPartition> owned, SinkContext runtime) {
        SinkContext.Supply supply = runtime.supply();
        boolean isAll = (supply == SinkContext.Supply.ENDED || supply == SinkContext.Supply.BROKEN)
                && owned.stream()
                        .map(OwnedPartition::partition)
                        .allMatch(partition -> stuck.containsKey(partition) || isRead(partition, runtime));
        if (!isAll) {
            quietSince = Instant.MAX;
        } else if (quietSince.equals(Instant.MAX)) {
            quietSince = now;
            vainTries = 0;
        }
        boolean isVain = isAll && vainTries >= VAIN_TRIES && !now.isBefore(quietSince.plus(QUIET_MAX));
        if (isVain && supply == SinkContext.Supply.BROKEN) {
            throw new StopException(
                    "jdbc.parents",
                    "rows point to rows that are not there, and a source has failed that may have had them to bring",
                    "mend the source and start again; these rows are neither written nor left out");
        }
        return isVain ? now : now.minus(wait);
    }

    private static boolean isRead(TopicPartition partition, SinkContext runtime) {
        SinkContext.Reach reach = runtime.reach(partition);
        return reach.position() >= reach.end();
    }

    private void say(OwnedPartition one, String why) {
        logger.log(
                System.Logger.Level.WARNING,
                "the rows of {0} from offset {1} wait for one that another is to bring: {2}; they count as bad {3} s after all else that is there for this sink is read; where its table takes longer to come, set 'foreign-key-wait' higher",
                one.partition(),
                String.valueOf(one.start()),
                why.replaceAll("\\s*\\R\\s*", " "),
                wait.toMillis() / 1_000.0);
    }

    /**
     * Those rows that have waited for long enough. What else has waited for so long is not at fault; where nothing is left, time begins now. Where
     * partitions that wait have more to read, what they lack comes first: the rows of others may be waiting for what is behind it.
     */
    BadRows late(BadRows bad, Collection<OwnedPartition> owned, SinkContext runtime) {
        Instant now = clock.instant();
        Instant begun = begun(now, owned, runtime);
        Set<TopicPartition> over = partitions(bad);
        over.removeIf(partition -> bad.orphans().keySet().stream().noneMatch(row -> isLate(row, partition, begun)));
        Set<TopicPartition> first = over.stream()
                .filter(one -> over.stream().allMatch(other -> other.equals(one) || isRead(other, runtime)))
                .collect(Collectors.toSet());
        Set<TopicPartition> blamed = first.isEmpty() ? over : first;
        BadRows late = new BadRows();
        bad.orphans().forEach((origin, why) -> {
            if (blamed.contains(origin.partition()) && isLate(origin, origin.partition(), begun)) {
                late.addOrphan(origin, why);
            }
        });
        Set<TopicPartition> of = blamed.isEmpty() ? partitions(bad) : blamed;
        owned.stream().filter(one -> of.contains(one.partition())).forEach(one -> {
            Stuck all = stuck.computeIfAbsent(one.partition(), partition -> new Stuck(one, Map.of(), now));
            all.since.values().removeIf(since -> !since.isAfter(begun));
            if (all.since.isEmpty()) {
                stuck.remove(one.partition());
            }
            if (all.since.isEmpty() && late.isEmpty()) {
                stuck.put(one.partition(), new Stuck(one, Map.of(), now));
            }
        });
        return late;
    }

    private boolean isLate(Origin row, TopicPartition partition, Instant begun) {
        Stuck all = stuck.get(partition);
        return row.partition().equals(partition) && all != null && all.isBefore(begun, row);
    }

    private static Set<TopicPartition> partitions(BadRows bad) {
        return bad.orphans().keySet().stream().map(Origin::partition).collect(Collectors.toCollection(HashSet::new));
    }

    /** Asks for the rows of a transaction again, those that wait not before others have had their turn. */
    void putOff(Set<TopicPartition> waiting, Map<TopicPartition, Long> again, SinkContext runtime) {
        again.forEach(runtime::rewind);
        for (TopicPartition partition : waiting) {
            if (paused.add(partition)) {
                runtime.pause(partition);
            }
        }
        Instant now = clock.instant();
        tryAloneAt = now.plus(BETWEEN_TRIES);
        tryAgainAt = now.plus(nextPause());
    }

    /** How long to wait for the next try; longer each time, since a try costs as much as the rows that were written. */
    Duration nextPause() {
        vainTries++;
        Duration pause = BETWEEN_TRIES.multipliedBy(1L << Math.min(tries++, DOUBLINGS_MAX));
        return pause.compareTo(BETWEEN_TRIES_MAX) < 0 ? pause : BETWEEN_TRIES_MAX;
    }

    /** Partitions were written: their rows wait no more, and those of others may find there what they lack. */
    void written(Collection<OwnedPartition> written, SinkContext runtime) {
        quietSince = Instant.MAX;
        for (OwnedPartition one : written) {
            stuck.remove(one.partition());
        }
        if (paused.isEmpty()) {
            tries = 0;
        } else {
            resume(tryAgainAt, runtime);
        }
    }

    /** Nothing came for a while. */
    void idle(SinkContext runtime) {
        resume(tryAloneAt, runtime);
    }

    private void resume(Instant notBefore, SinkContext runtime) {
        if (!paused.isEmpty() && !clock.instant().isBefore(notBefore)) {
            paused.forEach(runtime::resume);
            paused.clear();
        }
    }

    /** These partitions are another's now. */
    void forget(Set<TopicPartition> gone) {
        paused.removeAll(gone);
        stuck.keySet().removeAll(gone);
    }
}
