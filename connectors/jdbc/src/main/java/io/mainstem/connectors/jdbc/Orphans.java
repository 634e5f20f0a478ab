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
import java.util.Set;

/**
 * The partitions with rows whose foreign keys point to rows that are not there, where several partitions come by one sink. They pause, so
 * that the others can bring the parents, and are tried again; each row waits for a bounded time. Not thread-safe.
 */
final class Orphans {

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);
    /** A try that fails undoes what others have written since their last commit. */
    private static final Duration BETWEEN_TRIES_MAX = Duration.ofSeconds(2);

    private static final int DOUBLINGS_MAX = 4;

    private final Duration wait;
    private final Clock clock;
    private final Map<TopicPartition, Stuck> stuck = new HashMap<>();
    private final Map<Origin, Instant> seen = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private int tries;
    private Instant tryAgainAt = Instant.MIN;
    private Instant tryAloneAt = Instant.MIN;

    /** Rows of a partition that have waited together since a time. */
    private record Stuck(long from, long to, Instant since) {}

    Orphans(Duration wait, Clock clock) {
        this.wait = wait;
        this.clock = clock;
    }

    /** Whether these may wait as a whole: which of their rows lack others need not be known until one has waited for too long. */
    boolean mayWait(Collection<OwnedPartition> waiting) {
        Instant now = clock.instant();
        boolean may = true;
        for (OwnedPartition one : waiting) {
            Stuck known = stuck.get(one.partition());
            if (known == null || known.from() != one.start()) {
                known = new Stuck(one.start(), one.next(), now);
                stuck.put(one.partition(), known);
            }
            may &= now.isBefore(known.since().plus(wait));
        }
        return may;
    }

    /** Those rows that have waited for long enough. */
    BadRows late(BadRows bad) {
        Instant now = clock.instant();
        BadRows late = new BadRows();
        bad.orphans().forEach((origin, why) -> {
            if (!now.isBefore(since(origin, now).plus(wait))) {
                late.addOrphan(origin, why);
            }
        });
        return late;
    }

    private Instant since(Origin origin, Instant now) {
        Stuck all = stuck.get(origin.partition());
        return all != null && origin.offset() >= all.from() && origin.offset() < all.to()
                ? all.since()
                : seen.computeIfAbsent(origin, row -> now);
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
        Duration pause = BETWEEN_TRIES.multipliedBy(1L << Math.min(tries++, DOUBLINGS_MAX));
        tryAloneAt = now.plus(BETWEEN_TRIES);
        tryAgainAt = now.plus(pause.compareTo(BETWEEN_TRIES_MAX) < 0 ? pause : BETWEEN_TRIES_MAX);
    }

    /** Partitions were written: their rows wait no more, and those of others may find there what they lack. */
    void written(Collection<OwnedPartition> written, SinkContext runtime) {
        for (OwnedPartition one : written) {
            stuck.remove(one.partition());
            seen.keySet()
                    .removeIf(
                            origin -> origin.partition().equals(one.partition()) && origin.offset() < one.committed());
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
        seen.keySet().removeIf(origin -> gone.contains(origin.partition()));
    }
}
