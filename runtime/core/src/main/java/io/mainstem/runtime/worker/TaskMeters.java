package io.mainstem.runtime.worker;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of a source or a sink for monitoring. Written by its own thread, read by any. */
public final class TaskMeters {

    private final LongAdder retries = new LongAdder();
    private final Histogram batches = new Histogram();
    private final Histogram commits = new Histogram();

    TaskMeters() {}

    /** How often it failed and was tried again. */
    public long retries() {
        return retries.sum();
    }

    /** How long the connector took for a batch: a source to read it, a sink to take it. */
    public Histogram batches() {
        return batches;
    }

    /** How long it took until a batch was safe: for a source in the log, for a sink in the target. */
    public Histogram commits() {
        return commits;
    }

    void retried() {
        retries.increment();
    }
}
