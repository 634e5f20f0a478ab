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

    private WorkerOptions(boolean once, Secrets secrets, Clock clock, RandomGenerator random, Duration drainDeadline) {
        this.once = once;
        this.secrets = secrets;
        this.clock = clock;
        this.random = random;
        this.drainDeadline = drainDeadline;
    }

    /**
     * Schedules as the pipelines say; ten seconds to drain.
     *
     * @param random for the jitter of waits
     */
    public static WorkerOptions of(Secrets secrets, Clock clock, RandomGenerator random) {
        return new WorkerOptions(false, secrets, clock, random, Duration.ofSeconds(10));
    }

    /** The same, but every source reads to the end of what is there and ends, and the sinks after it. */
    public WorkerOptions once() {
        return new WorkerOptions(true, secrets, clock, random, drainDeadline);
    }

    /** The same with another time for what is under way when the worker is stopped. */
    public WorkerOptions withDrainDeadline(Duration value) {
        return new WorkerOptions(once, secrets, clock, random, value);
    }

    /** The same, keeping these secrets. */
    WorkerOptions withSecrets(Secrets value) {
        return new WorkerOptions(once, value, clock, random, drainDeadline);
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

    Duration drainDeadline() {
        return drainDeadline;
    }
}
