package io.mainstem.log;

import java.time.Duration;
import java.util.Optional;

/** What a producer is opened with. Immutable. */
public final class ProducerOptions {
    private static final Duration MAX_BLOCK = Duration.ofMinutes(1);

    private final Optional<String> transactionalId;
    private final int batchBytes;
    private final Duration linger;
    private final Duration maxBlock;
    private final boolean reserve;

    private ProducerOptions(
            Optional<String> transactionalId, int batchBytes, Duration linger, Duration maxBlock, boolean reserve) {
        this.transactionalId = transactionalId;
        this.batchBytes = batchBytes;
        this.linger = linger;
        this.maxBlock = maxBlock;
        this.reserve = reserve;
    }

    /** A producer without transactions: idempotent, batches of 16 KiB, no linger. */
    public static ProducerOptions idempotent() {
        return new ProducerOptions(Optional.empty(), 16 << 10, Duration.ZERO, MAX_BLOCK, false);
    }

    /** A producer whose every append belongs to a transaction; one live producer for each id. */
    public static ProducerOptions transactional(String transactionalId) {
        return new ProducerOptions(Optional.of(transactionalId), 256 << 10, Duration.ZERO, MAX_BLOCK, false);
    }

    /** The same with batches closed at this size, 1 KiB to 8 MiB; {@code batch.size}. */
    public ProducerOptions withBatchBytes(int value) {
        if (value < 1 << 10 || value > 8 << 20) {
            throw new IllegalArgumentException("the batch size is " + value + " bytes; it must be from 1 KiB to 8 MiB");
        }
        return new ProducerOptions(transactionalId, value, linger, maxBlock, reserve);
    }

    /** The same, waiting this long for more records before a batch that is not full is sent; {@code linger.ms}. */
    public ProducerOptions withLinger(Duration value) {
        return new ProducerOptions(transactionalId, batchBytes, value, maxBlock, reserve);
    }

    /**
     * The same, waiting at most this long for room when the log is paused ({@link DiskUsage}), before a call fails with
     * {@link DiskBudgetException}; {@code max.block.ms}, 1 minute unless said otherwise.
     */
    public ProducerOptions withMaxBlock(Duration value) {
        return new ProducerOptions(transactionalId, batchBytes, linger, value, reserve);
    }

    /**
     * The same for records that must not wait for room: positions, schemas, dead letters. The log keeps a reserve for them,
     * which is not large.
     */
    public ProducerOptions withReserve() {
        return new ProducerOptions(transactionalId, batchBytes, linger, maxBlock, true);
    }

    /** The transactional id, if it is a transactional producer. */
    public Optional<String> transactionalId() {
        return transactionalId;
    }

    /** The size at which a record batch is closed, in bytes. */
    public int batchBytes() {
        return batchBytes;
    }

    /** How long an unfilled batch waits. */
    public Duration linger() {
        return linger;
    }

    /** How long a call waits for room. */
    public Duration maxBlock() {
        return maxBlock;
    }

    /** Whether it appends also when the log is paused. */
    public boolean reserve() {
        return reserve;
    }
}
