package io.mainstem.connectors.http.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** The waits between attempts: each about twice the one before, at most ten seconds, each shortened by chance. Thread-safe when its generator is. */
final class Backoff {

    private static final long FIRST_MILLIS = 200;
    private static final long MOST_MILLIS = 10_000;

    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** The wait after this many attempts, so that clients that failed together do not come back together. */
    synchronized Duration after(int attempts) {
        long most = Math.min(MOST_MILLIS, FIRST_MILLIS << Math.min(attempts - 1, 10));
        return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
    }
}
