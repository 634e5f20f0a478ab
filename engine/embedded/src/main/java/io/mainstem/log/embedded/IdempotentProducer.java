package io.mainstem.log.embedded;

import io.mainstem.log.Headers;
import io.mainstem.log.InvalidRecordException;
import io.mainstem.log.LogException;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import io.mainstem.log.TransactionAbortedException;
import io.mainstem.log.embedded.LogState.ProducerIdentity;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The producer without transactions. Records gather in one batch for each partition, which the log's writer thread sends
 * when its linger time is over; while a force is under way, more records gather, so that a busy producer sends big
 * batches without any linger.
 *
 * <p>Its monitor guards all fields; it is never held while a batch is written.
 */
final class IdempotentProducer implements Producer {
    /** The bytes that wait or are under way; {@code buffer.memory}. */
    private static final long UNSENT_BYTES_MAX = 32L << 20;

    private static final byte[] NONE = {};

    private final Engine engine;
    private final ProducerIdentity identity;
    private final ProducerOptions options;
    private final EncoderPool encoders = new EncoderPool();
    private final Map<PartitionLog, Batch> open = new LinkedHashMap<>();
    private final Map<PartitionLog, Integer> sequences = new LinkedHashMap<>();
    private long unsentBytes;
    private int underWay;
    private volatile int failures;
    private volatile boolean closed;

    IdempotentProducer(Engine engine, ProducerIdentity identity, ProducerOptions options) {
        this.engine = engine;
        this.identity = identity;
        this.options = options;
    }

    @Override
    public CompletableFuture<Long> send(
            TopicPartition name, long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        if (closed) {
            throw new IllegalStateException("the producer is closed");
        }
        engine.committer().checkOpen();
        PartitionLog partition = engine.state().partition(name);
        if (partition == null) {
            throw new TopicNotFoundException("partition " + name + " does not exist");
        }
        engine.budget().awaitRoom(options, this::ended);
        CompletableFuture<Long> future = new CompletableFuture<>();
        engine.checkpointer().beforeAppend();
        try {
            add(partition, timestamp, key, value, headers, future);
        } catch (RecordTooLargeException | InvalidRecordException e) {
            future.completeExceptionally(e);
            return future;
        }
        if (engine.worker().isRunning()) {
            engine.worker().wake();
        } else {
            sendDue(System.nanoTime());
            engine.committer().lead();
        }
        return future;
    }

    private @Nullable RuntimeException ended() {
        return closed
                ? new IllegalStateException("the producer is closed")
                : engine.committer().stopped();
    }

    private synchronized void add(
            PartitionLog partition,
            long timestamp,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            CompletableFuture<Long> future) {
        int keyLength = key == null ? -1 : key.length;
        int valueLength = value == null ? -1 : value.length;
        waitForMemory();
        Batch batch = open.get(partition);
        if (batch == null) {
            batch = new Batch(partition);
            open.put(partition, batch);
        }
        int size = batch.batches.sizeOf(keyLength, valueLength, headers);
        try {
            RecordLimits.check(partition.name, partition.settings(), keyLength, size);
        } finally {
            if (batch.futures.isEmpty()) {
                open.remove(partition);
            }
        }
        if (batch.batches.length() > 0 && batch.batches.length() + size > options.batchBytes()) {
            close(batch);
            open.remove(partition);
            batch = new Batch(partition);
        }
        open.put(partition, batch);
        int before = batch.batches.uncompressedLength();
        batch.batches.append(
                timestamp,
                key == null ? NONE : key,
                0,
                keyLength,
                value == null ? NONE : value,
                0,
                valueLength,
                headers);
        unsentBytes += batch.batches.uncompressedLength() - before;
        batch.futures.add(future);
    }

    private void waitForMemory() {
        boolean interrupted = false;
        while (unsentBytes > UNSENT_BYTES_MAX && engine.worker().isRunning() && !closed) {
            engine.worker().wake();
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Puts the batches whose time has come into the queue, and says in how many nanoseconds the next one's will. */
    synchronized long sendDue(long now) {
        long next = Long.MAX_VALUE;
        for (Iterator<Batch> batches = open.values().iterator(); batches.hasNext(); ) {
            Batch batch = batches.next();
            long left = batch.deadline - now;
            if (left <= 0) {
                batches.remove();
                close(batch);
            } else {
                next = Math.min(next, left);
            }
        }
        return next;
    }

    private void close(Batch batch) {
        batch.batches.finish(engine.clock().millis());
        sequences.put(batch.partition, batch.batches.nextSequence());
        underWay++;
        engine.committer().enqueue(batch);
    }

    @Override
    public void flush() {
        List<CompletableFuture<Long>> waiting = new ArrayList<>();
        synchronized (this) {
            for (Batch batch : open.values()) {
                waiting.addAll(batch.futures);
                close(batch);
            }
            open.clear();
        }
        engine.committer().lead();
        waitUntilSent();
        waiting.forEach(StateChange::waitFor);
    }

    private synchronized void waitUntilSent() {
        boolean interrupted = false;
        while (underWay > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Transaction begin() {
        throw new IllegalStateException("the producer has no transactional id; open one with it");
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        engine.groups().remove(this);
        try {
            flush();
        } catch (LogException e) {
            // Each record's own future told the failure to the one who sent it.
            encoders.clear();
        }
        encoders.clear();
    }

    /** One record batch. */
    private final class Batch extends Commit {
        final PartitionLog partition;
        final BatchEncoder batches = encoders.take();
        final List<CompletableFuture<Long>> futures = new ArrayList<>();
        final long deadline = System.nanoTime() + options.linger().toNanos();
        private final int failuresBefore = failures;
        private final List<Piece> pieces;
        private long nextOffset;

        Batch(PartitionLog partition) {
            this.partition = partition;
            this.pieces = List.of(new Piece(partition, batches));
            int sequence = sequences.getOrDefault(partition, 0);
            batches.reset(
                    8 << 20,
                    partition.appendTime(),
                    partition.settings().compression(),
                    false,
                    identity.producerId(),
                    identity.epoch(),
                    sequence);
        }

        @Override
        @Nullable
        LogException refusal() {
            return failures == failuresBefore
                    ? null
                    : new TransactionAbortedException(
                            "the record was not appended, because an earlier one of the producer failed");
        }

        @Override
        List<Piece> pieces() {
            return pieces;
        }

        @Override
        void staged(int piece, long next) {
            nextOffset = next;
        }

        @Override
        long bytes() {
            return batches.length();
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate")
        void rejected() {
            failures++;
        }

        @Override
        void completed() {
            long offset = nextOffset - futures.size();
            release();
            for (CompletableFuture<Long> future : futures) {
                future.complete(offset++);
            }
        }

        @Override
        void failed(LogException cause) {
            release();
            futures.forEach(future -> future.completeExceptionally(cause));
        }

        private void release() {
            synchronized (IdempotentProducer.this) {
                unsentBytes -= batches.uncompressedLength();
                underWay--;
                IdempotentProducer.this.notifyAll();
            }
            encoders.give(batches);
        }
    }
}
