package io.mainstem.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.embedded.LogReport;
import io.mainstem.log.embedded.LogReport.Finding;
import io.mainstem.log.embedded.LogReport.Severity;
import io.mainstem.log.embedded.LogVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The folder of a real broker: with every compression, transactions that were committed and aborted, groups, a topic that
 * was compacted, one whose beginning was deleted.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokerFolderTest {
    private static final int RECORDS = 3_000;
    private static final int FLIPS = Integer.getInteger("verify.flips", 60);
    private static final Duration WAIT = Duration.ofSeconds(60);

    private Path parent;
    private Path folder;
    private Path running;
    private LogReport whileRunning;
    private final Random random = new Random(6);

    @BeforeAll
    void fillAndStop(@TempDir Path temporary) throws Exception {
        parent = temporary;
        folder = Files.createDirectories(parent.resolve("kafka"));
        running = parent.resolve("running");
        try (Broker broker = Broker.start(folder);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            for (CompressionType compression : CompressionType.values()) {
                create(admin, "topic-" + compression.name, Map.of("segment.bytes", "1048576"));
                produce(broker, "topic-" + compression.name, compression);
            }
            create(admin, "transactions", Map.of());
            transactions(broker);
            create(admin, "shortened", Map.of("segment.bytes", "1048576"));
            produce(broker, "shortened", CompressionType.NONE);
            admin.deleteRecords(Map.of(new TopicPartition("shortened", 0), RecordsToDelete.beforeOffset(2_000)))
                    .all()
                    .get();
            consume(broker);
            create(
                    admin,
                    "compacted",
                    Map.of(
                            "cleanup.policy", "compact",
                            "segment.bytes", "1048576",
                            "min.cleanable.dirty.ratio", "0.01"));
            compact(broker);
            whileRunning = LogVerifier.verify(folder, partition -> {});
            copy(folder, running);
        }
    }

    private static void create(Admin admin, String topic, Map<String, String> settings) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty()).configs(settings)))
                .all()
                .get();
    }

    private static KafkaProducer<byte[], byte[]> producer(Broker broker, Map<String, Object> settings) {
        HashMap<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", broker.address());
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void produce(Broker broker, String topic, CompressionType compression) {
        try (KafkaProducer<byte[], byte[]> producer =
                producer(broker, Map.of("compression.type", compression.name, "linger.ms", 5))) {
            for (int i = 0; i < RECORDS; i++) {
                var unused = producer.send(new ProducerRecord<>(topic, key(i % 4 == 0 ? -1 : i), value()));
            }
        }
    }

    private static byte[] key(int i) {
        return i < 0 ? null : ("key-" + i).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] value() {
        byte[] value = new byte[500 + random.nextInt(500)];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) ('a' + random.nextInt(8));
        }
        return value;
    }

    private void transactions(Broker broker) {
        try (KafkaProducer<byte[], byte[]> producer = producer(broker, Map.of("transactional.id", "writer"))) {
            producer.initTransactions();
            for (int round = 0; round < 6; round++) {
                producer.beginTransaction();
                for (int i = 0; i < 20; i++) {
                    var unused = producer.send(new ProducerRecord<>("transactions", key(i), value()));
                }
                if (round % 3 == 2) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
    }

    private static void consume(Broker broker) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.address(), "group.id", "readers", "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("topic-none"));
            long deadline = System.nanoTime() + WAIT.toNanos();
            while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            consumer.commitSync();
        }
    }

    /** Writes few keys again and again, until the broker has compacted some of it. */
    private void compact(Broker broker) throws Exception {
        long deadline = System.nanoTime() + WAIT.toNanos();
        Path checkpoint = folder.resolve("cleaner-offset-checkpoint");
        try (KafkaProducer<byte[], byte[]> producer = producer(broker, Map.of("compression.type", "lz4"))) {
            while (!Files.exists(checkpoint) || !Files.readString(checkpoint).matches("(?s).*compacted 0 [1-9].*")) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                for (int i = 0; i < 500; i++) {
                    var unused = producer.send(new ProducerRecord<>(
                            "compacted", key(random.nextInt(50)), random.nextInt(10) == 0 ? null : value()));
                }
                producer.flush();
            }
        }
    }

    private static List<Finding> damages(LogReport report) {
        return report.findings().stream()
                .filter(finding -> finding.severity() == Severity.DAMAGE)
                .toList();
    }

    @Test
    void aFolderOfAStoppedBrokerIsSound() throws IOException {
        LogReport report = LogVerifier.verify(folder, partition -> {});

        assertThat(damages(report)).isEmpty();
        assertThat(report.isSound()).isTrue();
        assertThat(report.kind()).isEqualTo(LogReport.Kind.KAFKA);
        assertThat(report.inUse()).isFalse();
        assertThat(report.findings())
                .extracting(Finding::what)
                .allMatch(what -> what.contains("left of a deletion or a compaction"));
        assertThat(report.partitions()).isEqualTo(5 + 3 + 1 + 2 + 2);
        assertThat(report.records()).isGreaterThan(6 * RECORDS - 2_000);
        assertThat(logs("compacted").size()).isGreaterThan(1);
    }

    @Test
    void aBrokerThatRunsIsLookedAtAndNotDisturbed() {
        assertThat(damages(whileRunning)).isEmpty();
        assertThat(whileRunning.inUse()).isTrue();
    }

    @Test
    void aCopyOfARunningBrokersFolderIsSound() {
        LogReport report = LogVerifier.verify(running, partition -> {});

        assertThat(damages(report)).isEmpty();
        assertThat(report.inUse()).isFalse();
    }

    @Test
    void aPartitionAloneIsSoundAndItsGapsAreNoted() {
        LogReport report = LogVerifier.verify(folder.resolve("compacted-0"), partition -> {});

        assertThat(damages(report)).isEmpty();
        assertThat(report.kind()).isEqualTo(LogReport.Kind.PARTITION);
        assertThat(report.findings())
                .anySatisfy(finding -> assertThat(finding.what()).contains("gaps between its offsets"));
    }

    @Test
    void flippedBitsAreToldWithTheirPlace() throws IOException {
        List<Path> logs = logs("");
        logs.removeIf(file -> file.toFile().length() == 0);
        Long only = Long.getLong("seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? FLIPS : only + 1); seed++) {
            Random flips = new Random(seed);
            Path file = logs.get(flips.nextInt(logs.size()));
            byte[] sound = Files.readAllBytes(file);
            byte[] damaged = sound.clone();
            int at = flips.nextInt(flips.nextBoolean() ? damaged.length : 61);
            damaged[at] ^= (byte) (1 << flips.nextInt(8));
            Files.write(file, damaged);
            LogReport report = LogVerifier.verify(folder, partition -> {});
            String again = file + " byte " + at + ", again with -Dseed=" + seed + ": " + report.findings();
            assertThat(damages(report))
                    .as(again)
                    .hasSizeBetween(mayGoUnseen(file, sound, at) ? 0 : 1, 2)
                    .allSatisfy(damage -> {
                        assertThat(damage.file()).isEqualTo(file);
                        assertThat(damage.position()).isLessThanOrEqualTo(at);
                        assertThat(damage.endPosition()).isGreaterThan(at);
                    });
            Files.write(file, sound);
        }
        assertThat(LogVerifier.verify(folder, partition -> {}).isSound()).isTrue();
    }

    /**
     * Whether a byte is of a field that no checksum covers and that may be right with another value: a leader epoch of which
     * nobody knows the beginning, the base offset of a batch between gaps.
     */
    private static boolean mayGoUnseen(Path file, byte[] log, int at) {
        int batch = 0;
        while (at >= batch + size(log, batch)) {
            batch += size(log, batch);
        }
        boolean compacted = file.getParent().endsWith("compacted-0")
                || file.getParent().getFileName().toString().startsWith("__");
        return at >= batch + 12 && at < batch + 16 || compacted && at < batch + 8;
    }

    private static int size(byte[] log, int batch) {
        return ByteBuffer.wrap(log).getInt(batch + 8) + 12;
    }

    @Test
    void aMissingFileOfATopicThatIsNotCompactedIsTold() throws IOException {
        Path file = logs("topic-none").get(1);
        Path aside = parent.resolve("aside");
        Files.move(file, aside);

        assertThat(damages(LogVerifier.verify(folder, partition -> {})))
                .singleElement()
                .satisfies(damage -> {
                    assertThat(damage.what()).contains("are missing between '00000000000000000000.log' and this file");
                    assertThat(damage.whatToDo()).contains("another replica");
                });
        Files.move(aside, file);
    }

    private List<Path> logs(String topic) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(".log"))
                    .filter(file -> file.getParent().getFileName().toString().startsWith(topic))
                    .sorted()
                    .toList());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
