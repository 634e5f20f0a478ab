package io.mainstem.connectors.jdbc;

import io.mainstem.api.Origin;
import io.mainstem.api.SinkContext;
import io.mainstem.api.TopicPartition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The rows whose foreign keys point to rows that are not there, where several partitions come by one sink. Their partitions
 * pause, so that the others can bring the parents; each row waits for a bounded time. Not thread-safe.
 */
final class Orphans {

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final Duration wait;
    private final Clock clock;
    private final Map<Origin, Instant> giveUpAt = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private Instant tryAgainAt = Instant.MIN;

    Orphans(Duration wait, Clock clock) {
        this.wait = wait;
        this.clock = clock;
    }

    /** Those that have waited for long enough; the clocks of all begin at their first time here. */
    BadRows late(BadRows bad) {
        Instant now = clock.instant();
        BadRows late = new BadRows();
        giveUpAt.keySet().retainAll(bad.orphans().keySet());
        bad.orphans().forEach((origin, why) -> {
            if (!now.isBefore(giveUpAt.computeIfAbsent(origin, row -> now.plus(wait)))) {
                late.addOrphan(origin, why);
            }
        });
        return late;
    }

    /** Asks for the rows of a transaction again, those that wait not before others have had their turn. */
    void putOff(BadRows bad, Map<TopicPartition, Long> again, SinkContext runtime) {
        again.forEach(runtime::rewind);
        for (Origin origin : bad.orphans().keySet()) {
            if (paused.add(origin.partition())) {
                runtime.pause(origin.partition());
            }
        }
        tryAgainAt = clock.instant().plus(BETWEEN_TRIES);
    }

    /** Lets the partitions that wait go on, when others were written or enough time has passed. */
    void resume(SinkContext runtime, boolean othersWereWritten) {
        if (paused.isEmpty() || !othersWereWritten && clock.instant().isBefore(tryAgainAt)) {
            return;
        }
        paused.forEach(runtime::resume);
        paused.clear();
    }

    /** These partitions are another's now. */
    void forget(Set<TopicPartition> gone) {
        paused.removeAll(gone);
        giveUpAt.keySet().removeIf(origin -> gone.contains(origin.partition()));
    }
}
