package io.mainstem.log.kafka;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Cleanup;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.TopicSettings.TimestampType;
import io.mainstem.log.Transaction;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/**
 * A closed folder of ours whose partition {@code orders-0} was compacted, with tombstones and markers.
 *
 * @param values how many records with a value are left
 */
record CompactedFolder(long values) {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final int TRANSACTIONS = 300;
    private static final long DEADLINE_NANOS = Duration.ofSeconds(60).toNanos();

    static CompactedFolder write(Path folder, Compression compression) {
        // The background step compacts when it looks.
        EmbeddedLogOptions options = EmbeddedLogOptions.builder()
                .retentionInterval(Duration.ofMillis(20))
                .build();
        TopicSettings settings = TopicSettings.defaults().toBuilder()
                .cleanup(Cleanup.COMPACT)
                .segmentBytes(16 << 10)
                .minCleanableRatio(0)
                .compression(compression)
                .timestampType(TimestampType.CREATE_TIME)
                .build();
        try (Log log = EmbeddedLog.open(folder, options)) {
            log.admin().createTopic(PARTITION.topic(), 1, settings);
            fill(log);
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (log.admin().compaction(PARTITION).orElseThrow().cleanEnd() == 0
                    || log.admin().compaction(PARTITION).orElseThrow().cleanableBytes() > 0) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(
                            "nothing was compacted: " + log.admin().compaction(PARTITION));
                }
                Thread.onSpinWait();
            }
            return new CompactedFolder(count(log));
        }
    }

    private static void fill(Log log) {
        Random random = new Random(4);
        try (Producer producer =
                log.producer(ProducerOptions.transactional("writer").withBatchBytes(2 << 10))) {
            for (int i = 0; i < TRANSACTIONS; i++) {
                Transaction transaction = producer.begin();
                for (int record = 0; record < 20; record++) {
                    byte[] key = ("key " + random.nextInt(1500)).getBytes(StandardCharsets.UTF_8);
                    byte[] value = random.nextInt(5) == 0 ? null : value(random);
                    transaction.append(
                            PARTITION, 1_700_000_000_000L + random.nextInt(1 << 20), key, value, Headers.EMPTY);
                }
                transaction.commit().join();
            }
        }
    }

    private static byte[] value(Random random) {
        StringBuilder value = new StringBuilder("value ");
        for (int i = 0; i < 100; i++) {
            value.append((char) ('a' + random.nextInt(26)));
        }
        return value.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static long count(Log log) {
        long values = 0;
        long end = log.admin().offsets(PARTITION).end();
        try (PartitionReader reader = log.reader(PARTITION, 0)) {
            while (reader.position() < end) {
                RecordCursor cursor = reader.poll(Duration.ZERO).orElseThrow().cursor();
                while (cursor.next()) {
                    values += cursor.valueLength() >= 0 ? 1 : 0;
                }
            }
        }
        return values;
    }
}
