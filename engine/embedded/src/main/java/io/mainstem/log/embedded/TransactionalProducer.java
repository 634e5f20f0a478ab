package io.mainstem.log.embedded;

import io.mainstem.log.FencedException;
import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import io.mainstem.log.TransactionAbortedException;
import io.mainstem.log.embedded.LogState.ProducerIdentity;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The producer of a transactional id. One thread at a time, but for {@link #checkTimeout}. */
final class TransactionalProducer implements Producer {
    /** The commits of one producer that may be under way. */
    private static final int IN_FLIGHT_MAX = 4;

    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Engine engine;
    private final String transactionalId;
    private final ProducerIdentity identity;
    private final ProducerOptions options;
    private final EncoderPool encoders = new EncoderPool();
    private final Map<PartitionLog, Integer> sequences = new HashMap<>();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private volatile int failures;
    private int sequencesOf;
    private volatile @Nullable OpenTransaction current;
    private volatile boolean closed;
    private volatile boolean abandoned;

    TransactionalProducer(Engine engine, String transactionalId, ProducerIdentity identity, ProducerOptions options) {
        this.engine = engine;
        this.transactionalId = transactionalId;
        this.identity = identity;
        this.options = options;
    }

    @Override
    public CompletableFuture<Long> send(
            TopicPartition partition, long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        throw new IllegalStateException(
                "the producer of transactional id '" + transactionalId + "' appends in transactions only; use begin()");
    }

    @Override
    public void append(
            TopicPartition partition,
            long timestamp,
            byte[] key,
            int keyOffset,
            int keyLength,
            byte[] value,
            int valueOffset,
            int valueLength,
            Headers headers) {
        throw new IllegalStateException(
                "the producer of transactional id '" + transactionalId + "' appends in transactions only; use begin()");
    }

    @Override
    public void flush() {
        inFlight.acquireUninterruptibly(IN_FLIGHT_MAX);
        inFlight.release(IN_FLIGHT_MAX);
    }

    private @Nullable RuntimeException ended() {
        return closed
                ? new IllegalStateException("the producer of transactional id '" + transactionalId + "' is closed")
                : engine.committer().stopped();
    }

    String transactionalId() {
        return transactionalId;
    }

    Duration timeout() {
        return options.transactionTimeout();
    }

    long timeoutNanos() {
        return options.transactionTimeout().toNanos();
    }

    /** Aborts a transaction that is open for too long. Any thread may call it. */
    void checkTimeout(long now) {
        OpenTransaction open = current;
        if (open != null) {
            open.checkTimeout(now);
        }
    }

    /** A commit took effect; called under the append lock. */
    void used() {
        engine.state().idleProducers.used(transactionalId);
    }

    @Override
    public Transaction begin() {
        if (closed) {
            throw new IllegalStateException("the producer of transactional id '" + transactionalId + "' is closed");
        }
        engine.committer().checkOpen();
        OpenTransaction before = current;
        if (before != null && !before.hasEnded()) {
            before.throwTimeout();
            throw new IllegalStateException("the transaction before is neither committed nor aborted");
        }
        LogException fenced = fenced();
        if (fenced != null) {
            throw fenced;
        }
        engine.budget().awaitRoom(options, this::ended);
        OpenTransaction transaction = new OpenTransaction(engine, this, failures);
        current = transaction;
        return transaction;
    }

    /** Why the producer may not go on, or null. */
    @Nullable
    LogException fenced() {
        if (abandoned) {
            return new TransactionAbortedException("nothing was committed, because the producer of transactional id '"
                    + transactionalId + "' was closed and the time for that was over");
        }
        return identity.equals(engine.state().producers().get(transactionalId))
                ? null
                : new FencedException("another producer took over the transactional id '" + transactionalId
                        + "'; this one must stop");
    }

    int failures() {
        return failures;
    }

    /** Called under the append lock. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void commitFailed() {
        failures++;
    }

    void commitBegins() {
        inFlight.acquireUninterruptibly();
    }

    void commitEnded() {
        inFlight.release();
    }

    /**
     * An encoder for a partition.
     *
     * @param failuresBefore the failures when the transaction began
     */
    BatchEncoder encoder(PartitionLog partition, int failuresBefore) {
        if (failuresBefore != sequencesOf) {
            // What was numbered before the failure may not be in the log: the partitions know what is.
            sequences.clear();
            sequencesOf = failuresBefore;
        }
        Integer sequence = sequences.get(partition);
        if (sequence == null) {
            sequence = failuresBefore == 0 ? 0 : engine.nextSequence(partition, identity);
            sequences.put(partition, sequence);
        }
        BatchEncoder encoder = encoders.take();
        encoder.reset(
                options.batchBytes(),
                partition.appendTime(),
                partition.settings().compression(),
                true,
                identity.producerId(),
                identity.epoch(),
                sequence);
        return encoder;
    }

    void sequenceAfter(PartitionLog partition, int sequence) {
        sequences.put(partition, sequence);
    }

    void giveBack(BatchEncoder encoder) {
        encoders.give(encoder);
    }

    @Override
    public void close() {
        close(FOR_EVER);
    }

    @Override
    public void close(Duration deadline) {
        closed = true;
        engine.groups().remove(this);
        OpenTransaction open = current;
        if (open != null) {
            open.abort();
        }
        abandoned = !awaitCommits(deadline);
        encoders.clear();
    }

    private boolean awaitCommits(Duration deadline) {
        long end = System.nanoTime() + (deadline.compareTo(FOR_EVER) > 0 ? FOR_EVER : deadline).toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    boolean all = inFlight.tryAcquire(IN_FLIGHT_MAX, end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (all) {
                        inFlight.release(IN_FLIGHT_MAX);
                    }
                    return all;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
