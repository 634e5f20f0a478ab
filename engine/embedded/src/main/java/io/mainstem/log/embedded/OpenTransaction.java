package io.mainstem.log.embedded;

import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import io.mainstem.log.TransactionAbortedException;
import io.mainstem.log.TransactionTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A transaction, which is in memory until its commit. One thread at a time, but for {@link #checkTimeout}. */
final class OpenTransaction implements Transaction {
    private final Engine engine;
    private final TransactionalProducer producer;
    private final int failuresBefore;
    private final Map<TopicPartition, Commit.Piece> pieces = new HashMap<>();
    private final List<Commit.Piece> order = new ArrayList<>();
    private final Map<String, GroupOffsets> offsets = new HashMap<>();
    private final Map<GroupMember, Set<PartitionLog>> members = new HashMap<>();
    private final long begun;
    private TopicPartition lastName = new TopicPartition("", 0);
    private Commit.@Nullable Piece lastPiece;
    private long bytes;
    private int records;
    private volatile boolean ended;
    private volatile boolean timedOut;

    OpenTransaction(Engine engine, TransactionalProducer producer, int failuresBefore) {
        this.engine = engine;
        this.producer = producer;
        this.failuresBefore = failuresBefore;
        this.begun = engine.ticker().getAsLong();
    }

    /** Aborts it when it is open for too long; the log's watch calls it, and the owner hears of it at its next call. */
    void checkTimeout(long now) {
        if (!ended && now - begun >= producer.timeoutNanos()) {
            timedOut = true;
        }
    }

    boolean hasEnded() {
        return ended;
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
        checkOpen();
        RecordLimits.checkRanges(key, keyOffset, keyLength, value, valueOffset, valueLength);
        Commit.Piece piece = piece(partition);
        BatchEncoder batches = piece.batches();
        int size = batches.sizeOf(keyLength, valueLength, headers);
        RecordLimits.check(partition, piece.partition().settings(), keyLength, size);
        if (bytes + size + RecordBatch.HEADER > BYTES_MAX) {
            throw new RecordTooLargeException("the transaction has " + bytes + " bytes and a record of " + size
                    + " bytes is over its limit of " + BYTES_MAX + "; commit it in smaller parts");
        }
        int before = batches.uncompressedLength();
        batches.append(timestamp, key, keyOffset, keyLength, value, valueOffset, valueLength, headers);
        bytes += batches.uncompressedLength() - before;
        records++;
    }

    @SuppressWarnings("ReferenceEquality") // most callers pass the same instance again
    private Commit.Piece piece(TopicPartition name) {
        Commit.Piece last = lastPiece;
        if (last != null && (name == lastName || name.equals(lastName))) {
            return last;
        }
        Commit.Piece piece = pieces.get(name);
        if (piece == null) {
            PartitionLog partition = engine.state().partition(name);
            if (partition == null) {
                throw new TopicNotFoundException("partition " + name + " does not exist");
            }
            piece = new Commit.Piece(partition, producer.encoder(partition, failuresBefore));
            pieces.put(name, piece);
            order.add(piece);
        }
        lastName = name;
        lastPiece = piece;
        return piece;
    }

    @Override
    public void commitOffsets(String group, Map<TopicPartition, OffsetAndMetadata> moves) {
        checkOpen();
        offsets.computeIfAbsent(group, name -> new GroupOffsets(engine.state(), name))
                .add(moves);
    }

    @Override
    public void commitOffsets(GroupConsumer consumer, Map<TopicPartition, OffsetAndMetadata> moves) {
        if (!(consumer instanceof GroupMember member) || !member.isOf(engine)) {
            throw new IllegalArgumentException("the consumer is not of this log");
        }
        Set<PartitionLog> partitions = member.partitions(moves.keySet());
        commitOffsets(member.groupName(), moves);
        members.computeIfAbsent(member, one -> new HashSet<>()).addAll(partitions);
    }

    private void checkOpen() {
        if (ended) {
            throw new IllegalStateException("the transaction is already committed or aborted");
        }
        throwTimeout();
    }

    /** Tells the owner, once, that the log aborted it. */
    void throwTimeout() {
        if (timedOut && !ended) {
            abort();
            throw new TransactionTimeoutException("the transaction was open for longer than " + producer.timeout()
                    + " and was aborted; nothing of it is"
                    + " in the log, append it again in a new one, in smaller parts or with a longer timeout");
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public int records() {
        return records;
    }

    @Override
    public CompletableFuture<Map<TopicPartition, Long>> commit() {
        checkTimeout(engine.ticker().getAsLong());
        checkOpen();
        ended = true;
        order.removeIf(piece -> piece.batches().records() == 0);
        long now = engine.clock().millis();
        for (Commit.Piece piece : order) {
            piece.batches().finish(now);
            piece.batches().commitMarker(now);
            producer.sequenceAfter(piece.partition(), piece.batches().nextSequence());
        }
        Entry entry = new Entry();
        producer.commitBegins();
        engine.enqueue(entry);
        return entry.future;
    }

    @Override
    public void abort() {
        if (ended) {
            return;
        }
        ended = true;
        order.forEach(piece -> producer.giveBack(piece.batches()));
    }

    /** The transaction on its way into the log. */
    private final class Entry extends Commit {
        final CompletableFuture<Map<TopicPartition, Long>> future = new LogFuture<>(engine);
        private final Map<TopicPartition, Long> ends = new HashMap<>();

        @Override
        @Nullable
        LogException refusal() {
            LogException fenced = producer.fenced();
            if (fenced != null) {
                return fenced;
            }
            for (Map.Entry<GroupMember, Set<PartitionLog>> entry : members.entrySet()) {
                fenced = entry.getKey().fenced(entry.getValue());
                if (fenced != null) {
                    return fenced;
                }
            }
            return producer.failures() == failuresBefore
                    ? null
                    : new TransactionAbortedException(
                            "nothing was committed, because an earlier transaction of the producer failed");
        }

        @Override
        List<Piece> pieces() {
            return order;
        }

        @Override
        void staged(int piece, long nextOffset) {
            ends.put(order.get(piece).partition().name, nextOffset);
        }

        @Override
        long bytes() {
            long sum = OpenTransaction.this.bytes;
            for (GroupOffsets group : offsets.values()) {
                sum += group.bytes();
            }
            return sum;
        }

        @Override
        void encode(Frame frame) {
            offsets.values().forEach(group -> group.encode(frame));
        }

        @Override
        void apply() {
            offsets.values().forEach(GroupOffsets::apply);
            producer.used();
        }

        @Override
        void rejected() {
            producer.commitFailed();
        }

        @Override
        void completed() {
            release();
            future.complete(Map.copyOf(ends));
        }

        @Override
        void failed(LogException cause) {
            release();
            future.completeExceptionally(cause);
        }

        private void release() {
            order.forEach(piece -> producer.giveBack(piece.batches()));
            producer.commitEnded();
        }
    }
}
