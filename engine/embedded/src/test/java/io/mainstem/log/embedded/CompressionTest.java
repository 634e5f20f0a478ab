package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.Transaction;
import io.mainstem.log.contract.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics with compression, through the public door. */
class CompressionTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aTransactionsRecordsComeBackAsTheyWere(Compression compression) throws IOException {
        List<String> sent = new ArrayList<>();
        try (Log log = open(compression)) {
            try (Producer producer =
                    log.producer(ProducerOptions.transactional("writer").withBatchBytes(20_000))) {
                for (int round = 0; round < 5; round++) {
                    Transaction transaction = producer.begin();
                    long bytes = 0;
                    for (int i = 0; i < 1_000; i++) {
                        String value = value(round * 1_000 + i);
                        sent.add(value);
                        transaction.append(PARTITION, 0, bytes("k" + i % 3), bytes(value), Headers.EMPTY);
                        assertThat(transaction.bytes()).isGreaterThan(bytes + value.length());
                        bytes = transaction.bytes();
                    }
                    transaction.commit().join();
                }
            }
            assertThat(values(log)).isEqualTo(sent);
        }
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            assertThat(values(log)).isEqualTo(sent);
            assertThat(log.admin().topic("orders").orElseThrow().settings().compression())
                    .isEqualTo(compression);
        }
        long plain = sent.stream().mapToLong(String::length).sum();
        long stored = Files.size(folder.resolve("orders-0/00000000000000000000.log"));
        if (compression == Compression.NONE) {
            assertThat(stored).isGreaterThan(plain);
        } else {
            assertThat(stored).isLessThan(plain / 2);
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void soDoThoseOfAProducerWithoutTransactions(Compression compression) {
        List<String> sent = new ArrayList<>();
        try (Log log = open(compression)) {
            try (Producer producer = log.producer(ProducerOptions.idempotent())) {
                // More than may wait unsent at a time: what compression saved must not stay on the account.
                for (int i = 0; i < 40; i++) {
                    String value = value(i).repeat(10_000);
                    sent.add(value);
                    var unused = producer.send(PARTITION, 0, null, bytes(value), Headers.EMPTY);
                }
                producer.flush();
            }
            assertThat(values(log)).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aReaderMayBeginInsideABatch(Compression compression) {
        try (Log log = open(compression)) {
            try (Producer producer = log.producer(ProducerOptions.transactional("writer"))) {
                Transaction transaction = producer.begin();
                for (int i = 0; i < 100; i++) {
                    transaction.append(PARTITION, 0, null, bytes(value(i)), Headers.EMPTY);
                }
                transaction.commit().join();
            }
            Random random = new Random(1);
            for (int i = 0; i < 20; i++) {
                int offset = random.nextInt(100);
                try (PartitionReader reader = log.reader(PARTITION, offset)) {
                    List<Received> received =
                            Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow());
                    assertThat(received).hasSize(100 - offset);
                    assertThat(received.get(0).value()).isEqualTo(value(offset));
                }
            }
        }
    }

    /** What a chunk gave stays as it is while the next batches are decompressed. */
    @Test
    void keysAndValuesMayBeKept() {
        try (Log log = open(Compression.LZ4)) {
            try (Producer producer =
                    log.producer(ProducerOptions.transactional("writer").withBatchBytes(1 << 10))) {
                Transaction transaction = producer.begin();
                for (int i = 0; i < 1_000; i++) {
                    transaction.append(PARTITION, 0, null, bytes(value(i)), Headers.EMPTY);
                }
                transaction.commit().join();
            }
            try (PartitionReader reader = log.reader(PARTITION, 0)) {
                var cursor = reader.poll(Duration.ofSeconds(20)).orElseThrow().cursor();
                assertThat(cursor.next()).isTrue();
                byte[] array = cursor.array();
                int at = cursor.valueOffset();
                int length = cursor.valueLength();
                while (cursor.next()) {
                    assertThat(cursor.valueLength()).isPositive();
                }
                assertThat(new String(array, at, length, StandardCharsets.UTF_8))
                        .isEqualTo(value(0));
            }
        }
    }

    /** Where programs may not be put into the folder for temporary files, in a process of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"ZSTD", "SNAPPY"})
    void aLibraryThatCannotBeLoadedIsNamed(String compression) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-DZstdTempFolder=/proc/nowhere",
                        "-Dorg.xerial.snappy.tempdir=/proc/nowhere",
                        "-cp",
                        classPath(),
                        CreateTopic.class.getName(),
                        folder.toString(),
                        compression)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(said)
                .contains("the library of the compression " + compression.toLowerCase(java.util.Locale.ROOT)
                        + " cannot be loaded here (")
                .contains("java.io.tmpdir", "choose gzip")
                .contains("topics: 0");
    }

    private static String classPath() {
        return Stream.of("java.class.path", "jdk.module.path")
                        .map(System::getProperty)
                        .filter(path -> path != null && !path.isEmpty())
                        .collect(Collectors.joining(java.io.File.pathSeparator))
                + java.io.File.pathSeparator
                + CreateTopic.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath()
                + java.io.File.pathSeparator
                + System.getProperty("test.classes", "target/test-classes");
    }

    private Log open(Compression compression) {
        Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
        log.admin()
                .createTopic(
                        "orders",
                        1,
                        TopicSettings.defaults().toBuilder()
                                .compression(compression)
                                .build());
        return log;
    }

    private static String value(int i) {
        return "{\"id\": " + i + ", \"customer\": \"customer number " + i % 7 + "\", \"price\": " + i * 31 + ".50}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> values(Log log) {
        List<String> values = new ArrayList<>();
        long end = log.admin().offsets(PARTITION).end();
        try (PartitionReader reader = log.reader(PARTITION, 0)) {
            while (reader.position() < end) {
                Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow())
                        .forEach(received -> values.add(received.value()));
            }
        }
        return values;
    }

    /** Tries to create a topic with a compression. */
    static final class CreateTopic {
        private CreateTopic() {}

        public static void main(String[] arguments) {
            try (Log log = EmbeddedLog.open(Path.of(arguments[0]), EmbeddedLogOptions.defaults())) {
                TopicSettings settings = TopicSettings.defaults().toBuilder()
                        .compression(Compression.valueOf(arguments[1]))
                        .build();
                try {
                    log.admin().createTopic("orders", 1, settings);
                } catch (LogException e) {
                    System.out.println(e.getMessage());
                }
                System.out.println("topics: " + log.admin().topics().size());
            }
        }
    }
}
