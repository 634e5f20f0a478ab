package io.mainstem.benchmarks.log;

import io.mainstem.log.CompactionStatus;
import io.mainstem.log.Log;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.Durability;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** How fast the background step compacts a partition of few keys whose files are in the page cache; one line of JSON. */
public final class CompactionSpeed {

    private static final int RECORD_BYTES = 100;
    private static final int SEGMENT_BYTES = 64 << 20;
    private static final long RECORDS = 5_000_000;
    private static final long POLL_NANOS = 1_000_000;

    private CompactionSpeed() {}

    /** Measures once. */
    public static void main(String[] args) throws Exception {
        Path folder = Folders.make("compaction");
        try {
            measure(folder);
        } finally {
            Folders.delete(folder);
        }
    }

    private static void measure(Path folder) {
        TopicSettings settings = TopicSettings.defaults().toBuilder()
                .cleanup(TopicSettings.Cleanup.COMPACT)
                .segmentBytes(SEGMENT_BYTES)
                .build();
        long cleanable;
        try (Log log = OurLog.create(folder, Durability.DISK, settings)) {
            OurLog.append(log, new Payload(RECORD_BYTES), RECORDS, AppendRace.BATCH, AppendRace.RECORDS_IN_TRANSACTION);
            cleanable = log.admin().compaction(OurLog.PARTITION).orElseThrow().cleanableBytes();
        }
        EmbeddedLogOptions options = EmbeddedLogOptions.builder()
                .retentionInterval(Duration.ofMillis(1))
                .build();
        long start = System.nanoTime();
        try (Log log = EmbeddedLog.open(folder, options)) {
            while (status(log).cleanableBytes() > 0) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            long end = status(log).cleanEnd();
            System.out.printf(
                    Locale.ROOT,
                    "{\"measure\": \"compaction\", \"recordsPerSecond\": %.0f, \"megabytesPerSecond\": %.0f, \"seconds\": %.2f,"
                            + " \"bytesBefore\": %d, \"bytesAfter\": %d}%n",
                    end / seconds,
                    cleanable / 1e6 / seconds,
                    seconds,
                    cleanable,
                    status(log).cleanBytes());
        }
    }

    private static CompactionStatus status(Log log) {
        return log.admin().compaction(OurLog.PARTITION).orElseThrow();
    }
}
