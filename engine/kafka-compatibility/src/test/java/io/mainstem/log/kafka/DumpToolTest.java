package io.mainstem.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.Transaction;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import io.mainstem.log.embedded.LogVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code kafka-dump-log}, as Kafka ships it, on the files of a closed log: it reads all of them and complains of none. */
class DumpToolTest {
    private static final int ROUNDS = 20;
    private static final int RECORDS = 100;
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @TempDir
    Path folder;

    private Random random;

    @BeforeEach
    void seed() {
        random = new Random(9);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void itReadsEveryRecordOfEverySegment(Compression compression) throws Exception {
        write(compression, TopicSettings.TimestampType.CREATE_TIME);
        List<Path> logs = files(".log");
        assertThat(logs).hasSizeGreaterThan(2);

        Dump dump = Dump.of(logs, "--deep-iteration", "--print-data-log");

        assertThat(dump.batches()).isGreaterThan(2 * ROUNDS).isEqualTo(dump.count("isvalid: true"));
        assertThat(dump.count("payload: order ")).isEqualTo(ROUNDS * RECORDS);
        assertThat(dump.count("endTxnMarker: COMMIT")).isEqualTo(ROUNDS);
        assertThat(dump.count("compresscodec: " + compression.name().toLowerCase(Locale.ROOT)))
                .isEqualTo(compression == Compression.NONE ? dump.batches() : dump.batches() - ROUNDS);
        assertThat(dump.out()).doesNotContain("invalid bytes");
        // It expects each file but the first to begin at offset 0.
        assertThat(dump.complaints())
                .allMatch(line -> line.startsWith("Non-consecutive") || line.contains("-1 is followed by"));
        assertThat(dump.complaints()).hasSize(2 * (logs.size() - 1));
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void itFindsTheIndexesRight(Compression compression) throws Exception {
        write(compression, TopicSettings.TimestampType.CREATE_TIME);
        checkIndexes();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void itReadsWhatACompactionLeft(Compression compression) throws Exception {
        CompactedFolder compacted = CompactedFolder.write(folder, compression);
        List<Path> logs = files(".log");

        Dump dump = Dump.of(logs, "--deep-iteration", "--print-data-log");

        assertThat(dump.batches()).isPositive().isEqualTo(dump.count("isvalid: true"));
        assertThat(dump.count("payload: value ")).isEqualTo(compacted.values());
        assertThat(dump.count("deleteHorizonMs: OptionalLong[")).isPositive();
        assertThat(dump.out()).doesNotContain("invalid bytes");
        assertThat(LogVerifier.verify(folder, path -> {}).isSound()).isTrue();
        // A short last segment has none.
        checkEntries(files(".index"), files(".timeindex"));
    }

    @Test
    void itFindsTheIndexesOfAppendTimeRight() throws Exception {
        write(Compression.NONE, TopicSettings.TimestampType.APPEND_TIME);
        checkIndexes();
    }

    private void checkIndexes() throws Exception {
        List<Path> indexes = files(".index");
        List<Path> times = files(".timeindex");
        // A short last segment has none.
        int logs = files(".log").size();
        assertThat(indexes).hasSizeBetween(logs - 1, logs).hasSameSizeAs(times);
        checkEntries(indexes, times);
    }

    private static void checkEntries(List<Path> indexes, List<Path> times) throws Exception {
        Dump sanity = Dump.of(concat(indexes, times), "--index-sanity-check");
        assertThat(sanity.complaints()).isEmpty();
        assertThat(sanity.count("passed sanity check.") + sanity.count("is empty."))
                .isEqualTo(indexes.size() + times.size());

        Dump entries = Dump.of(concat(indexes, times));
        assertThat(entries.complaints()).isEmpty();
        assertThat(entries.count("position: ")).isGreaterThan(5);
        assertThat(entries.count("timestamp: ")).isGreaterThan(5);
    }

    /** The negative control: it does complain. */
    @Test
    void itTellsDamage() throws Exception {
        write(Compression.LZ4, TopicSettings.TimestampType.CREATE_TIME);
        Path index = files(".index").get(0);
        byte[] bytes = Files.readAllBytes(index);
        bytes[3] ^= 1;
        Files.write(index, bytes);
        Path log = files(".log").get(0);
        byte[] records = Files.readAllBytes(log);
        records[100] ^= 1;
        Files.write(log, records);

        assertThat(Dump.of(List.of(index)).complaints()).anyMatch(line -> line.contains("Mismatches in"));
        assertThat(Dump.of(List.of(log)).count("isvalid: false")).isEqualTo(1);
    }

    private void write(Compression compression, TopicSettings.TimestampType times) {
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            TopicSettings settings = TopicSettings.defaults().toBuilder()
                    .segmentBytes(32 << 10)
                    .compression(compression)
                    .timestampType(times)
                    .build();
            log.admin().createTopic(PARTITION.topic(), 1, settings);
            try (Producer producer =
                    log.producer(ProducerOptions.transactional("writer").withBatchBytes(4 << 10))) {
                for (int round = 0; round < ROUNDS; round++) {
                    Transaction transaction = producer.begin();
                    for (int i = 0; i < RECORDS; i++) {
                        append(transaction, i);
                    }
                    transaction.commit().join();
                }
            }
        }
    }

    private void append(Transaction transaction, int i) {
        StringBuilder value = new StringBuilder("order ").append(i).append(' ');
        for (int k = 0; k < 40; k++) {
            value.append((char) ('a' + random.nextInt(26)));
        }
        transaction.append(
                PARTITION,
                1_700_000_000_000L + random.nextInt(1 << 30),
                i % 3 == 0 ? null : ("key " + i).getBytes(StandardCharsets.UTF_8),
                value.append("z".repeat(30)).toString().getBytes(StandardCharsets.UTF_8),
                i % 5 == 0 ? Headers.of("source", new byte[] {1, 2}) : Headers.EMPTY);
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(PARTITION.toString()))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> concat(List<Path> some, List<Path> others) {
        List<Path> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }
}
