package io.mainstem.log;

import java.util.Objects;

/**
 * The settings of a topic. Immutable; {@link #defaults()} and {@link #toBuilder()} give changed copies.
 *
 * <p>The names in the documentation of each are Kafka's, and so is the meaning.
 */
public final class TopicSettings {

    /** Whether old records are dropped by age and size, or only when a newer record has the same key. */
    public enum Cleanup {
        /** {@code cleanup.policy=delete}. */
        DELETE,
        /** {@code cleanup.policy=compact}: every record needs a key. */
        COMPACT,
        /** {@code cleanup.policy=compact,delete}: both; what is too old goes, too, whether it is the last of its key or not. */
        COMPACT_DELETE;

        /** Whether only the last record of each key is kept. */
        public boolean compacts() {
            return this != DELETE;
        }

        /** Whether limits of retention count. */
        public boolean deletes() {
            return this != COMPACT;
        }
    }

    /** Which time a record carries. */
    public enum TimestampType {
        /** {@code message.timestamp.type=LogAppendTime}: the log's clock at the append. The default. */
        APPEND_TIME,
        /** {@code message.timestamp.type=CreateTime}: what the producer gave. */
        CREATE_TIME
    }

    /**
     * How the batches of a topic are compressed; {@code compression.type}. A batch that does not get smaller is stored as
     * it is.
     */
    public enum Compression {
        /** Not at all. The default. */
        NONE,
        /** {@code gzip}: small, slow; needs nothing but the JDK. */
        GZIP,
        /** {@code snappy}, as framed by Java's snappy library. */
        SNAPPY,
        /** {@code lz4}: the fastest. */
        LZ4,
        /** {@code zstd}: the smallest. */
        ZSTD
    }

    /** Stands for no limit of retention, or of the compaction lag. */
    public static final long UNLIMITED = -1;

    private static final TopicSettings DEFAULTS = new Builder().build();

    private final Cleanup cleanup;
    private final TimestampType timestampType;
    private final Compression compression;
    private final int maxRecordBytes;
    private final int segmentBytes;
    private final long segmentMillis;
    private final long retentionMillis;
    private final long retentionBytes;
    private final boolean keepUnread;
    private final long deleteRetentionMillis;
    private final long minCompactionLagMillis;
    private final long maxCompactionLagMillis;
    private final double minCleanableRatio;

    private TopicSettings(Builder builder) {
        this.cleanup = builder.cleanup;
        this.timestampType = builder.timestampType;
        this.compression = builder.compression;
        this.maxRecordBytes = builder.maxRecordBytes;
        this.segmentBytes = builder.segmentBytes;
        this.segmentMillis = builder.segmentMillis;
        this.retentionMillis = builder.retentionMillis;
        this.retentionBytes = builder.retentionBytes;
        this.keepUnread = builder.keepUnread;
        this.deleteRetentionMillis = builder.deleteRetentionMillis;
        this.minCompactionLagMillis = builder.minCompactionLagMillis;
        this.maxCompactionLagMillis = builder.maxCompactionLagMillis;
        this.minCleanableRatio = builder.minCleanableRatio;
    }

    /** The settings of a topic for which nothing was said. */
    public static TopicSettings defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from these settings. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.cleanup = cleanup;
        builder.timestampType = timestampType;
        builder.compression = compression;
        builder.maxRecordBytes = maxRecordBytes;
        builder.segmentBytes = segmentBytes;
        builder.segmentMillis = segmentMillis;
        builder.retentionMillis = retentionMillis;
        builder.retentionBytes = retentionBytes;
        builder.keepUnread = keepUnread;
        builder.deleteRetentionMillis = deleteRetentionMillis;
        builder.minCompactionLagMillis = minCompactionLagMillis;
        builder.maxCompactionLagMillis = maxCompactionLagMillis;
        builder.minCleanableRatio = minCleanableRatio;
        return builder;
    }

    /** {@code cleanup.policy}. */
    public Cleanup cleanup() {
        return cleanup;
    }

    /** {@code message.timestamp.type}. */
    public TimestampType timestampType() {
        return timestampType;
    }

    /** {@code compression.type}. What was appended before keeps the compression that it has. */
    public Compression compression() {
        return compression;
    }

    /** The most bytes a record (key, value, headers and framing) may have; {@code max.message.bytes}. Default 8 MiB. */
    public int maxRecordBytes() {
        return maxRecordBytes;
    }

    /** The size at which a segment is closed and the next one begun; {@code segment.bytes}. Default 1 GiB. */
    public int segmentBytes() {
        return segmentBytes;
    }

    /**
     * The age in milliseconds at which an append closes a segment and begins the next one; {@code segment.ms}. Default 7
     * days.
     */
    public long segmentMillis() {
        return segmentMillis;
    }

    /**
     * How long a record is kept at least, in milliseconds, or {@link #UNLIMITED}, the default; {@code retention.ms}. Without
     * meaning in a topic that is only compacted.
     */
    public long retentionMillis() {
        return retentionMillis;
    }

    /**
     * How many bytes of records a partition keeps at least, or {@link #UNLIMITED}, the default; {@code retention.bytes}.
     * Without meaning in a topic that is only compacted.
     */
    public long retentionBytes() {
        return retentionBytes;
    }

    /** Whether retention leaves what a live group has not consumed; see {@link LogAdmin#setLiveGroups}. Default true. */
    public boolean keepUnread() {
        return keepUnread;
    }

    /**
     * How long a record without a value, which deletes its key, can be read at least after the compaction that found it, in
     * milliseconds; {@code delete.retention.ms}. Default 24 hours.
     */
    public long deleteRetentionMillis() {
        return deleteRetentionMillis;
    }

    /** How long every record can be read at least, in milliseconds; {@code min.compaction.lag.ms}. Default 0. */
    public long minCompactionLagMillis() {
        return minCompactionLagMillis;
    }

    /**
     * The age in milliseconds at which a record is compacted however little there is to gain, or {@link #UNLIMITED}, the
     * default; {@code max.compaction.lag.ms}. An append closes a segment that is so old.
     */
    public long maxCompactionLagMillis() {
        return maxCompactionLagMillis;
    }

    /**
     * The share of the closed segments' bytes, 0 to 1, that must be new since the last compaction for the next one to begin;
     * {@code min.cleanable.dirty.ratio}. Default 0.5.
     */
    public double minCleanableRatio() {
        return minCleanableRatio;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicSettings that
                && cleanup == that.cleanup
                && timestampType == that.timestampType
                && compression == that.compression
                && maxRecordBytes == that.maxRecordBytes
                && segmentBytes == that.segmentBytes
                && segmentMillis == that.segmentMillis
                && retentionMillis == that.retentionMillis
                && retentionBytes == that.retentionBytes
                && keepUnread == that.keepUnread
                && deleteRetentionMillis == that.deleteRetentionMillis
                && minCompactionLagMillis == that.minCompactionLagMillis
                && maxCompactionLagMillis == that.maxCompactionLagMillis
                && Double.compare(minCleanableRatio, that.minCleanableRatio) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                cleanup,
                timestampType,
                compression,
                maxRecordBytes,
                segmentBytes,
                segmentMillis,
                retentionMillis,
                retentionBytes,
                keepUnread,
                deleteRetentionMillis,
                minCompactionLagMillis,
                maxCompactionLagMillis,
                minCleanableRatio);
    }

    @Override
    public String toString() {
        return "cleanup=" + cleanup + ", timestampType=" + timestampType + ", compression=" + compression
                + ", maxRecordBytes=" + maxRecordBytes
                + ", segmentBytes=" + segmentBytes + ", segmentMillis=" + segmentMillis + ", retentionMillis="
                + retentionMillis + ", retentionBytes=" + retentionBytes + ", keepUnread=" + keepUnread
                + ", deleteRetentionMillis=" + deleteRetentionMillis + ", minCompactionLagMillis="
                + minCompactionLagMillis + ", maxCompactionLagMillis=" + maxCompactionLagMillis
                + ", minCleanableRatio=" + minCleanableRatio;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private Cleanup cleanup = Cleanup.DELETE;
        private TimestampType timestampType = TimestampType.APPEND_TIME;
        private Compression compression = Compression.NONE;
        private int maxRecordBytes = 8 << 20;
        private int segmentBytes = 1 << 30;
        private long segmentMillis = 7L * 24 * 60 * 60 * 1000;
        private long retentionMillis = UNLIMITED;
        private long retentionBytes = UNLIMITED;
        private boolean keepUnread = true;
        private long deleteRetentionMillis = 24L * 60 * 60 * 1000;
        private long minCompactionLagMillis;
        private long maxCompactionLagMillis = UNLIMITED;
        private double minCleanableRatio = 0.5;

        private Builder() {}

        /** Sets {@code cleanup.policy}. */
        public Builder cleanup(Cleanup value) {
            cleanup = value;
            return this;
        }

        /** Sets {@code message.timestamp.type}. */
        public Builder timestampType(TimestampType value) {
            timestampType = value;
            return this;
        }

        /** Sets {@code compression.type}. */
        public Builder compression(Compression value) {
            compression = value;
            return this;
        }

        /** Sets {@code max.message.bytes}, 1 KiB to 64 MiB. */
        public Builder maxRecordBytes(int value) {
            maxRecordBytes = inRange("max record size", value, 1 << 10, 64 << 20);
            return this;
        }

        /** Sets {@code segment.bytes}, 16 KiB to 2 GiB less one. */
        public Builder segmentBytes(int value) {
            segmentBytes = inRange("segment size", value, 16 << 10, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@code segment.ms}, at least 1. */
        public Builder segmentMillis(long value) {
            if (value < 1) {
                throw new IllegalArgumentException("the segment time is " + value + " ms; it must be at least 1");
            }
            segmentMillis = value;
            return this;
        }

        /** Sets {@code retention.ms}, at least 1, or {@link #UNLIMITED}. */
        public Builder retentionMillis(long value) {
            retentionMillis = limit("retention time", value, "ms");
            return this;
        }

        /** Sets {@code retention.bytes}, at least 1, or {@link #UNLIMITED}. */
        public Builder retentionBytes(long value) {
            retentionBytes = limit("retention size", value, "bytes");
            return this;
        }

        /** Sets whether retention leaves what a live group has not consumed. */
        public Builder keepUnread(boolean value) {
            keepUnread = value;
            return this;
        }

        /** Sets {@code delete.retention.ms}, at least 0. */
        public Builder deleteRetentionMillis(long value) {
            deleteRetentionMillis = notNegative("delete retention", value);
            return this;
        }

        /** Sets {@code min.compaction.lag.ms}, at least 0. */
        public Builder minCompactionLagMillis(long value) {
            minCompactionLagMillis = notNegative("min compaction lag", value);
            return this;
        }

        /** Sets {@code max.compaction.lag.ms}, at least 1, or {@link #UNLIMITED}. */
        public Builder maxCompactionLagMillis(long value) {
            maxCompactionLagMillis = limit("max compaction lag", value, "ms");
            return this;
        }

        /** Sets {@code min.cleanable.dirty.ratio}, 0 to 1. */
        public Builder minCleanableRatio(double value) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("the min cleanable ratio is " + value + "; it must be from 0 to 1");
            }
            minCleanableRatio = value;
            return this;
        }

        private static long notNegative(String what, long value) {
            if (value < 0) {
                throw new IllegalArgumentException("the " + what + " is " + value + " ms; it must be at least 0");
            }
            return value;
        }

        private static long limit(String what, long value, String unit) {
            if (value < 1 && value != UNLIMITED) {
                throw new IllegalArgumentException("the " + what + " is " + value + " " + unit
                        + "; it must be at least 1, or " + UNLIMITED + " for no limit");
            }
            return value;
        }

        /**
         * The settings collected so far.
         *
         * @throws IllegalArgumentException when the max compaction lag is less than the min compaction lag
         */
        public TopicSettings build() {
            if (maxCompactionLagMillis != UNLIMITED && maxCompactionLagMillis < minCompactionLagMillis) {
                throw new IllegalArgumentException("the max compaction lag of " + maxCompactionLagMillis
                        + " ms is less than the min compaction lag of " + minCompactionLagMillis + " ms");
            }
            return new TopicSettings(this);
        }

        private static int inRange(String what, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        "the " + what + " is " + value + " bytes; it must be from " + min + " to " + max);
            }
            return value;
        }
    }
}
