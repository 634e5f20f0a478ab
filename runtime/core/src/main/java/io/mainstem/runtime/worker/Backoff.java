package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.FailurePolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The waits between attempts: each twice the one before, with up to a fifth of jitter, until patience ends. One thread. */
final class Backoff {

    private final FailurePolicy.Retry policy;
    private final Clock clock;
    private final RandomGenerator random;
    private @Nullable Instant failingSince;
    private Duration wait;
    private int failures;

    Backoff(FailurePolicy.Retry policy, Clock clock, RandomGenerator random) {
        this.policy = policy;
        this.clock = clock;
        this.random = random;
        this.wait = policy.firstWait();
    }

    /** There was progress: the next failure is a first one. */
    void reset() {
        failingSince = null;
        failures = 0;
        wait = policy.firstWait();
    }

    /**
     * How long to wait before the next attempt.
     *
     * @param atLeast what the other side asked for
     * @return empty when it is time to give up
     */
    Optional<Duration> next(Optional<Duration> atLeast) {
        Instant now = clock.instant();
        Instant since = failingSince;
        if (since == null) {
            since = now;
            failingSince = now;
        }
        failures++;
        if (Duration.between(since, now).compareTo(policy.giveUpAfter()) >= 0) {
            return Optional.empty();
        }
        Duration jittered = wait.plusMillis((long) (wait.toMillis() * 0.2 * random.nextDouble()));
        wait = min(wait.multipliedBy(2), policy.maxWait());
        return Optional.of(
                atLeast.filter(least -> least.compareTo(jittered) > 0).orElse(jittered));
    }

    /** How often it has failed since there was progress, with the next attempt this far away, if there is one. */
    TaskStatus.Attempts attempts(Optional<Duration> untilNext) {
        Instant now = clock.instant();
        Instant since = failingSince;
        return new TaskStatus.Attempts(failures, since == null ? now : since, untilNext.map(now::plus));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
