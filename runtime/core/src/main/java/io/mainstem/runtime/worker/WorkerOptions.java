package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How a worker runs. Immutable. */
public final class WorkerOptions {

    private final boolean once;
    private final Secrets secrets;
    private final Clock clock;
    private final RandomGenerator random;
    private final Duration drainDeadline;
    private final Duration grace;

    private WorkerOptions(
            boolean once,
            Secrets secrets,
            Clock clock,
            RandomGenerator random,
            Duration drainDeadline,
            Duration grace) {
        this.once = once;
        this.secrets = secrets;
        this.clock = clock;
        this.random = random;
        this.drainDeadline = drainDeadline;
        this.grace = grace;
    }

    /**
     * Schedules as the pipelines say; ten seconds to drain.
     *
     * @param random for the jitter of waits
     */
    public static WorkerOptions of(Secrets secrets, Clock clock, RandomGenerator random) {
        return new WorkerOptions(false, secrets, clock, random, Duration.ofSeconds(10), Duration.ofSeconds(5));
    }

    /** The same, but every source reads to the end of what is there and ends, and the sinks after it. */
    public WorkerOptions once() {
        return new WorkerOptions(true, secrets, clock, random, drainDeadline, grace);
    }

    /** The same with another time for what is under way when the worker is stopped; of fewer than two seconds, it is two. */
    public WorkerOptions withDrainDeadline(Duration value) {
        return new WorkerOptions(once, secrets, clock, random, value, grace);
    }

    /** The same with another time for a hung call to return after it was cancelled, and again after it was interrupted. */
    public WorkerOptions withGrace(Duration value) {
        return new WorkerOptions(once, secrets, clock, random, drainDeadline, value);
    }

    /** The same, keeping these secrets. */
    WorkerOptions withSecrets(Secrets value) {
        return new WorkerOptions(once, value, clock, random, drainDeadline, grace);
    }

    boolean isOnce() {
        return once;
    }

    Secrets secrets() {
        return secrets;
    }

    Clock clock() {
        return clock;
    }

    RandomGenerator random() {
        return random;
    }

    Duration grace() {
        return grace;
    }

    Duration drainDeadline() {
        return drainDeadline;
    }
}
