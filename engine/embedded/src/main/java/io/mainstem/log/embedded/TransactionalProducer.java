package io.mainstem.log.embedded;

import io.mainstem.log.FencedException;
import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import io.mainstem.log.embedded.LogState.ProducerIdentity;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The producer of a transactional id. One thread at a time. */
final class TransactionalProducer implements Producer {
    /** The commits of one producer that may be under way. */
    private static final int IN_FLIGHT_MAX = 4;

    private final Engine engine;
    private final String transactionalId;
    private final ProducerIdentity identity;
    private final ProducerOptions options;
    private final EncoderPool encoders = new EncoderPool();
    private final Map<PartitionLog, Integer> sequences = new HashMap<>();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private volatile int failures;
    private @Nullable OpenTransaction current;
    private volatile boolean closed;

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
    public void flush() {
        inFlight.acquireUninterruptibly(IN_FLIGHT_MAX);
        inFlight.release(IN_FLIGHT_MAX);
    }

    private @Nullable RuntimeException ended() {
        return closed
                ? new IllegalStateException("the producer of transactional id '" + transactionalId + "' is closed")
                : engine.committer().stopped();
    }

    @Override
    public Transaction begin() {
        if (closed) {
            throw new IllegalStateException("the producer of transactional id '" + transactionalId + "' is closed");
        }
        engine.committer().checkOpen();
        OpenTransaction before = current;
        if (before != null && !before.hasEnded()) {
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

    BatchEncoder encoder(PartitionLog partition) {
        BatchEncoder encoder = encoders.take();
        int sequence = sequences.getOrDefault(partition, 0);
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
        closed = true;
        OpenTransaction open = current;
        if (open != null) {
            open.abort();
        }
        flush();
        encoders.clear();
    }
}
