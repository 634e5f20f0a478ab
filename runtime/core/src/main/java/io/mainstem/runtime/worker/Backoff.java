package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.FailurePolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The waits between attempts: each twice the one before, with up to a fifth of jitter, until patience ends. Patience is for the time
 * since the first failure without progress, be it that an attempt failed or that a session says that nothing goes through.
 * Thread-safe.
 */
final class Backoff {

    private final FailurePolicy.Retry policy;
    private final Clock clock;
    private final RandomGenerator random;
    private @Nullable Instant failingSince;
    private Instant began;
    private Duration wait;
    private int failures;

    Backoff(FailurePolicy.Retry policy, Clock clock, RandomGenerator random) {
        this.policy = policy;
        this.clock = clock;
        this.random = random;
        this.wait = policy.firstWait();
        this.began = clock.instant();
    }

    /** An attempt begins. */
    synchronized void begin() {
        began = clock.instant();
    }

    /** Nothing is left to do. Long after the attempt began, that is progress, too: what fails after that fails for the first time. */
    synchronized void caughtUp() {
        if (Duration.between(began, clock.instant()).compareTo(policy.maxWait()) > 0) {
            reset();
        }
    }

    /** There was progress: the next failure is a first one. */
    synchronized void reset() {
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
    synchronized Optional<Duration> next(Optional<Duration> atLeast) {
        failures++;
        if (givingUp().isPresent()) {
            return Optional.empty();
        }
        Duration jittered = wait.plusMillis((long) (wait.toMillis() * 0.2 * random.nextDouble()));
        wait = min(wait.multipliedBy(2), policy.maxWait());
        return Optional.of(
                atLeast.filter(least -> least.compareTo(jittered) > 0).orElse(jittered));
    }

    /** An attempt has failed, within a session that goes on. */
    synchronized void refused() {
        failures++;
        if (failingSince == null) {
            failingSince = clock.instant();
        }
    }

    /** Nothing goes through at this moment. Returns for how long nothing has, when that is long enough to give up. */
    synchronized Optional<Duration> givingUp() {
        Instant now = clock.instant();
        Instant since = failingSince;
        if (since == null) {
            since = now;
            failingSince = now;
        }
        return Optional.of(Duration.between(since, now))
                .filter(failing -> failing.compareTo(policy.giveUpAfter()) >= 0);
    }

    /** How often it has failed since there was progress, with the next attempt this far away, if there is one. */
    synchronized TaskStatus.Attempts attempts(Optional<Duration> untilNext) {
        Instant now = clock.instant();
        Instant since = failingSince;
        return new TaskStatus.Attempts(failures, since == null ? now : since, untilNext.map(now::plus));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
