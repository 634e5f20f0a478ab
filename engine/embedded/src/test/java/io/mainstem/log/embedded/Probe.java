package io.mainstem.log.embedded;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Measures append and read through the public API: {@code java ... Probe [DISK|OS] [folder]}. */
final class Probe {
    private static final int ROWS = 10_000;
    private static final int TRANSACTIONS = 150;
    private static final TopicPartition PARTITION = new TopicPartition("probe", 0);

    private Probe() {}

    public static void main(String[] arguments) throws IOException {
        Durability durability = Durability.valueOf(arguments.length > 0 ? arguments[0] : "DISK");
        Path parent = Path.of(arguments.length > 1 ? arguments[1] : System.getProperty("java.io.tmpdir"));
        for (int pass = 0; pass < 4; pass++) {
            Path folder = Files.createTempDirectory(parent, "probe");
            try (Log log = EmbeddedLog.open(
                    folder, EmbeddedLogOptions.builder().durability(durability).build())) {
                log.admin().createTopic(PARTITION.topic(), 1, TopicSettings.defaults());
                append(log);
                read(log);
            } finally {
                try (var files = Files.walk(folder)) {
                    files.sorted((a, b) -> b.compareTo(a))
                            .forEach(file -> file.toFile().delete());
                }
            }
        }
    }

    private static void append(Log log) {
        byte[] key = new byte[8];
        byte[] value = new byte[88];
        long encoding = 0;
        long start = System.nanoTime();
        try (Producer producer = log.producer(ProducerOptions.transactional("probe"))) {
            for (int i = 0; i < TRANSACTIONS; i++) {
                long before = System.nanoTime();
                Transaction transaction = producer.begin();
                for (int row = 0; row < ROWS; row++) {
                    Bytes.putLong(key, 0, row);
                    value[row % 88] = (byte) row;
                    transaction.append(PARTITION, row, key, 0, 8, value, 0, 62 + row % 26, Headers.EMPTY);
                }
                encoding += System.nanoTime() - before;
                transaction.commit().join();
            }
        }
        report("append", System.nanoTime() - start);
        report("  of it encoding", encoding);
    }

    private static void read(Log log) {
        long end = log.admin().offsets(PARTITION).end();
        long sum = 0;
        long start = System.nanoTime();
        try (PartitionReader reader = log.reader(PARTITION, 0)) {
            while (reader.position() < end) {
                RecordCursor cursor =
                        reader.poll(Duration.ofSeconds(20)).orElseThrow().cursor();
                while (cursor.next()) {
                    sum += cursor.array()[cursor.valueOffset()] + cursor.keyLength();
                }
            }
        }
        report("read", System.nanoTime() - start);
        if (sum == 42) {
            System.out.println();
        }
    }

    private static void report(String what, long nanos) {
        double seconds = nanos / 1e9;
        System.out.printf(Locale.ROOT, "%-18s %6.2f M records/s%n", what, ROWS * (double) TRANSACTIONS / seconds / 1e6);
    }
}
