package io.mainstem.connectors.jdbc;

import io.mainstem.api.Origin;
import io.mainstem.api.SinkContext;
import io.mainstem.api.TopicPartition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
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

    private final Duration wait;
    private final Clock clock;
    private final System.Logger logger;
    private final Map<TopicPartition, Stuck> stuck = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private int tries;
    private Instant tryAgainAt = Instant.MIN;
    private Instant tryAloneAt = Instant.MIN;

    /**
     * Rows of a partition that wait.
     *
     * @param from their first offset
     * @param since for rows before an offset, and behind that before it, when they were first tried
     */
    private record Stuck(long from, NavigableMap<Long, Instant> since) {

        Stuck(OwnedPartition one, Instant now) {
            this(one.start(), new TreeMap<>(Map.of(one.next(), now)));
        }

        /** Rows that were not there before have come to them. */
        void grow(long to, Instant now) {
            if (to > since.lastKey()) {
                since.put(to, now);
            }
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
     * Whether these may wait as a whole: which of their rows lack others need not be known until they have waited for too long.
     *
     * @param why what the database says of one of the rows
     */
    boolean mayWait(Collection<OwnedPartition> waiting, String why) {
        Instant now = clock.instant();
        boolean may = true;
        for (OwnedPartition one : waiting) {
            Stuck known = stuck.get(one.partition());
            if (known == null || known.from() != one.start()) {
                known = new Stuck(one, now);
                stuck.put(one.partition(), known);
                say(one, why);
            }
            known.grow(one.next(), now);
            may &= now.isBefore(known.since().firstEntry().getValue().plus(wait));
        }
        return may;
    }

    private void say(OwnedPartition one, String why) {
        logger.log(
                System.Logger.Level.WARNING,
                "the rows of {0} from offset {1} wait for one that another is to bring: {2}; they count as bad after {3} s; where its table takes longer to come, set 'foreign-key-wait' higher",
                one.partition(),
                String.valueOf(one.start()),
                why.replaceAll("\\s*\\R\\s*", " "),
                wait.toMillis() / 1_000.0);
    }

    /** Those rows that have waited for long enough. What else has waited for so long is not at fault; where nothing is left, time begins now. */
    BadRows late(BadRows bad, Collection<OwnedPartition> owned) {
        Instant now = clock.instant();
        Instant begun = now.minus(wait);
        BadRows late = new BadRows();
        bad.orphans().forEach((origin, why) -> {
            Stuck all = stuck.get(origin.partition());
            if (all != null && all.isBefore(begun, origin)) {
                late.addOrphan(origin, why);
            }
        });
        Set<TopicPartition> of = partitions(bad);
        owned.stream().filter(one -> of.contains(one.partition())).forEach(one -> {
            Stuck all = stuck.computeIfAbsent(one.partition(), partition -> new Stuck(one, now));
            all.since().values().removeIf(since -> !since.isAfter(begun));
            if (all.since().isEmpty()) {
                stuck.remove(one.partition());
            }
            if (all.since().isEmpty() && late.isEmpty()) {
                stuck.put(one.partition(), new Stuck(one, now));
            }
        });
        return late;
    }

    private static Set<TopicPartition> partitions(BadRows bad) {
        return bad.orphans().keySet().stream().map(Origin::partition).collect(Collectors.toSet());
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
        Duration pause = BETWEEN_TRIES.multipliedBy(1L << Math.min(tries++, DOUBLINGS_MAX));
        return pause.compareTo(BETWEEN_TRIES_MAX) < 0 ? pause : BETWEEN_TRIES_MAX;
    }

    /** Partitions were written: their rows wait no more, and those of others may find there what they lack. */
    void written(Collection<OwnedPartition> written, SinkContext runtime) {
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
