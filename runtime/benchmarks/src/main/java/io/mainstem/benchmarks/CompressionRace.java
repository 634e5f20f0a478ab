package io.mainstem.benchmarks;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.Transaction;
import io.mainstem.log.embedded.Durability;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Appends and reads records of 100 bytes in batches of 256 KiB with each compression, in turns with the record classes of
 * Kafka's clients. Ours is the whole log with durability {@code OS}; theirs only encodes batches and writes them to a file,
 * and reads and checks them. Time is that of the processor for the one thread that works, so that other work on the machine
 * counts little.
 */
public final class CompressionRace {
    private static final int RECORDS = 400_000;
    private static final int KEY_BYTES = 12;
    private static final int VALUE_BYTES = 88;
    private static final int DISTINCT = 5_000;
    private static final int BATCH_BYTES = 256 << 10;
    private static final int RECORDS_PER_BATCH = BATCH_BYTES / 110;
    private static final int RECORDS_PER_TRANSACTION = 10 * RECORDS_PER_BATCH;
    /** Rounds that do not count: after two of an eighth of a second, the compiler is still at work on both. */
    private static final int WARM_UP = 8;

    private static final TopicPartition PARTITION = new TopicPartition("race", 0);

    private final byte[][] values = values();
    private final byte[] key = new byte[KEY_BYTES];
    private final ByteBuffer buffer = ByteBuffer.allocate(2 * BATCH_BYTES);
    private long allocated;
    private long sum;

    private CompressionRace() {}

    /**
     * Races.
     *
     * @param args how many rounds, and which compressions, if not all
     */
    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        Path work = Files.createDirectories(Path.of(System.getProperty("mainstem.work"), "compression"));
        List<String> names = List.of(args).subList(Math.min(1, args.length), args.length);
        for (Compression compression : Compression.values()) {
            if (names.isEmpty() || names.contains(compression.name().toLowerCase(Locale.ROOT))) {
                new CompressionRace().race(compression, rounds, work);
            }
        }
    }

    private void race(Compression compression, int rounds, Path work) throws IOException {
        double[] appends = new double[rounds];
        double[] reads = new double[rounds];
        double[] ratios = new double[rounds];
        double[] readRatios = new double[rounds];
        long size = 0;
        long kafkaSize = 0;
        for (int round = -WARM_UP; round < rounds; round++) {
            Path folder = Files.createTempDirectory(work, "ours");
            long[] ours = ours(compression, folder);
            Path file = Files.createTempFile(work, "theirs", ".log");
            long[] theirs = theirs(compression, file);
            if (round >= 0) {
                appends[round] = RECORDS * 1e3 / ours[0];
                reads[round] = RECORDS * 1e3 / ours[1];
                ratios[round] = (double) theirs[0] / ours[0];
                readRatios[round] = (double) theirs[1] / ours[1];
            }
            size = Files.size(folder.resolve("race-0/00000000000000000000.log"));
            kafkaSize = Files.size(file);
            delete(folder);
            delete(file);
        }
        String name = compression.name().toLowerCase(Locale.ROOT);
        Lines.printSpread(name + " append, million records a second", appends);
        Lines.printSpread(name + " append, times as fast as kafka-clients", ratios);
        Lines.printSpread(name + " read, million records a second", reads);
        Lines.printSpread(name + " read, times as fast as kafka-clients", readRatios);
        double payload = RECORDS * (double) (KEY_BYTES + VALUE_BYTES);
        Lines.print(
                name + " size",
                "of payload",
                size / payload,
                "kafka-clients",
                kafkaSize / payload,
                "bytes allocated by an append",
                allocated / (double) RECORDS);
        if (sum == 42) {
            Lines.print("never");
        }
    }

    /** Values that are about half noise. */
    private static byte[][] values() {
        Random random = new Random(1);
        byte[][] values = new byte[DISTINCT][];
        for (int i = 0; i < DISTINCT; i++) {
            StringBuilder text = new StringBuilder("{\"id\": ").append(random.nextInt(1 << 30));
            text.append(", \"customer\": \"customer-")
                    .append(random.nextInt(10_000))
                    .append("\", \"note\": \"");
            while (text.length() < VALUE_BYTES) {
                text.append((char) ('!' + random.nextInt(90)));
            }
            values[i] = text.substring(0, VALUE_BYTES).getBytes(StandardCharsets.UTF_8);
        }
        return values;
    }

    private byte[] key(int record) {
        ByteBuffer.wrap(key).putLong(4, record);
        return key;
    }

    private long[] ours(Compression compression, Path folder) throws IOException {
        EmbeddedLogOptions options =
                EmbeddedLogOptions.builder().durability(Durability.OS).build();
        try (Log log = EmbeddedLog.open(folder, options)) {
            TopicSettings settings = TopicSettings.defaults().toBuilder()
                    .compression(compression)
                    .timestampType(TopicSettings.TimestampType.CREATE_TIME)
                    .build();
            log.admin().createTopic(PARTITION.topic(), 1, settings);
            long begin = nanos();
            append(log);
            long appended = nanos();
            read(log);
            return new long[] {appended - begin, nanos() - appended};
        }
    }

    private void append(Log log) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Producer producer =
                log.producer(ProducerOptions.transactional("race").withBatchBytes(BATCH_BYTES))) {
            int record = 0;
            long before = 0;
            while (record < RECORDS) {
                if (record == RECORDS_PER_TRANSACTION) {
                    // The first one makes the buffers.
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                Transaction transaction = producer.begin();
                int end = Math.min(RECORDS, record + RECORDS_PER_TRANSACTION);
                for (; record < end; record++) {
                    transaction.append(
                            PARTITION,
                            record,
                            key(record),
                            0,
                            KEY_BYTES,
                            values[record % DISTINCT],
                            0,
                            VALUE_BYTES,
                            Headers.EMPTY);
                }
                transaction.commit().join();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
    }

    private void read(Log log) {
        long end = log.admin().offsets(PARTITION).end();
        try (PartitionReader reader = log.reader(PARTITION, 0)) {
            while (reader.position() < end) {
                RecordCursor cursor =
                        reader.poll(Duration.ofSeconds(20)).orElseThrow().cursor();
                while (cursor.next()) {
                    sum += cursor.array()[cursor.valueOffset()] + cursor.array()[cursor.keyOffset()];
                }
            }
        }
    }

    private long[] theirs(Compression compression, Path file) throws IOException {
        org.apache.kafka.common.compress.Compression codec = org.apache.kafka.common.compress.Compression.of(
                        CompressionType.forName(compression.name().toLowerCase(Locale.ROOT)))
                .build();
        long begin = nanos();
        try (FileRecords records = FileRecords.open(file.toFile(), true)) {
            int record = 0;
            while (record < RECORDS) {
                buffer.clear();
                MemoryRecordsBuilder builder = MemoryRecords.builder(
                        buffer,
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        codec,
                        TimestampType.CREATE_TIME,
                        record,
                        RecordBatch.NO_TIMESTAMP,
                        1,
                        (short) 0,
                        record,
                        false,
                        0);
                int end = Math.min(RECORDS, record + RECORDS_PER_BATCH);
                for (; record < end; record++) {
                    builder.append(record, key(record), values[record % DISTINCT]);
                }
                records.append(builder.build());
            }
            long appended = nanos();
            for (RecordBatch batch : records.batches()) {
                batch.ensureValid();
                for (Record each : batch) {
                    sum += each.value().get(0) + each.key().get(0);
                }
            }
            return new long[] {appended - begin, nanos() - appended};
        }
    }

    private static long nanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
