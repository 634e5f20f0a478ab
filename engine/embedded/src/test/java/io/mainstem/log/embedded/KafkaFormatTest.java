package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our segments against Kafka's own reader, and Kafka's segments against ours. */
class KafkaFormatTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(TopicSettings.TimestampType.class)
    void kafkaReadsOurSegmentsAndFindsThemValid(TopicSettings.TimestampType timestampType) throws Exception {
        checkThatKafkaReads(TopicSettings.Compression.NONE, writeManyTransactions(settings(timestampType)));
    }

    @ParameterizedTest
    @EnumSource(TopicSettings.Compression.class)
    void kafkaReadsEachOfOurCompressions(TopicSettings.Compression compression) throws Exception {
        TopicSettings settings = settings(TopicSettings.TimestampType.CREATE_TIME).toBuilder()
                .compression(compression)
                .build();
        checkThatKafkaReads(compression, writeManyTransactions(settings));
    }

    private static TopicSettings settings(TopicSettings.TimestampType timestampType) {
        return TopicSettings.defaults().toBuilder()
                .segmentBytes(16 << 10)
                .timestampType(timestampType)
                .build();
    }

    private void checkThatKafkaReads(TopicSettings.Compression compression, List<Received> written) throws Exception {

        List<Received> read = new ArrayList<>();
        int segments = 0;
        for (Path file : segmentFiles()) {
            segments++;
            try (FileRecords records = FileRecords.open(file.toFile(), false)) {
                for (RecordBatch batch : records.batches()) {
                    batch.ensureValid();
                    assertThat(batch.magic()).isEqualTo((byte) 2);
                    assertThat(batch.isTransactional()).isTrue();
                    assertThat(batch.partitionLeaderEpoch()).isZero();
                    if (!batch.isControlBatch()) {
                        assertThat(batch.compressionType().name)
                                .isEqualTo(compression.name().toLowerCase(Locale.ROOT));
                    }
                    readBatch(batch, read);
                }
                assertThat((long) records.sizeInBytes()).isEqualTo(Files.size(file));
            }
        }
        assertThat(segments).isGreaterThan(3);
        assertThat(read).isEqualTo(written);
    }

    private void readBatch(RecordBatch batch, List<Received> into) {
        for (Record record : batch) {
            record.ensureValid();
            if (batch.isControlBatch()) {
                assertThat(ControlRecordType.parse(record.key())).isEqualTo(ControlRecordType.COMMIT);
                assertThat(EndTransactionMarker.deserialize(record).controlType())
                        .isEqualTo(ControlRecordType.COMMIT);
                continue;
            }
            into.add(new Received(
                    record.offset(), record.timestamp(), text(record.key()), text(record.value()), headers(record)));
        }
    }

    private static Headers headers(Record record) {
        Headers headers = Headers.EMPTY;
        for (Header header : record.headers()) {
            headers = headers.with(header.key(), header.value());
        }
        return headers;
    }

    private static String text(ByteBuffer buffer) {
        return buffer == null ? null : StandardCharsets.UTF_8.decode(buffer).toString();
    }

    private List<Received> writeManyTransactions(TopicSettings settings) {
        Random random = new Random(7);
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            log.admin().createTopic(PARTITION.topic(), 1, settings);
            try (Producer producer =
                    log.producer(ProducerOptions.transactional("writer").withBatchBytes(4 << 10))) {
                for (int round = 0; round < 40; round++) {
                    Transaction transaction = producer.begin();
                    for (int i = 0; i < 100; i++) {
                        byte[] key = i % 7 == 0 ? null : ("key-" + i).getBytes(StandardCharsets.UTF_8);
                        byte[] value = i % 11 == 0
                                ? null
                                : "v".repeat(random.nextInt(200)).getBytes(StandardCharsets.UTF_8);
                        Headers headers = i % 5 == 0 ? Headers.of("round", new byte[] {(byte) round}) : Headers.EMPTY;
                        transaction.append(PARTITION, 1_000_000L * random.nextInt(2_000_000), key, value, headers);
                    }
                    transaction.commit().join();
                }
            }
            return readAll(log);
        }
    }

    private static List<Received> readAll(Log log) {
        List<Received> records = new ArrayList<>();
        long end = log.admin().offsets(PARTITION).end();
        try (PartitionReader reader = log.reader(PARTITION, 0)) {
            while (reader.position() < end) {
                records.addAll(Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow()));
            }
        }
        return records;
    }

    private List<Path> segmentFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(PARTITION.toString()))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void ourIndexFilesLeadToTheBatchesTheyName() throws Exception {
        writeManyTransactions(settings(TopicSettings.TimestampType.CREATE_TIME));
        int entries = 0;
        for (Path file : segmentFiles()) {
            String stem = file.toString().substring(0, file.toString().length() - 4);
            long base = Long.parseLong(file.getFileName().toString().substring(0, 20));
            if (!Files.exists(Path.of(stem + ".index"))) {
                assertThat(Files.size(file)).isLessThan(3 * SegmentIndex.INTERVAL_BYTES);
                continue;
            }
            ByteBuffer index = ByteBuffer.wrap(Files.readAllBytes(Path.of(stem + ".index")));
            try (FileRecords records = FileRecords.open(file.toFile(), false)) {
                while (index.hasRemaining()) {
                    long offset = base + index.getInt();
                    RecordBatch batch =
                            records.batchesFrom(index.getInt()).iterator().next();
                    assertThat(batch.lastOffset()).isEqualTo(offset);
                    entries++;
                }
                ByteBuffer times = ByteBuffer.wrap(Files.readAllBytes(Path.of(stem + ".timeindex")));
                long greatest = Long.MIN_VALUE;
                while (times.hasRemaining()) {
                    long time = times.getLong();
                    assertThat(time).isGreaterThan(greatest);
                    greatest = time;
                    times.getInt();
                }
                long expected = Long.MIN_VALUE;
                for (RecordBatch batch : records.batches()) {
                    expected = batch.isControlBatch() ? expected : Math.max(expected, batch.maxTimestamp());
                }
                assertThat(greatest).isEqualTo(expected);
            }
        }
        assertThat(entries).isGreaterThan(20);
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void weReadSegmentsThatKafkaWrote(CompressionType compression) throws Exception {
        Path partition = Files.createDirectories(folder.resolve(PARTITION.toString()));
        List<Received> expected = new ArrayList<>();
        long offset = 0;
        try (FileRecords file =
                FileRecords.open(partition.resolve("00000000000000000000.log").toFile(), true)) {
            Random random = new Random(11);
            for (int round = 0; round < 50; round++) {
                MemoryRecordsBuilder builder = MemoryRecords.builder(
                        ByteBuffer.allocate(1 << 16),
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        Compression.of(compression).build(),
                        TimestampType.CREATE_TIME,
                        offset,
                        RecordBatch.NO_TIMESTAMP,
                        17,
                        (short) 3,
                        round * 20,
                        false,
                        5);
                for (int i = 0; i < 20; i++) {
                    String key = i % 3 == 0 ? null : "k" + i;
                    String value = i % 4 == 0 ? null : "x".repeat(random.nextInt(500));
                    long timestamp = 1_700_000_000_000L + random.nextInt(1_000_000) - 500_000;
                    Header[] headers =
                            i % 6 == 0 ? new Header[] {new RecordHeader("h", new byte[] {1, 2})} : new Header[0];
                    builder.append(timestamp, utf8(key), utf8(value), headers);
                    Headers ours = i % 6 == 0 ? Headers.of("h", new byte[] {1, 2}) : Headers.EMPTY;
                    expected.add(new Received(offset++, timestamp, key, value, ours));
                }
                file.append(builder.build());
            }
            file.flush();
        }
        assertThat(fetchAll(partition, offset)).isEqualTo(expected);
    }

    private static byte[] utf8(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private List<Received> fetchAll(Path partition, long end) throws IOException {
        long size = Files.size(partition.resolve("00000000000000000000.log"));
        List<Received> records = new ArrayList<>();
        DataFolder data = new DataFolder(folder, new RealStorage(), 16);
        try (OpenFiles files = data.files()) {
            PartitionLog log = new PartitionLog(
                    new Topic.Identity(PARTITION.topic(), UUID.randomUUID()),
                    TopicSettings.defaults(),
                    0,
                    data,
                    new PartitionLog.Extent(0, end, 0, size, size, -1),
                    LeaderEpochs.FIRST);
            assertThat(log.files()).isSameAs(files);
            Fetcher fetcher = new Fetcher(log, 10_000, new ReadArrays(), 0);
            while (fetcher.position() < end) {
                LogChunk chunk = fetcher.fetch();
                assertThat(chunk).isNotNull();
                records.addAll(Received.of(chunk));
            }
        }
        return records;
    }
}
