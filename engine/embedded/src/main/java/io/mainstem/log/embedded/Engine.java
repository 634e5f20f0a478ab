package io.mainstem.log.embedded;

import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** The parts of an open log that its producers, consumers and administration share. */
record Engine(
        LogState state,
        Committer committer,
        Checkpointer checkpointer,
        DiskBudget budget,
        Compaction compaction,
        Groups groups,
        Worker worker,
        Clock clock,
        LongSupplier ticker)
        implements LogFuture.Helper {

    /** Brings a change in, which the writer thread commits unless somebody who waits for it is faster. */
    void enqueue(Commit commit) {
        checkpointer.beforeAppend();
        committer.enqueue(commit);
        write();
    }

    /** Sees to it that what is in the queue is committed. */
    void write() {
        if (!worker.isRunning()) {
            committer.lead();
        } else if (!committer.isLed()) {
            worker.wake();
        }
    }

    @Override
    public void help(CompletableFuture<?> future) {
        committer.lead(future::isDone);
    }

    /**
     * Appends one batch that was encoded elsewhere, checked against what the partition knows of its producer.
     *
     * @return the offset of its first record, also when it is there already; fails with
     *     {@link io.mainstem.log.OutOfOrderSequenceException} or {@link io.mainstem.log.FencedException}
     */
    CompletableFuture<Long> append(PartitionLog partition, byte[] batch) {
        LogFuture<Long> firstOffset = new LogFuture<>(this);
        enqueue(new BatchAppend(partition, batch, clock.millis(), firstOffset));
        return firstOffset;
    }

    /** The sequence that the next batch of a producer must have in a partition. */
    int nextSequence(PartitionLog partition, LogState.ProducerIdentity producer) {
        return committer.exclusively(() -> partition.producers.nextSequence(producer.producerId(), producer.epoch()));
    }

    /** Brings a change in and waits for its end. */
    void submitAndWait(StateChange change) {
        checkpointer.beforeAppend();
        committer.submit(change);
        change.await();
    }
}
