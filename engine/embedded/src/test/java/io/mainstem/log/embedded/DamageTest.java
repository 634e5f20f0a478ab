package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.log.contract.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bits that flip in the files of a closed log: told with the offsets, never delivered, and no more than what they hit. */
class DamageTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @TempDir
    Path folder;

    private List<String> written = List.of();

    @BeforeEach
    void write() {
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            TopicSettings settings =
                    TopicSettings.defaults().toBuilder().segmentBytes(16 << 10).build();
            log.admin().createTopic("orders", 1, settings);
            try (Producer producer =
                    log.producer(ProducerOptions.transactional("writer").withBatchBytes(1 << 10))) {
                for (int round = 0; round < 20; round++) {
                    Transaction transaction = producer.begin();
                    for (int i = 0; i < 20; i++) {
                        byte[] value = (round + "/" + i + "y".repeat(100)).getBytes(StandardCharsets.UTF_8);
                        transaction.append(PARTITION, 0, null, value, Headers.EMPTY);
                    }
                    transaction.commit().join();
                }
            }
            written = LogModel.readRecords(log, PARTITION);
        }
    }

    @Test
    void aFlippedBitInASegmentLosesItsBatchAndNothingElse() throws Exception {
        List<Path> segments = files(".log");
        assertThat(segments).hasSizeGreaterThan(2);
        Random random = new Random(3);
        for (int round = 0; round < 150; round++) {
            Path file = segments.get(random.nextInt(segments.size()));
            long bit = (long) (random.nextDouble() * Files.size(file) * 8);
            flip(file, bit);
            checkDamage(file + " bit " + bit);
            flip(file, bit);
        }
        checkIntact();
    }

    private void checkDamage(String where) {
        List<String> read = new ArrayList<>();
        List<CorruptRecordException> damages = new ArrayList<>();
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
                PartitionReader reader = log.reader(PARTITION, 0)) {
            long end = log.admin().offsets(PARTITION).end();
            while (reader.position() < end) {
                try {
                    Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow())
                            .forEach(received -> read.add(received.offset() + ":" + received.value()));
                } catch (CorruptRecordException e) {
                    damages.add(e);
                    assertThat(e).hasMessageContaining("orders-0").hasMessageContaining(".log");
                    assertThat(e.nextOffset()).isGreaterThan(reader.position());
                    reader.seek(e.nextOffset());
                }
            }
        }
        // The leader epoch is outside of the checksum and of no consequence for the records.
        assertThat(damages).as(where).hasSizeLessThanOrEqualTo(1);
        List<String> expected = new ArrayList<>(written);
        damages.forEach(damage -> expected.removeIf(record -> {
            long offset = Long.parseLong(record.substring(0, record.indexOf(':')));
            return offset >= damage.firstOffset() && offset < damage.nextOffset();
        }));
        assertThat(read).as(where).isEqualTo(expected);
        assertThat(written.size() - read.size()).as(where).isLessThanOrEqualTo(20);
    }

    @Test
    void aFlippedBitInAnIndexLeadsNobodyAstray() throws Exception {
        Random random = new Random(5);
        List<Path> indexes = files("index");
        for (int round = 0; round < 40; round++) {
            Path file = indexes.get(random.nextInt(indexes.size()));
            if (Files.size(file) == 0) {
                continue;
            }
            long bit = (long) (random.nextDouble() * Files.size(file) * 8);
            flip(file, bit);
            checkSeeks(random);
            flip(file, bit);
        }
    }

    @Test
    void aFlippedBitInTheLengthOfABatchLosesThatBatchOnly() throws Exception {
        Path file = files(".log").get(1);
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at < bytes.length; at += (int) RecordBatch.size(bytes, at)) {
            long bit = 8L * (at + RecordBatch.LENGTH + 1);
            flip(file, bit);
            checkDamage(file + " bit " + bit);
            flip(file, bit);
        }
        checkIntact();
    }

    /** Times that many batches share: an entry that is moved may name another batch of just its time. */
    @Test
    void aFlippedBitInATimeIndexLeadsNobodyAstray() throws Exception {
        TopicPartition ticks = new TopicPartition("ticks", 0);
        NavigableMap<Long, Long> firstOffsets = writeTicks(ticks);
        List<Path> indexes = files(ticks, ".timeindex");
        assertThat(indexes).hasSizeGreaterThan(2);
        for (Path file : indexes) {
            byte[] whole = Files.readAllBytes(file);
            for (long bit = 0; bit < 8L * whole.length; bit++) {
                flip(file, bit);
                try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
                    for (Map.Entry<Long, Long> tick : firstOffsets.entrySet()) {
                        assertThat(log.admin()
                                        .offsetForTime(ticks, tick.getKey())
                                        .orElseThrow()
                                        .offset())
                                .as("%s bit %d, time %d", file, bit, tick.getKey())
                                .isEqualTo(tick.getValue());
                    }
                }
                Files.write(file, whole);
            }
        }
    }

    /** Some seven records a batch, some fourteen batches a segment, some seven batches a time. */
    private NavigableMap<Long, Long> writeTicks(TopicPartition ticks) {
        NavigableMap<Long, Long> firstOffsets = new TreeMap<>();
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            TopicSettings settings = TopicSettings.defaults().toBuilder()
                    .segmentBytes(16 << 10)
                    .timestampType(TopicSettings.TimestampType.CREATE_TIME)
                    .build();
            log.admin().createTopic("ticks", 1, settings);
            try (Producer producer =
                    log.producer(ProducerOptions.transactional("ticks").withBatchBytes(1 << 10))) {
                Transaction transaction = producer.begin();
                for (int i = 0; i < 400; i++) {
                    long time = 1_700_000_000_000L + i / 50;
                    firstOffsets.putIfAbsent(time, (long) i);
                    byte[] value = (i + "y".repeat(100)).getBytes(StandardCharsets.UTF_8);
                    transaction.append(ticks, time, null, value, Headers.EMPTY);
                }
                transaction.commit().join();
            }
        }
        return firstOffsets;
    }

    @Test
    void missingAndCutIndexesAreMadeAnew() throws Exception {
        for (Path file : files("index")) {
            Files.delete(file);
        }
        checkSeeks(new Random(1));
        for (Path file : files("index")) {
            Files.write(file, new byte[] {1, 2, 3});
        }
        checkSeeks(new Random(2));
        checkIntact();
    }

    private void checkSeeks(Random random) {
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
                PartitionReader reader = log.reader(PARTITION, 0)) {
            for (int i = 0; i < 20; i++) {
                String expected = written.get(random.nextInt(written.size()));
                long offset = Long.parseLong(expected.substring(0, expected.indexOf(':')));
                reader.seek(offset);
                Received first = Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow())
                        .get(0);
                assertThat(first.offset() + ":" + first.value()).isEqualTo(expected);
            }
        }
    }

    private void checkIntact() {
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            assertThat(LogModel.readRecords(log, PARTITION)).isEqualTo(written);
        }
    }

    private List<Path> files(String suffix) throws IOException {
        return files(PARTITION, suffix);
    }

    private List<Path> files(TopicPartition partition, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(partition.toString()))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private static void flip(Path file, long bit) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
        Files.write(file, bytes);
    }
}
