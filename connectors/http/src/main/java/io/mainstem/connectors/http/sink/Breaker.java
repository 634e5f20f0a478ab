package io.mainstem.connectors.http.sink;

import io.mainstem.api.TopicPartition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which partitions wait for the server to answer again, from which offset on, and until when. One thread. */
final class Breaker {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(1);

    private final Clock clock;
    private final Map<TopicPartition, Long> waiting = new HashMap<>();
    private Optional<Instant> since = Optional.empty();
    private Instant until = Instant.MIN;
    private Duration pause = FIRST;

    Breaker(Clock clock) {
        this.clock = clock;
    }

    /** A partition waits. Returns for how long. */
    Duration open(TopicPartition partition, long offset, Optional<Duration> asked) {
        waiting.put(partition, offset);
        Instant now = clock.instant();
        // What the server asked for is no time in which it did not answer.
        since = since.or(() -> Optional.of(now)).map(begin -> begin.plus(asked.orElse(Duration.ZERO)));
        Duration wait = asked.orElse(pause);
        pause = pause.multipliedBy(2).compareTo(MOST) < 0 ? pause.multipliedBy(2) : MOST;
        until = now.plus(wait);
        return wait;
    }

    /** For how long nothing has gone through, apart from waits that the server asked for. */
    Duration age() {
        return since.map(begin -> Duration.between(begin, clock.instant())).orElse(Duration.ZERO);
    }

    /** Whether a batch was read before its partition was set back, and comes again. */
    boolean isPassed(TopicPartition partition, long firstOffset) {
        @Nullable Long offset = waiting.get(partition);
        return offset != null && firstOffset > offset;
    }

    /** The partitions to ask for again now. */
    List<TopicPartition> due() {
        return clock.instant().isBefore(until) ? List.of() : List.copyOf(waiting.keySet());
    }

    /** A partition comes again from where it was set back to. */
    void arrived(TopicPartition partition) {
        waiting.remove(partition);
    }

    /** Something went through. */
    void closed() {
        since = Optional.empty();
        pause = FIRST;
    }

    void forget(Iterable<TopicPartition> gone) {
        gone.forEach(waiting::remove);
    }
}
