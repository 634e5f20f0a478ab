package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.CompactionStatus;
import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compaction step by step, by the test's clock, with crashes and without room; and what it leaves on disk. */
class CompactionTest {
    private static final Path ROOT = Path.of("/simulated");
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final int CALLS_MAX = 2_000;

    private SimulatedDisk disk = new SimulatedDisk(ROOT);
    private FaultyStorage storage = new FaultyStorage(disk);
    private final ManualClock clock = new ManualClock();
    private final Random random = new Random(5);
    private Durability durability = Durability.DISK;
    private EmbeddedLog log;

    // --- crashes ---

    /** Each storage call of a compaction fails, and then the power; the next open has the old records or the new ones. */
    @ParameterizedTest
    @EnumSource(Durability.class)
    void aCrashAtAnyPointLeavesTheOldSegmentsOrTheNewOnes(Durability with) throws Exception {
        durability = with;
        int old = 0;
        int compacted = 0;
        boolean happened = true;
        for (int call = 0; happened; call++) {
            assertThat(call).isLessThan(CALLS_MAX);
            begin();
            List<Received> all = received();
            storage.failAfter(call, true);
            log.compact();
            happened = storage.happened();
            storage.heal();
            if (call % 2 == 0) {
                disk.crash(call);
            } else {
                disk.kill();
            }
            log = open();
            List<Received> left = received();
            String where = "call " + call;
            check(all, left, where);
            assertThat(log.admin().offsets(PARTITION).bytes()).as(where).isEqualTo(logBytes());
            assertThat(files()).as(where).noneMatch(name -> name.endsWith(".swap") || name.endsWith(".cleaned"));
            if (left.equals(all)) {
                old++;
            } else {
                compacted++;
            }
            log.clean();
            check(all, received(), where);
            assertThat(received()).as(where).hasSizeLessThan(all.size() / 2);
            assertThat(files()).as(where).noneMatch(name -> name.endsWith(Trash.DELETED));
            reopen();
            check(all, received(), where);
        }
        assertThat(old).isGreaterThan(10);
        assertThat(compacted).isGreaterThan(10);
    }

    /** One storage call fails and the log lives on. */
    @Test
    void aFailureAtAnyPointLosesNothing() throws Exception {
        boolean happened = true;
        for (int call = 0; happened; call++) {
            assertThat(call).isLessThan(CALLS_MAX);
            begin();
            List<Received> all = received();
            storage.failAfter(call, false);
            log.compact();
            happened = storage.happened();
            storage.heal();
            try {
                check(all, received(), "call " + call);
                log.clean();
                check(all, received(), "call " + call);
            } catch (LogException e) {
                // A rename that failed behind the decision ends the log's appends, and this partition's reads.
                assertThat(e).as("call " + call).hasMessageContaining("check the disk");
            }
            reopen();
            check(all, received(), "call " + call);
        }
    }

    /** What was recovered, and only seen in the cache, is lost again with the power: nothing of it may have been used up. */
    @Test
    void aCrashDuringARecoveryFromACrashLosesNothing() throws Exception {
        int recoveries = 0;
        for (int call = 0; call < 90; call++) {
            boolean happened = true;
            for (int second = 0; happened; second += 1 + random.nextInt(6)) {
                begin();
                List<Received> all = received();
                storage.failAfter(90 + call, true);
                log.compact();
                disk.kill();
                storage.failAfter(second, true);
                try {
                    log = open();
                } catch (IOException | LogException e) {
                    recoveries++;
                }
                happened = storage.happened();
                storage.heal();
                disk.crash(call);
                log = open();
                check(all, received(), "calls " + call + ", " + second);
            }
        }
        assertThat(recoveries).isGreaterThan(100);
    }

    // --- what is left on disk ---

    @Test
    void smallSegmentsAreJoinedAndTheLastIsNotTouched() throws Exception {
        begin();
        List<String> before = logs();
        log.clean();
        assertThat(logs()).hasSameSizeAs(before);
        log.admin()
                .alterTopic(
                        "orders", settings().toBuilder().minCleanableRatio(0).build());
        fill(10, 10);
        before = logs();
        long active = disk.size(folder().resolve(before.get(before.size() - 1)));
        log.clean();
        List<String> after = logs();
        assertThat(after)
                .hasSizeLessThan(before.size())
                .startsWith(before.get(0))
                .endsWith(before.get(before.size() - 1));
        assertThat(disk.size(folder().resolve(after.get(after.size() - 1)))).isEqualTo(active);
    }

    @Test
    void moreKeysThanTheMemoryHoldsTakeMoreRounds() throws Exception {
        int keys = 100_000;
        log = open();
        log.admin()
                .createTopic(
                        "orders",
                        1,
                        settings().toBuilder()
                                .segmentBytes(1 << 20)
                                .minCleanableRatio(0)
                                .build());
        for (int round = 0; round < 2; round++) {
            try (Producer producer = log.producer(ProducerOptions.transactional("filler"))) {
                for (int i = 0; i < keys; i += 1000) {
                    Transaction transaction = producer.begin();
                    for (int key = i; key < i + 1000; key++) {
                        append(transaction, "k" + key, "v" + round);
                    }
                    StateChange.waitFor(transaction.commit());
                }
            }
        }
        List<Received> all = received();
        log.clean();
        List<Received> left = received();
        check(all, left, "many keys");
        assertThat(left).hasSizeBetween(keys, keys + keys / 2);
    }

    @Test
    void aProducersLastBatchStaysEmptyForADay() throws Exception {
        log = open();
        log.admin().createTopic("orders", 1, settings());
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            StateChange.waitFor(producer.send(PARTITION, 0, bytes("k0"), bytes("v"), Headers.EMPTY));
        }
        fill(40, 1);
        fill(40, 1);
        log.clean();
        assertThat(firstBatches()).contains("0 with 0 records");
        clock.advance(Duration.ofHours(25));
        fill(40, 1);
        log.clean();
        assertThat(firstBatches()).doesNotContain("0 with 0 records");
    }

    @Test
    void aMarkerGoesADayAfterItsTransactionHasNothingLeft() throws Exception {
        begin();
        long end = log.admin().offsets(PARTITION).end();
        int before = markers(end);
        log.clean();
        // Their transactions were there when the round began.
        assertThat(markers(end)).isGreaterThan(before / 2);
        for (int day = 0; day < 3; day++) {
            clock.advance(Duration.ofHours(25));
            fill(10, 3);
            fill(10, 3);
            log.clean();
        }
        assertThat(markers(end)).isLessThan(before / 10);
        assertThat(log.admin().offsets(PARTITION).start()).isZero();
    }

    @Test
    void theVerifierMissesASegmentThatIsGoneFromTheCompactedPart(@TempDir Path folder) throws Exception {
        EmbeddedLogOptions options = EmbeddedLogOptions.builder()
                .clock(clock)
                .random(random)
                .background(false)
                .build();
        log = (EmbeddedLog) EmbeddedLog.open(folder, options);
        log.admin().createTopic("orders", 1, settings());
        fill(60, 10_000);
        log.clean();
        log.close();
        List<Path> segments = segments(folder.resolve("orders-0"));
        assertThat(segments).hasSizeGreaterThan(3);
        assertThat(LogVerifier.verify(folder, path -> {}).findings()).isEmpty();
        Files.delete(segments.get(1));
        assertThat(LogVerifier.verify(folder, path -> {}).findings())
                .anySatisfy(finding -> assertThat(finding.what()).contains("missing", "between"));
    }

    private static List<Path> segments(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(Segment.LOG))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theVerifierFindsNothing(@TempDir Path folder) throws Exception {
        for (TopicSettings.Compression compression : TopicSettings.Compression.values()) {
            Path root = Files.createDirectories(folder.resolve(compression.name()));
            EmbeddedLogOptions options = EmbeddedLogOptions.builder()
                    .clock(clock)
                    .random(random)
                    .background(false)
                    .build();
            log = (EmbeddedLog) EmbeddedLog.open(root, options);
            log.admin()
                    .createTopic(
                            "orders",
                            1,
                            settings().toBuilder()
                                    .compression(compression)
                                    .timestampType(TopicSettings.TimestampType.CREATE_TIME)
                                    .build());
            for (int round = 0; round < 3; round++) {
                fill(20, 20);
                log.clean();
                clock.advance(Duration.ofHours(25));
            }
            log.close();
            LogReport report = LogVerifier.verify(root, path -> {});
            assertThat(report.findings()).as(compression.name()).isEmpty();
            assertThat(report.segments()).isPositive();
            try (Stream<Path> files = Files.list(root.resolve("orders-0"))) {
                assertThat(files).noneMatch(file -> file.toString().endsWith(Trash.DELETED));
            }
        }
    }

    @Test
    void aSegmentWhoseIndexesAreGoneIsReadAndSearchedAsBefore() throws Exception {
        begin();
        log.clean();
        List<Received> left = received();
        log.close();
        for (String file : files()) {
            if (file.endsWith("index")) {
                disk.delete(folder().resolve(file));
            }
        }
        log = open();
        assertThat(received()).isEqualTo(left);
        for (Received record : left) {
            try (PartitionReader reader = log.reader(PARTITION, record.offset())) {
                assertThat(Received.of(reader.poll(Duration.ZERO).orElseThrow()).get(0))
                        .isEqualTo(record);
            }
        }
    }

    // --- what is in the way ---

    @Test
    void withoutRoomItWaitsAndSaysSo() throws Exception {
        begin();
        List<Received> all = received();
        disk.setCapacity(disk.usedBytes() + 1_000);
        log.compact();
        assertThat(received()).isEqualTo(all);
        assertThat(status().obstacle())
                .hasValueSatisfying(why -> assertThat(why).contains("no room"));
        disk.setCapacity(Long.MAX_VALUE / 4);
        log.compact();
        assertThat(status().obstacle()).isEmpty();
        assertThat(received()).hasSizeLessThan(all.size());
    }

    @Test
    void damageStopsItAndIsNotMadeGood() throws Exception {
        begin();
        log.close();
        Path first = folder().resolve(logs().get(0));
        disk.flipBit(first, 8L * (RecordBatch.HEADER + 30));
        log = open();
        log.compact();
        log.compact();
        assertThat(status().obstacle())
                .hasValueSatisfying(why -> assertThat(why).contains("damaged", "verify"));
        assertThat(status().cleanEnd()).isZero();
        byte[] header = new byte[RecordBatch.HEADER];
        try (Storage.StoredFile file = disk.open(first)) {
            file.read(ByteBuffer.wrap(header), 0);
            byte[] batch = new byte[(int) RecordBatch.size(header, 0)];
            file.read(ByteBuffer.wrap(batch), 0);
            assertThat(RecordBatch.crcValid(batch, 0, batch.length)).isFalse();
        }
    }

    @Test
    void aTruncationWhileItWorksMakesItBeginAnew() throws Exception {
        begin();
        List<Received> all = received();
        Compaction compaction = log.compaction();
        assertThat(compaction.look()).isTrue();
        compaction.step();
        long start = log.admin().offsets(PARTITION).end() / 2;
        log.admin().truncateBefore(Map.of(PARTITION, start));
        log.clean();
        assertThat(status().obstacle()).isEmpty();
        all.removeIf(record -> record.offset() < start);
        check(all, received(), "truncated");
        assertThat(received()).hasSizeLessThan(all.size());
        reopen();
        check(all, received(), "truncated");
    }

    @Test
    void aCloseInTheMiddleLeavesNothing() throws Exception {
        begin();
        List<Received> all = received();
        assertThat(log.compaction().look()).isTrue();
        log.compaction().step();
        log.compaction().step();
        assertThat(log.compaction().step()).isTrue();
        reopen();
        check(all, received(), "closed");
        assertThat(files()).noneMatch(name -> name.endsWith(".cleaned") || name.endsWith(".swap"));
    }

    @Test
    void aWrongBaseOffsetInAGapIsToldWhenItReachesIntoTheNextBatch() throws Exception {
        begin();
        log.clean();
        List<Received> left = received();
        log.close();
        // The second of the last closed file, which has records: the last of each key are there.
        Path file = folder().resolve(logs().get(logs().size() - 2));
        byte[] header = new byte[RecordBatch.HEADER];
        long position = 0;
        try (Storage.StoredFile stored = disk.open(file)) {
            while (position == 0 || RecordBatch.recordTimestamp(header, 0) == Long.MIN_VALUE) {
                stored.read(ByteBuffer.wrap(header), position);
                position += RecordBatch.size(header, 0);
            }
        }
        disk.flipBit(file, 8 * (position - RecordBatch.size(header, 0) + 6));
        log = open();
        List<Received> found = new ArrayList<>();
        long seek = 0;
        while (seek < log.admin().offsets(PARTITION).end()) {
            try (PartitionReader reader = log.reader(PARTITION, seek)) {
                for (var chunk = reader.poll(Duration.ZERO); chunk.isPresent(); chunk = reader.poll(Duration.ZERO)) {
                    found.addAll(Received.of(chunk.get()));
                }
                seek = reader.position();
            } catch (CorruptRecordException e) {
                seek = e.nextOffset();
            }
        }
        assertThat(left).containsAll(found);
        assertThat(found).hasSizeLessThan(left.size());
    }

    // --- what the tests are written with ---

    /** A log whose topic has 40 transactions with few keys, in several segments. */
    private void begin() throws IOException {
        disk = new SimulatedDisk(ROOT);
        storage = new FaultyStorage(disk);
        log = open();
        log.admin().createTopic("orders", 1, settings());
        fill(40, 10);
        // With the operating system's durability a power cut may take what came after it.
        log.checkpoint();
    }

    private static TopicSettings settings() {
        return TopicSettings.defaults().toBuilder()
                .cleanup(TopicSettings.Cleanup.COMPACT)
                .segmentBytes(16 << 10)
                .build();
    }

    private EmbeddedLog open() throws IOException {
        return EmbeddedLog.openUnlocked(
                ROOT,
                EmbeddedLogOptions.builder()
                        .durability(durability)
                        .storage(storage)
                        .background(false)
                        .clock(clock)
                        .random(random)
                        .journalFileBytes(64 << 10)
                        .checkpointBytes(64 << 10)
                        .compactionMemoryBytes(1 << 20)
                        .minFreeBytes(0)
                        .build());
    }

    private void reopen() throws IOException {
        log.close();
        log = open();
    }

    private void fill(int transactions, int keys) {
        try (Producer producer =
                log.producer(ProducerOptions.transactional("filler").withBatchBytes(1 << 10))) {
            for (int i = 0; i < transactions; i++) {
                Transaction transaction = producer.begin();
                for (int record = 0; record < 8; record++) {
                    append(transaction, "k" + random.nextInt(keys), random.nextInt(9) == 0 ? null : "v".repeat(200));
                }
                StateChange.waitFor(transaction.commit());
            }
        }
    }

    private void append(Transaction transaction, String key, String value) {
        transaction.append(
                PARTITION,
                clock.millis() - random.nextInt(1000),
                bytes(key),
                value == null ? null : bytes(value),
                Headers.EMPTY);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private CompactionStatus status() {
        return log.admin().compaction(PARTITION).orElseThrow();
    }

    private List<Received> received() {
        List<Received> records = new ArrayList<>();
        long end = log.admin().offsets(PARTITION).end();
        try (PartitionReader reader =
                log.reader(PARTITION, log.admin().offsets(PARTITION).start())) {
            while (reader.position() < end) {
                records.addAll(Received.of(reader.poll(Duration.ZERO).orElseThrow()));
            }
        }
        return records;
    }

    /** Checks that nothing is there twice, nothing has changed, and the last of each key is there. */
    private static void check(List<Received> all, List<Received> left, String where) {
        Map<Long, Received> byOffset = new LinkedHashMap<>();
        Map<String, Received> last = new LinkedHashMap<>();
        all.forEach(record -> {
            byOffset.put(record.offset(), record);
            last.put(record.key(), record);
        });
        long before = -1;
        for (Received record : left) {
            if (record.offset() <= before || !record.equals(byOffset.get(record.offset()))) {
                throw new AssertionError(where + ": " + record + " behind offset " + before);
            }
            before = record.offset();
        }
        last.values().removeAll(new HashSet<>(left));
        assertThat(last).as(where).isEmpty();
    }

    private static Path folder() {
        return ROOT.resolve("orders-0");
    }

    private List<String> files() {
        return disk.list(folder());
    }

    private List<String> logs() {
        return files().stream().filter(name -> name.endsWith(".log")).sorted().toList();
    }

    private long logBytes() {
        return logs().stream()
                .mapToLong(name -> disk.size(folder().resolve(name)))
                .sum();
    }

    /** A visit of each batch header. */
    private interface Visitor {
        void batch(byte[] header);
    }

    private void forEachBatch(Visitor visitor) throws IOException {
        byte[] header = new byte[RecordBatch.HEADER];
        for (String name : logs()) {
            try (Storage.StoredFile file = disk.open(folder().resolve(name))) {
                for (long at = 0; at < file.size(); at += RecordBatch.size(header, 0)) {
                    file.read(ByteBuffer.wrap(header), at);
                    visitor.batch(header);
                }
            }
        }
    }

    private List<String> firstBatches() throws IOException {
        List<String> batches = new ArrayList<>();
        forEachBatch(header ->
                batches.add(RecordBatch.baseOffset(header, 0) + " with " + RecordBatch.count(header, 0) + " records"));
        return batches.subList(0, 3);
    }

    private int markers(long end) throws IOException {
        int[] count = new int[1];
        forEachBatch(header -> count[0] += RecordBatch.isMarker(header, 0)
                        && RecordBatch.count(header, 0) > 0
                        && RecordBatch.baseOffset(header, 0) < end
                ? 1
                : 0);
        return count[0];
    }
}
