package io.mainstem.cli;

import io.mainstem.log.TopicSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how a topic is; their names and values are those of a pipeline's {@code topics}. */
final class TopicFlags {

    private static final String UNLIMITED = "unlimited";
    private static final Duration LONGEST = Duration.ofDays(3650);

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            description = "How records are compressed in the log: none (the default), gzip, snappy, lz4 or zstd.")
    private @Nullable String compression;

    @Option(
            names = "--timestamps",
            paramLabel = "TYPE",
            description = "The time of a record: create-time, which its source gave (the default), or append-time.")
    private @Nullable String timestamps;

    @Option(
            names = "--retention",
            paramLabel = "TIME",
            description = "How long records are kept at least, such as 7d, or unlimited.")
    private @Nullable String retention;

    @Option(
            names = "--retention-size",
            paramLabel = "SIZE",
            description = "How much a partition keeps at least, such as 10GiB, or unlimited.")
    private @Nullable String retentionSize;

    @Option(
            names = "--keep-unread",
            paramLabel = "true|false",
            description = "Whether records are kept beyond both until the sinks have read them.")
    private @Nullable String keepUnread;

    @Option(names = "--max-record-size", paramLabel = "SIZE", description = "The most that a record may have.")
    private @Nullable String maxRecordSize;

    @Option(names = "--segment-size", paramLabel = "SIZE", description = "The size of the files of the log.")
    private @Nullable String segmentSize;

    @Option(
            names = "--segment-time",
            paramLabel = "TIME",
            description = "The age at which a file of the log is closed and the next one begun.")
    private @Nullable String segmentTime;

    @Option(
            names = "--cleanup",
            paramLabel = "POLICY",
            description = "delete, compact (keep the last record of each key) or compact-delete.")
    private @Nullable String cleanup;

    @Option(
            names = "--delete-retention",
            paramLabel = "TIME",
            description = "How long a record without a value can be read in a compacted topic.")
    private @Nullable String deleteRetention;

    @Option(
            names = "--min-compaction-lag",
            paramLabel = "TIME",
            description = "How long every record can be read before compaction may take it.")
    private @Nullable String minCompactionLag;

    @Option(
            names = "--max-compaction-lag",
            paramLabel = "TIME",
            description = "The age at which a record is compacted in any case, or unlimited.")
    private @Nullable String maxCompactionLag;

    @Option(
            names = "--min-cleanable-ratio",
            paramLabel = "RATIO",
            description = "The share of a partition, 0 to 1, that must be new for a compaction to begin.")
    private @Nullable String minCleanableRatio;

    boolean isEmpty() {
        return compression == null
                && timestamps == null
                && retention == null
                && retentionSize == null
                && keepUnread == null
                && maxRecordSize == null
                && segmentSize == null
                && segmentTime == null
                && cleanup == null
                && deleteRetention == null
                && minCompactionLag == null
                && maxCompactionLag == null
                && minCleanableRatio == null;
    }

    /** Whether {@code --cleanup} says something else than {@code compact}. */
    boolean saysOtherThanCompact() {
        return cleanup != null && !cleanup.equals("compact");
    }

    /** The settings with what the flags say of them. */
    TopicSettings applyTo(TopicSettings settings) {
        TopicSettings.Builder builder = settings.toBuilder();
        if (compression != null) {
            builder.compression(CodecNames.compression(compression));
        }
        if (timestamps != null) {
            builder.timestampType(parse(
                    "--timestamps",
                    io.mainstem.api.Option.choice("value", TopicSettings.TimestampType.class),
                    timestamps));
        }
        if (retention != null) {
            builder.retentionMillis(isUnlimited(retention) ? TopicSettings.UNLIMITED : time("--retention", retention));
        }
        if (retentionSize != null) {
            builder.retentionBytes(
                    isUnlimited(retentionSize)
                            ? TopicSettings.UNLIMITED
                            : size("--retention-size", retentionSize, 1, Long.MAX_VALUE));
        }
        if (keepUnread != null) {
            builder.keepUnread(parse("--keep-unread", io.mainstem.api.Option.bool("value"), keepUnread));
        }
        if (maxRecordSize != null) {
            builder.maxRecordBytes((int) size("--max-record-size", maxRecordSize, 1 << 10, 64 << 20));
        }
        if (segmentSize != null) {
            builder.segmentBytes((int) size("--segment-size", segmentSize, 16 << 10, Integer.MAX_VALUE));
        }
        if (segmentTime != null) {
            builder.segmentMillis(time("--segment-time", segmentTime));
        }
        applyCompaction(builder);
        return built(builder);
    }

    private void applyCompaction(TopicSettings.Builder builder) {
        if (cleanup != null) {
            builder.cleanup(
                    parse("--cleanup", io.mainstem.api.Option.choice("value", TopicSettings.Cleanup.class), cleanup));
        }
        if (deleteRetention != null) {
            builder.deleteRetentionMillis(timeOrZero("--delete-retention", deleteRetention));
        }
        if (minCompactionLag != null) {
            builder.minCompactionLagMillis(timeOrZero("--min-compaction-lag", minCompactionLag));
        }
        if (maxCompactionLag != null) {
            builder.maxCompactionLagMillis(
                    isUnlimited(maxCompactionLag)
                            ? TopicSettings.UNLIMITED
                            : time("--max-compaction-lag", maxCompactionLag));
        }
        if (minCleanableRatio != null) {
            builder.minCleanableRatio(
                    parse("--min-cleanable-ratio", io.mainstem.api.Option.number("value", 0, 1), minCleanableRatio));
        }
    }

    /** The settings, unless they contradict one another. */
    private static TopicSettings built(TopicSettings.Builder builder) {
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private static long timeOrZero(String flag, String text) {
        return parse(flag, io.mainstem.api.Option.duration("value", Duration.ZERO, LONGEST), text)
                .toMillis();
    }

    private static boolean isUnlimited(String text) {
        return text.equalsIgnoreCase(UNLIMITED);
    }

    private static long time(String flag, String text) {
        return parse(flag, io.mainstem.api.Option.duration("value", Duration.ofSeconds(1), LONGEST), text)
                .toMillis();
    }

    private static long size(String flag, String text, long min, long max) {
        return parse(flag, io.mainstem.api.Option.size("value", min, max), text);
    }

    private static <T> T parse(String flag, io.mainstem.api.Option<T> option, String text) {
        try {
            return option.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(flag + " " + e.getMessage());
        }
    }
}
