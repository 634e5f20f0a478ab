package io.mainstem.log.embedded;

import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** What an embedded log is opened with. Immutable. */
public final class EmbeddedLogOptions {
    private static final long MIN_FREE_BYTES = 64L << 20;
    private static final long MIN_FREE_SHARE = 20;
    private static final EmbeddedLogOptions DEFAULTS = new EmbeddedLogOptions(new Builder());

    private final Durability durability;
    private final Clock clock;
    private final RandomGenerator random;
    private final long journalFileBytes;
    private final long checkpointBytes;
    private final Duration checkpointInterval;
    private final int openFilesMax;
    private final Storage storage;
    private final boolean background;
    private final Duration retentionInterval;
    private final long compactionMemoryBytes;
    private final long budgetBytes;
    private final long minFreeBytes;
    private final LongSupplier ticker;
    private final Duration offsetsRetention;
    private final Duration transactionalIdExpiration;
    private final Duration producerIdExpiration;

    private EmbeddedLogOptions(Builder builder) {
        durability = builder.durability;
        clock = builder.clock;
        random = builder.random;
        journalFileBytes = builder.journalFileBytes;
        checkpointBytes = builder.checkpointBytes;
        checkpointInterval = builder.checkpointInterval;
        openFilesMax = builder.openFilesMax;
        storage = builder.storage;
        background = builder.background;
        retentionInterval = builder.retentionInterval;
        compactionMemoryBytes = builder.compactionMemoryBytes;
        budgetBytes = builder.budgetBytes;
        minFreeBytes = builder.minFreeBytes;
        ticker = builder.ticker;
        offsetsRetention = builder.offsetsRetention;
        transactionalIdExpiration = builder.transactionalIdExpiration;
        producerIdExpiration = builder.producerIdExpiration;
    }

    /** Durability {@code DISK}, the system's clock, a checkpoint every 64 MiB of journal or 5 seconds. */
    public static EmbeddedLogOptions defaults() {
        return DEFAULTS;
    }

    /** For a log of which nothing is to stay: no threads, and no files but in memory. */
    static EmbeddedLogOptions toLook() {
        return builder()
                .durability(Durability.OS)
                .storage(new ScratchStorage())
                .background(false)
                .build();
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    Durability durability() {
        return durability;
    }

    Clock clock() {
        return clock;
    }

    RandomGenerator random() {
        return random;
    }

    long journalFileBytes() {
        return journalFileBytes;
    }

    long checkpointBytes() {
        return checkpointBytes;
    }

    Duration checkpointInterval() {
        return checkpointInterval;
    }

    int openFilesMax() {
        return openFilesMax;
    }

    Storage storage() {
        return storage;
    }

    boolean background() {
        return background;
    }

    Duration retentionInterval() {
        return retentionInterval;
    }

    long compactionMemoryBytes() {
        return compactionMemoryBytes;
    }

    long budgetBytes() {
        return budgetBytes;
    }

    /** The bytes that must stay free on a file system of this size. */
    long minFreeBytes(long totalBytes) {
        return minFreeBytes >= 0 ? minFreeBytes : Math.min(MIN_FREE_BYTES, totalBytes / MIN_FREE_SHARE);
    }

    /** What a full disk has to leave for a frame of the journal and a checkpoint. */
    long ballastBytes() {
        return Math.min(16 << 20, 2 * journalFileBytes);
    }

    LongSupplier ticker() {
        return ticker;
    }

    Duration offsetsRetention() {
        return offsetsRetention;
    }

    Duration transactionalIdExpiration() {
        return transactionalIdExpiration;
    }

    Duration producerIdExpiration() {
        return producerIdExpiration;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Durability durability = Durability.DISK;
        private Clock clock = Clock.systemUTC();
        private RandomGenerator random = new Random();
        private long journalFileBytes = 64L << 20;
        private long checkpointBytes = 64L << 20;
        private Duration checkpointInterval = Duration.ofSeconds(5);
        private int openFilesMax = 500;
        private Storage storage = new RealStorage();
        private boolean background = true;
        private Duration retentionInterval = Duration.ofSeconds(30);
        private long compactionMemoryBytes = 64 << 20;
        private long budgetBytes = Long.MAX_VALUE;
        private long minFreeBytes = -1;
        private LongSupplier ticker = System::nanoTime;
        private Duration offsetsRetention = Duration.ofDays(7);
        private Duration transactionalIdExpiration = Duration.ofDays(7);
        private Duration producerIdExpiration = Duration.ofDays(1);

        private Builder() {}

        /** What an acknowledged record survives; {@link Durability#DISK} unless said otherwise. */
        public Builder durability(Durability value) {
            durability = value;
            return this;
        }

        /** The clock that gives records their append time. */
        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /** Where topic ids come from. */
        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /** The size of a journal file, 64 KiB to 1 GiB; 64 MiB unless said otherwise. */
        public Builder journalFileBytes(long value) {
            journalFileBytes = inRange("journal file size", value, 64 << 10, 1 << 30);
            return this;
        }

        /** How many bytes of journal make a checkpoint due, 64 KiB to 1 GiB; 64 MiB unless said otherwise. */
        public Builder checkpointBytes(long value) {
            checkpointBytes = inRange("checkpoint size", value, 64 << 10, 1 << 30);
            return this;
        }

        /** The time after which a checkpoint is due when there were changes; 5 seconds unless said otherwise. */
        public Builder checkpointInterval(Duration value) {
            checkpointInterval = value;
            return this;
        }

        /** How many segment files are kept open at most, 16 to 100,000; 500 unless said otherwise. */
        public Builder openFilesMax(int value) {
            openFilesMax = (int) inRange("number of open files", value, 16, 100_000);
            return this;
        }

        /**
         * The most bytes that the log may use, about; without a limit unless said otherwise. At least four journal files,
         * since the journal counts. When all but a reserve is used, producers wait for room.
         */
        public Builder budgetBytes(long value) {
            budgetBytes = inRange("disk budget", value, 256 << 10, Long.MAX_VALUE);
            return this;
        }

        /**
         * The bytes that must stay free on the file system, or producers wait; unless said otherwise 64 MiB, or a
         * twentieth of a file system for which that is less.
         */
        public Builder minFreeBytes(long value) {
            minFreeBytes = inRange("number of bytes that must stay free", value, 0, Long.MAX_VALUE / 4);
            return this;
        }

        /**
         * The most memory that a compaction takes for the keys of a partition, 1 MiB to 32 GiB; 64 MiB unless said otherwise,
         * which is enough for 1.3 million keys. With more keys a compaction takes several rounds.
         */
        public Builder compactionMemoryBytes(long value) {
            compactionMemoryBytes = inRange("memory for compaction", value, 1 << 20, 32L << 30);
            return this;
        }

        /** How often the log looks for segments to delete or compact; 30 seconds unless said otherwise. */
        public Builder retentionInterval(Duration value) {
            retentionInterval = value;
            return this;
        }

        /**
         * How long the offsets of a group are kept that has no members and commits nothing, 1 minute to 10 years;
         * {@code offsets.retention.minutes}, 7 days unless said otherwise.
         */
        public Builder offsetsRetention(Duration value) {
            offsetsRetention = inRange("retention of offsets", value);
            return this;
        }

        /**
         * How long a transactional id is kept that no producer has open, 1 minute to 10 years;
         * {@code transactional.id.expiration.ms}, 7 days unless said otherwise.
         */
        public Builder transactionalIdExpiration(Duration value) {
            transactionalIdExpiration = inRange("expiration of transactional ids", value);
            return this;
        }

        /**
         * How long a partition recognises the batches of a producer that appends nothing to it, 1 minute to 10 years;
         * {@code producer.id.expiration.ms}, 1 day unless said otherwise.
         */
        public Builder producerIdExpiration(Duration value) {
            producerIdExpiration = inRange("expiration of producer ids", value);
            return this;
        }

        private static Duration inRange(String what, Duration value) {
            if (value.compareTo(Duration.ofMinutes(1)) < 0 || value.compareTo(Duration.ofDays(3_653)) > 0) {
                throw new IllegalArgumentException(
                        "the " + what + " is " + value + "; it must be from 1 minute to 10 years");
            }
            return value;
        }

        /** The clock of timeouts, in nanoseconds, which never jumps. */
        Builder ticker(LongSupplier value) {
            ticker = value;
            return this;
        }

        /** The disk. */
        Builder storage(Storage value) {
            storage = value;
            return this;
        }

        /** Without threads of its own the log does everything on the threads that call it, in an order that repeats. */
        Builder background(boolean value) {
            background = value;
            return this;
        }

        /** The options collected so far. */
        public EmbeddedLogOptions build() {
            if (budgetBytes / 4 < journalFileBytes) {
                throw new IllegalArgumentException("the disk budget is " + budgetBytes + " bytes; it must be at least "
                        + 4 * journalFileBytes + ", four times the size of a journal file");
            }
            return new EmbeddedLogOptions(this);
        }

        private static long inRange(String what, long value, long min, long max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        "the " + what + " is " + value + "; it must be from " + min + " to " + max);
            }
            return value;
        }
    }
}
