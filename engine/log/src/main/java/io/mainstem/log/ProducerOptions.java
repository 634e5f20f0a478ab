package io.mainstem.log;

import java.time.Duration;
import java.util.Optional;

/** What a producer is opened with. Immutable. */
public final class ProducerOptions {
    /** The most characters of a transactional id. */
    public static final int TRANSACTIONAL_ID_MAX = 1_024;

    /** The longest {@link #transactionTimeout()}. */
    public static final Duration TRANSACTION_TIMEOUT_MAX = Duration.ofDays(1);

    private static final Duration MAX_BLOCK = Duration.ofMinutes(1);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);
    private static final long BUFFER_BYTES = 32L << 20;

    private final Optional<String> transactionalId;
    private final int batchBytes;
    private final Duration linger;
    private final Duration maxBlock;
    private final long bufferBytes;
    private final Duration transactionTimeout;
    private final boolean reserve;

    private ProducerOptions(
            Optional<String> transactionalId,
            int batchBytes,
            Duration linger,
            Duration maxBlock,
            long bufferBytes,
            Duration transactionTimeout,
            boolean reserve) {
        this.transactionalId = transactionalId;
        this.batchBytes = batchBytes;
        this.linger = linger;
        this.maxBlock = maxBlock;
        this.bufferBytes = bufferBytes;
        this.transactionTimeout = transactionTimeout;
        this.reserve = reserve;
    }

    /** A producer without transactions: idempotent, batches of 16 KiB, no linger. */
    public static ProducerOptions idempotent() {
        return new ProducerOptions(
                Optional.empty(), 16 << 10, Duration.ZERO, MAX_BLOCK, BUFFER_BYTES, TRANSACTION_TIMEOUT, false);
    }

    /** A producer whose every append belongs to a transaction; one live producer for each id. */
    public static ProducerOptions transactional(String transactionalId) {
        if (transactionalId.isEmpty() || transactionalId.length() > TRANSACTIONAL_ID_MAX) {
            throw new IllegalArgumentException("the transactional id has " + transactionalId.length()
                    + " characters; it must have from 1 to " + TRANSACTIONAL_ID_MAX);
        }
        return new ProducerOptions(
                Optional.of(transactionalId),
                256 << 10,
                Duration.ZERO,
                MAX_BLOCK,
                BUFFER_BYTES,
                TRANSACTION_TIMEOUT,
                false);
    }

    /** The same with batches closed at this size, 1 KiB to 8 MiB; {@code batch.size}. */
    public ProducerOptions withBatchBytes(int value) {
        if (value < 1 << 10 || value > 8 << 20) {
            throw new IllegalArgumentException("the batch size is " + value + " bytes; it must be from 1 KiB to 8 MiB");
        }
        return new ProducerOptions(transactionalId, value, linger, maxBlock, bufferBytes, transactionTimeout, reserve);
    }

    /** The same, waiting this long for more records before a batch that is not full is sent; {@code linger.ms}. */
    public ProducerOptions withLinger(Duration value) {
        return new ProducerOptions(
                transactionalId, batchBytes, value, maxBlock, bufferBytes, transactionTimeout, reserve);
    }

    /**
     * The same, waiting at most this long for memory before a call fails with {@link BufferExhaustedException}, and for room
     * on the disk when the log is full ({@link DiskUsage}) before it fails with {@link DiskBudgetException};
     * {@code max.block.ms}, 1 minute unless said otherwise.
     */
    public ProducerOptions withMaxBlock(Duration value) {
        return new ProducerOptions(
                transactionalId, batchBytes, linger, value, bufferBytes, transactionTimeout, reserve);
    }

    /**
     * The same with at most this many bytes of records that are not acknowledged yet, 64 KiB to 4 GiB;
     * {@code buffer.memory}, 32 MiB unless said otherwise. A larger record goes alone. A transaction has a limit of its own,
     * {@link Transaction#BYTES_MAX}.
     */
    public ProducerOptions withBufferBytes(long value) {
        if (value < 64 << 10 || value > 4L << 30) {
            throw new IllegalArgumentException(
                    "the memory of the producer is " + value + " bytes; it must be from 64 KiB to 4 GiB");
        }
        return new ProducerOptions(transactionalId, batchBytes, linger, maxBlock, value, transactionTimeout, reserve);
    }

    /**
     * The same with transactions that the log aborts when they are open for longer, 1 millisecond to 1 day;
     * {@code transaction.timeout.ms}, 1 minute unless said otherwise.
     */
    public ProducerOptions withTransactionTimeout(Duration value) {
        return new ProducerOptions(
                transactionalId,
                batchBytes,
                linger,
                maxBlock,
                bufferBytes,
                ConsumerOptions.inRange("transaction timeout", value, TRANSACTION_TIMEOUT_MAX),
                reserve);
    }

    /**
     * The same for records that must not wait for room on the disk: positions, schemas, dead letters. The log keeps a
     * reserve for them, which is not large.
     */
    public ProducerOptions withReserve() {
        return new ProducerOptions(
                transactionalId, batchBytes, linger, maxBlock, bufferBytes, transactionTimeout, true);
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

    /** How long a call waits for memory or room. */
    public Duration maxBlock() {
        return maxBlock;
    }

    /** The most bytes that are not acknowledged yet. */
    public long bufferBytes() {
        return bufferBytes;
    }

    /** How long a transaction may be open. */
    public Duration transactionTimeout() {
        return transactionTimeout;
    }

    /** Whether it appends also when the log is full. */
    public boolean reserve() {
        return reserve;
    }
}
