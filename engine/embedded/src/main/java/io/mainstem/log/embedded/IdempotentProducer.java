package io.mainstem.log.embedded;

import io.mainstem.log.BufferExhaustedException;
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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The producer without transactions. Records gather in one batch for each partition, which the log's writer thread sends
 * when its linger time is over; while a force is under way, more records gather, so that a busy producer sends big
 * batches without any linger. Who waits for a record sends its batch himself.
 *
 * <p>Batches with their arrays are used again, so that a record costs no memory. The monitor guards all fields; it is never
 * held while a batch is written, and comes before the append lock.
 */
final class IdempotentProducer implements Producer, LogFuture.Helper {
    private static final byte[] NONE = {};
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Engine engine;
    private final ProducerIdentity identity;
    private final ProducerOptions options;
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();
    private final List<Batch> open = new ArrayList<>();
    private final Deque<Batch> free = new ArrayDeque<>();
    private final BatchEncoder sizes = new BatchEncoder();
    private final Supplier<@Nullable RuntimeException> ended = this::ended;
    private @Nullable Lane lastLane;
    private long freeBytes;
    private long unsentBytes;
    private int underWay;
    private @Nullable LogException firstFailure;
    private volatile int failures;
    private volatile boolean closed;
    private volatile boolean abandoned;

    IdempotentProducer(Engine engine, ProducerIdentity identity, ProducerOptions options) {
        this.engine = engine;
        this.identity = identity;
        this.options = options;
    }

    /** A partition that this producer writes to. */
    private static final class Lane {
        final TopicPartition name;
        final PartitionLog partition;
        int sequence;
        int failuresSeen;

        @Nullable
        Batch batch;

        Lane(TopicPartition name, PartitionLog partition, int failures) {
            this.name = name;
            this.partition = partition;
            this.failuresSeen = failures;
        }
    }

    @Override
    public CompletableFuture<Long> send(
            TopicPartition name, long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        CompletableFuture<Long> future = new LogFuture<>(this);
        try {
            append(
                    name,
                    timestamp,
                    key == null ? NONE : key,
                    0,
                    key == null ? -1 : key.length,
                    value == null ? NONE : value,
                    0,
                    value == null ? -1 : value.length,
                    headers,
                    future);
        } catch (RecordTooLargeException | InvalidRecordException | BufferExhaustedException e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    private @Nullable RuntimeException ended() {
        return closed
                ? new IllegalStateException("the producer is closed")
                : engine.committer().stopped();
    }

    @Override
    public void append(
            TopicPartition name,
            long timestamp,
            byte[] key,
            int keyOffset,
            int keyLength,
            byte[] value,
            int valueOffset,
            int valueLength,
            Headers headers) {
        append(name, timestamp, key, keyOffset, keyLength, value, valueOffset, valueLength, headers, null);
    }

    private void append(
            TopicPartition name,
            long timestamp,
            byte[] key,
            int keyOffset,
            int keyLength,
            byte[] value,
            int valueOffset,
            int valueLength,
            Headers headers,
            @Nullable CompletableFuture<Long> future) {
        RecordLimits.checkRanges(key, keyOffset, keyLength, value, valueOffset, valueLength);
        engine.committer().checkOpen();
        engine.budget().awaitRoom(options, ended);
        engine.checkpointer().beforeAppend();
        boolean full;
        synchronized (this) {
            checkNotClosed();
            Lane lane = lane(name);
            Batch filled = lane.batch;
            Batch batch = batchFor(lane, keyLength, valueLength, headers);
            full = filled != null && filled != batch;
            int before = batch.encoder.uncompressedLength();
            batch.encoder.append(timestamp, key, keyOffset, keyLength, value, valueOffset, valueLength, headers);
            unsentBytes += batch.encoder.uncompressedLength() - before;
            batch.count(future);
            if (batch.encoder.length() >= options.batchBytes()) {
                open.remove(batch);
                close(batch);
                full = true;
            }
        }
        if (!engine.worker().isRunning()) {
            sendDue(System.nanoTime());
            engine.committer().lead();
        } else if (full) {
            engine.write();
        }
    }

    private void checkNotClosed() {
        if (closed) {
            throw new IllegalStateException("the producer is closed");
        }
    }

    @SuppressWarnings("ReferenceEquality") // most callers pass the same instance again
    private Lane lane(TopicPartition name) {
        Lane last = lastLane;
        if (last != null && (name == last.name || name.equals(last.name)) && !last.partition.isDeleted()) {
            return last;
        }
        Lane lane = lanes.get(name);
        if (lane == null || lane.partition.isDeleted()) {
            PartitionLog partition = engine.state().partition(name);
            if (partition == null) {
                throw new TopicNotFoundException("partition " + name + " does not exist");
            }
            lane = new Lane(name, partition, failures);
            lanes.put(name, lane);
        }
        lastLane = lane;
        return lane;
    }

    /** The batch that takes the record: the open one, or the next when the record does not fit. */
    private Batch batchFor(Lane lane, int keyLength, int valueLength, Headers headers) {
        int size = sizes.sizeOf(keyLength, valueLength, headers);
        RecordLimits.check(lane.name, lane.partition.settings(), keyLength, size);
        awaitMemory(size);
        Batch batch = lane.batch;
        if (batch != null && batch.encoder.length() + size > options.batchBytes()) {
            open.remove(batch);
            close(batch);
            batch = null;
        }
        return batch == null ? open(lane) : batch;
    }

    private Batch open(Lane lane) {
        Batch batch = take(lane);
        lane.batch = batch;
        open.add(batch);
        engine.worker().wake();
        return batch;
    }

    private Batch take(Lane lane) {
        Batch batch = free.pollLast();
        if (batch == null) {
            batch = new Batch();
        } else {
            freeBytes -= batch.encoder.array().length;
        }
        batch.begin(lane);
        return batch;
    }

    private void give(Batch batch) {
        long size = batch.encoder.array().length;
        if (freeBytes + size <= options.bufferBytes() && !closed) {
            freeBytes += size;
            free.addLast(batch);
        }
    }

    private void awaitMemory(int size) {
        if (unsentBytes == 0 || unsentBytes + size <= options.bufferBytes()) {
            return;
        }
        long deadline = deadline(options.maxBlock());
        closeAll();
        engine.worker().wake();
        boolean interrupted = false;
        while (unsentBytes > 0 && unsentBytes + size > options.bufferBytes() && !closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            interrupted |= pause(left);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        checkNotClosed();
        if (unsentBytes > 0 && unsentBytes + size > options.bufferBytes()) {
            throw new BufferExhaustedException("no memory for a record of " + size + " bytes within "
                    + options.maxBlock() + ": " + unsentBytes + " of " + options.bufferBytes()
                    + " bytes (buffer.memory) wait for the disk; send more slowly, or give the producer more memory");
        }
    }

    private static long deadline(Duration wait) {
        return System.nanoTime() + (wait.compareTo(FOR_EVER) > 0 ? FOR_EVER : wait).toNanos();
    }

    /** Waits for a batch to end; true when the thread was interrupted. */
    @SuppressWarnings("WaitNotInLoop") // the callers loop
    private boolean pause(long nanos) {
        try {
            wait(Math.min(nanos, Long.MAX_VALUE / 2) / 1_000_000, (int) (nanos % 1_000_000));
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Puts the batches whose time has come into the queue, and says in how many nanoseconds the next one's will. */
    synchronized long sendDue(long now) {
        if (options.linger().isZero()) {
            closeAll();
            return Long.MAX_VALUE;
        }
        long next = Long.MAX_VALUE;
        for (int i = 0; i < open.size(); i++) {
            Batch batch = open.get(i);
            long left = batch.deadline - now;
            if (left <= 0) {
                close(batch);
                open.remove(i--);
            } else {
                next = Math.min(next, left);
            }
        }
        return next;
    }

    private void closeAll() {
        for (int i = 0; i < open.size(); i++) {
            close(open.get(i));
        }
        open.clear();
    }

    private void close(Batch batch) {
        batch.encoder.finish(engine.clock().millis());
        batch.lane().sequence = batch.encoder.nextSequence();
        batch.lane().batch = null;
        underWay++;
        engine.committer().enqueue(batch);
    }

    @Override
    public void help(CompletableFuture<?> future) {
        sendDue(System.nanoTime());
        engine.committer().lead(future::isDone);
    }

    @Override
    public void flush() {
        synchronized (this) {
            closeAll();
        }
        engine.committer().lead(this::isAllSent);
        awaitSent(deadline(FOR_EVER));
        LogException failure;
        synchronized (this) {
            failure = firstFailure;
            firstFailure = null;
        }
        if (failure != null) {
            throw failure;
        }
    }

    private synchronized boolean isAllSent() {
        return underWay == 0;
    }

    /** False when the time was over before the end. */
    private synchronized boolean awaitSent(long deadline) {
        boolean interrupted = false;
        long left = deadline - System.nanoTime();
        while (underWay > 0 && left > 0) {
            interrupted |= pause(left);
            left = deadline - System.nanoTime();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return underWay == 0;
    }

    @Override
    public Transaction begin() {
        throw new IllegalStateException("the producer has no transactional id; open one with it");
    }

    @Override
    public void close() {
        close(FOR_EVER);
    }

    @Override
    public void close(Duration deadline) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            closeAll();
        }
        engine.groups().remove(this);
        engine.write();
        // Failures are not thrown: a record's own future told them, or the flush before did.
        abandoned = !awaitSent(deadline(deadline));
        synchronized (this) {
            free.clear();
            lanes.clear();
            lastLane = null;
        }
    }

    /** One record batch; used again and again, for one partition after the other. */
    private final class Batch extends Commit {
        final BatchEncoder encoder = new BatchEncoder();
        private final List<@Nullable CompletableFuture<Long>> futures = new ArrayList<>();
        private List<Piece> pieces = List.of();
        private @Nullable Lane lane;
        private long deadline;
        private int failuresBefore;
        private int records;
        private long nextOffset;

        void begin(Lane next) {
            if (next.failuresSeen != failures) {
                // What was numbered since the failure is not in the log: the numbers are used again.
                next.failuresSeen = failures;
                next.sequence = engine.nextSequence(next.partition, identity);
            }
            lane = next;
            failuresBefore = next.failuresSeen;
            records = 0;
            pieces = List.of(new Piece(next.partition, encoder));
            deadline = options.linger().isZero()
                    ? 0
                    : System.nanoTime() + options.linger().toNanos();
            encoder.reset(
                    8 << 20,
                    next.partition.appendTime(),
                    next.partition.settings().compression(),
                    false,
                    identity.producerId(),
                    identity.epoch(),
                    next.sequence);
        }

        Lane lane() {
            return Objects.requireNonNull(lane);
        }

        /** One more record, whose sender wants to know, or not. */
        void count(@Nullable CompletableFuture<Long> future) {
            if (future != null) {
                while (futures.size() < records) {
                    futures.add(null);
                }
                futures.add(future);
            }
            records++;
        }

        @Override
        @Nullable
        LogException refusal() {
            if (abandoned) {
                return new TransactionAbortedException(
                        "the record was not appended, because the producer was closed and the time for that was over");
            }
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
            return encoder.length();
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate")
        void rejected() {
            failures++;
        }

        @Override
        void completed() {
            long offset = nextOffset - records;
            for (int i = 0; i < futures.size(); i++) {
                CompletableFuture<Long> future = futures.get(i);
                if (future != null) {
                    future.complete(offset + i);
                }
            }
            end(null);
        }

        @Override
        void failed(LogException cause) {
            for (int i = 0; i < futures.size(); i++) {
                CompletableFuture<Long> future = futures.get(i);
                if (future != null) {
                    future.completeExceptionally(cause);
                }
            }
            end(cause);
        }

        private void end(@Nullable LogException failure) {
            futures.clear();
            synchronized (IdempotentProducer.this) {
                if (firstFailure == null) {
                    firstFailure = failure;
                }
                unsentBytes -= encoder.uncompressedLength();
                underWay--;
                give(this);
                IdempotentProducer.this.notifyAll();
            }
        }
    }
}
