package io.mainstem.log.embedded;

import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import io.mainstem.log.TransactionAbortedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A transaction, which is in memory until its commit. One thread at a time. */
final class OpenTransaction implements Transaction {
    private final Engine engine;
    private final TransactionalProducer producer;
    private final int failuresBefore;
    private final Map<TopicPartition, Commit.Piece> pieces = new HashMap<>();
    private final List<Commit.Piece> order = new ArrayList<>();
    private final Map<String, GroupOffsets> offsets = new HashMap<>();
    private TopicPartition lastName = new TopicPartition("", 0);
    private Commit.@Nullable Piece lastPiece;
    private long bytes;
    private int records;
    private boolean ended;

    OpenTransaction(Engine engine, TransactionalProducer producer, int failuresBefore) {
        this.engine = engine;
        this.producer = producer;
        this.failuresBefore = failuresBefore;
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
            piece = new Commit.Piece(partition, producer.encoder(partition));
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

    private void checkOpen() {
        if (ended) {
            throw new IllegalStateException("the transaction is already committed or aborted");
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
        engine.submit(entry);
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
        final CompletableFuture<Map<TopicPartition, Long>> future = new CompletableFuture<>();
        private final Map<TopicPartition, Long> ends = new HashMap<>();

        @Override
        @Nullable
        LogException refusal() {
            LogException fenced = producer.fenced();
            if (fenced != null) {
                return fenced;
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
