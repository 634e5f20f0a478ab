package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.log.TransactionAbortedException;
import io.mainstem.log.contract.Received;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retention by the test's clock, on a simulated disk. */
class RetentionTest {
    private static final Path ROOT = Path.of("/simulated");
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final Duration WEEK = Duration.ofDays(7);

    private final SimulatedDisk disk = new SimulatedDisk(ROOT);
    private final ManualClock clock = new ManualClock();
    private EmbeddedLog log;

    @BeforeEach
    void openWithATopicThatKeepsAWeek() throws Exception {
        log = open();
        log.admin().createTopic("orders", 1, keepAWeek());
    }

    private static TopicSettings keepAWeek() {
        return TopicSettings.defaults().toBuilder()
                .segmentBytes(16 << 10)
                .retentionMillis(WEEK.toMillis())
                .build();
    }

    // --- age ---

    @Test
    void recordsGoAWeekAfterTheirAppend() {
        fill(3);
        long young = end();
        liveFor(Duration.ofDays(6));
        fill(3);
        log.clean();
        assertThat(start()).isZero();
        liveFor(Duration.ofDays(2));
        assertThat(start()).isPositive().isLessThanOrEqualTo(young);
        liveFor(Duration.ofDays(7));
        assertThat(start()).isEqualTo(end());
        assertThat(files()).noneMatch(file -> file.contains(".log"));
    }

    @Test
    void aClockThatJumpsAYearDeletesNothingForADay() {
        fill(3);
        log.clean();
        clock.advance(Duration.ofDays(365));
        log.clean();
        assertThat(start()).isZero();
        liveFor(Duration.ofHours(23));
        assertThat(start()).isZero();
        liveFor(Duration.ofHours(2));
        assertThat(start()).isEqualTo(end());
    }

    @Test
    void aClockThatComesBackFromAJumpHasDeletedNothing() {
        fill(3);
        log.clean();
        Instant right = clock.instant();
        for (int i = 0; i < 5; i++) {
            clock.set(right.plus(Duration.ofDays(400)));
            liveFor(Duration.ofHours(20));
            right = right.plus(Duration.ofHours(20));
            clock.set(right);
            log.clean();
            assertThat(start()).isZero();
        }
        liveFor(WEEK);
        assertThat(start()).isEqualTo(end());
    }

    @Test
    void aRestartDoesNotMakeAJumpBelieved() throws Exception {
        fill(3);
        log.clean();
        reopen();
        clock.advance(Duration.ofDays(365));
        for (int i = 0; i < 20; i++) {
            log.clean();
            assertThat(start()).isZero();
            reopen();
            clock.advance(Duration.ofHours(1));
        }
        clock.advance(Duration.ofHours(5));
        log.clean();
        assertThat(start()).isEqualTo(end());
    }

    @Test
    void aClockThatGoesBackAnHourDeletesNothing() {
        fill(3);
        log.clean();
        clock.advance(Duration.ofHours(-1));
        log.clean();
        assertThat(start()).isZero();
    }

    @Test
    void appendTimesNeverGoBack() throws Exception {
        append("a");
        long first = clock.millis();
        clock.advance(Duration.ofHours(-1));
        append("b");
        reopen();
        append("c");
        disk.kill();
        log = open();
        append("d");
        clock.advance(Duration.ofHours(2));
        append("e");
        assertThat(received())
                .extracting(Received::timestamp)
                .containsExactly(first, first, first, first, clock.millis());
        assertThat(received()).extracting(Received::value).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void aSegmentIsClosedWhenItIsOld() throws Exception {
        log.admin()
                .alterTopic(
                        "orders",
                        keepAWeek().toBuilder()
                                .segmentMillis(Duration.ofHours(1).toMillis())
                                .build());
        append("a");
        clock.advance(Duration.ofMinutes(30));
        append("b");
        clock.advance(Duration.ofMinutes(31));
        append("c");
        reopen();
        clock.advance(Duration.ofMinutes(59));
        append("d");
        clock.advance(Duration.ofMinutes(2));
        append("e");
        assertThat(files().stream().filter(file -> file.endsWith(".log")))
                .containsExactly("00000000000000000000.log", "00000000000000000004.log", "00000000000000000008.log");
        assertThat(received()).extracting(Received::value).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void theMarkerOfATransactionOfOldRecordsBeginsNoSegment() throws Exception {
        log.admin()
                .alterTopic(
                        "orders",
                        TopicSettings.defaults().toBuilder()
                                .timestampType(TopicSettings.TimestampType.CREATE_TIME)
                                .build());
        append("a");
        append("b");
        reopen();
        append("c");
        append("d");
        assertThat(files().stream().filter(file -> file.endsWith(".log"))).containsExactly("00000000000000000000.log");
        assertThat(received()).extracting(Received::timestamp).containsOnly(0L);
        assertThat(received()).extracting(Received::value).containsExactly("a", "b", "c", "d");
    }

    @Test
    void aGroupThatWasRemovedHoldsItsRecordsUntilItsTimeIsOver() {
        log.admin().setLiveGroups(Map.of("sink", Set.of("orders")), Duration.ZERO);
        fill(3);
        liveFor(Duration.ofDays(10));
        assertThat(start()).isZero();
        log.admin().setLiveGroups(Map.of(), Duration.ofDays(3));
        liveFor(Duration.ofDays(2));
        assertThat(start()).isZero();
        liveFor(Duration.ofDays(2));
        assertThat(start()).isEqualTo(end());
        log.admin().setLiveGroups(Map.of(), Duration.ofDays(3));
        assertThat(log.admin().liveGroups()).isEmpty();
    }

    @Test
    void theSlowestOfSeveralGroupsCounts() {
        log.admin()
                .setLiveGroups(
                        Map.of("fast", Set.of("orders"), "slow", Set.of("orders"), "other", Set.of("others")),
                        Duration.ZERO);
        fill(4);
        liveFor(Duration.ofDays(8));
        log.admin().reset("fast", Map.of(PARTITION, OffsetAndMetadata.of(end())));
        log.clean();
        assertThat(start()).isZero();
        log.admin().reset("slow", Map.of(PARTITION, OffsetAndMetadata.of(end() / 2)));
        log.clean();
        assertThat(start()).isPositive().isLessThanOrEqualTo(end() / 2);
    }

    @Test
    void damageInTheLastSegmentIsNotTakenForAge() throws Exception {
        fill(3);
        liveFor(Duration.ofDays(8));
        assertThat(start()).isEqualTo(end());
        append("young");
        reopen();
        disk.flipBit(ROOT.resolve("orders-0").resolve(String.format("%020d.log", start())), 8 * RecordBatch.MAGIC);
        disk.flipBit(ROOT.resolve("orders-0").resolve(String.format("%020d.log", start())), 8 * RecordBatch.LENGTH);
        log.clean();
        assertThat(start()).isLessThan(end());
    }

    // --- files ---

    @Test
    void filesGoOnlyAfterACheckpointThatDoesWithoutThem() throws Exception {
        fill(6);
        log.checkpoint();
        List<String> before = files();
        log.admin().truncateBefore(Map.of(PARTITION, end()));
        assertThat(files()).isEqualTo(before);
        log.checkpoint();
        log.clean();
        assertThat(files()).isEmpty();
        disk.kill();
        log = open();
        assertThat(start()).isEqualTo(end());
    }

    @Test
    void whatWasBeingDeletedIsDeletedByTheNextOpen() throws Exception {
        fill(6);
        log.admin().truncateBefore(Map.of(PARTITION, end()));
        log.admin().createTopic("gone", 2, TopicSettings.defaults());
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            producer.send(new TopicPartition("gone", 1), 0, null, new byte[10], Headers.EMPTY)
                    .join();
        }
        log.admin().deleteTopic("gone");
        log.checkpoint();
        assertThat(disk.list(ROOT)).anyMatch(name -> name.endsWith(Trash.DELETED));
        disk.kill();
        log = open();
        append("x");
        log.clean();
        assertThat(files().stream().filter(file -> file.endsWith(".log"))).hasSize(1);
        assertThat(files()).noneMatch(file -> file.endsWith(Trash.DELETED));
        assertThat(disk.list(ROOT)).noneMatch(name -> name.endsWith(Trash.DELETED));
    }

    @Test
    void whatWasTruncatedOfADeletedTopicIsNotSoughtInItsSuccessor() throws Exception {
        for (boolean buried : new boolean[] {false, true}) {
            fill(6);
            log.admin().truncateBefore(Map.of(PARTITION, end()));
            if (buried) {
                log.checkpoint();
            }
            log.admin().deleteTopic("orders");
            log.admin().createTopic("orders", 1, keepAWeek());
            append("successor");
            log.checkpoint();
            log.clean();
            reopen();
            assertThat(values()).containsExactly("successor");
        }
    }

    @Test
    void whatWasTruncatedOfADeletedTopicIsNotSoughtInItsSuccessorAfterARecovery() throws Exception {
        fill(6);
        log.checkpoint();
        log.admin().truncateBefore(Map.of(PARTITION, end()));
        fill(1);
        log.admin().deleteTopic("orders");
        log.admin().createTopic("orders", 1, keepAWeek());
        append("successor");
        disk.kill();
        log = open();
        log.clean();
        reopen();
        assertThat(values()).containsExactly("successor");
    }

    @Test
    void aLargeFileIsCutAwayInSteps() throws Exception {
        Path file = ROOT.resolve("large.log");
        try (Storage.StoredFile stored = disk.open(file)) {
            stored.write(ByteBuffer.allocate(20 << 20), 0);
        }
        Trash trash = new Trash(disk);
        trash.add(file, 20 << 20);
        Path renamed = ROOT.resolve("large.log.deleted");
        List<Long> sizes = new ArrayList<>();
        while (trash.step()) {
            sizes.add(disk.size(renamed));
            assertThat(trash.bytes()).isEqualTo(Math.max(0, disk.size(renamed)));
        }
        assertThat(sizes).containsExactly(20L << 20, 12L << 20, 4L << 20, -1L);
    }

    @Test
    void theBytesOfThePartitionsAreKnownWithoutLookingAtTheirFiles() throws Exception {
        fill(6);
        long bytes = log.admin().offsets(PARTITION).bytes();
        assertThat(bytes).isGreaterThan(6 * 8_000);
        log.close();
        FaultyStorage storage = new FaultyStorage(disk);
        log = EmbeddedLog.openUnlocked(ROOT, options().storage(storage).build());
        storage.failAfter(0, true);
        assertThat(log.admin().offsets(PARTITION).bytes()).isEqualTo(bytes);
        storage.heal();
        log.admin().truncateBefore(Map.of(PARTITION, 60L));
        assertThat(received()).isNotEmpty();
        assertThat(log.admin().offsets(PARTITION).bytes()).isLessThan(bytes);
    }

    // --- a full disk ---

    @Test
    void aFullDiskRefusesAppendsUntilRetentionHasMadeRoom() throws Exception {
        fill(6);
        log.clean();
        liveFor(Duration.ofDays(8));
        fill(6);
        disk.setCapacity(disk.usedBytes());
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 50; i++) {
                        fill(1);
                    }
                })
                .isInstanceOf(TransactionAbortedException.class)
                .hasMessageContaining("No space left on device");
        assertThat(log.admin().diskUsage().orElseThrow().full()).isPresent();
        List<String> before = values();
        long end = end();

        clock.advance(Duration.ofHours(20));
        log.clean();
        assertThat(values()).isEqualTo(before);
        liveFor(Duration.ofDays(8));
        assertThat(start()).isEqualTo(end);

        fill(1);
        assertThat(log.admin().diskUsage().orElseThrow().full()).isEmpty();
        disk.kill();
        log = open();
        assertThat(start()).isEqualTo(end);
        assertThat(values()).hasSize(16);
    }

    @Test
    void aCheckpointForWhichThereIsNoRoomEndsNothing() throws Exception {
        fill(3);
        List<String> before = values();
        disk.setCapacity(disk.usedBytes());
        for (int i = 0; i < 3; i++) {
            log.checkpoint();
        }
        assertThat(log.admin().diskUsage().orElseThrow().full())
                .hasValueSatisfying(full -> assertThat(full.reason()).contains("No space left on device"));
        assertThat(values()).isEqualTo(before);
        disk.setCapacity(disk.usedBytes() + (1 << 20));
        fill(1);
        log.checkpoint();
        disk.crash(3);
        log = open();
        assertThat(values()).hasSize(64);
    }

    @Test
    void truncationMakesRoomOnADiskWithoutAnyFreeByte() throws Exception {
        log.clean();
        fill(10);
        disk.setCapacity(disk.usedBytes());
        for (int i = 0; i < 50; i++) {
            try {
                fill(1);
            } catch (LogException e) {
                break;
            }
        }
        long end = end();
        disk.setCapacity(disk.usedBytes());
        log.admin().truncateBefore(Map.of(PARTITION, end));
        log.clean();
        assertThat(disk.usableBytes(ROOT)).isGreaterThan(80_000);
        fill(1);
        assertThat(values()).hasSize(16);
    }

    // --- what the tests are written with ---

    private EmbeddedLogOptions.Builder options() {
        return EmbeddedLogOptions.builder()
                .storage(disk)
                .background(false)
                .clock(clock)
                .random(new Random(1))
                .journalFileBytes(64 << 10)
                .checkpointBytes(64 << 10)
                .minFreeBytes(0);
    }

    private EmbeddedLog open() throws IOException {
        return EmbeddedLog.openUnlocked(ROOT, options().build());
    }

    private void reopen() throws IOException {
        log.close();
        log = open();
    }

    /** Lets time pass with a look each hour. */
    private void liveFor(Duration time) {
        for (long hour = 0; hour < time.toHours(); hour++) {
            clock.advance(Duration.ofHours(1));
            log.clean();
        }
    }

    private long start() {
        return log.admin().offsets(PARTITION).start();
    }

    private long end() {
        return log.admin().offsets(PARTITION).end();
    }

    private List<String> files() {
        return disk.list(ROOT.resolve("orders-0"));
    }

    /** Commits so many transactions of 16 records and about 8 KiB. */
    private void fill(int transactions) {
        try (Producer producer = log.producer(
                ProducerOptions.transactional("filler").withBatchBytes(1 << 10).withMaxBlock(Duration.ZERO))) {
            for (int i = 0; i < transactions; i++) {
                Transaction transaction = producer.begin();
                for (int record = 0; record < 16; record++) {
                    transaction.append(PARTITION, 0, null, new byte[480], Headers.EMPTY);
                }
                StateChange.waitFor(transaction.commit());
            }
        }
    }

    private void append(String value) {
        try (Producer producer = log.producer(ProducerOptions.transactional("appender"))) {
            Transaction transaction = producer.begin();
            transaction.append(
                    PARTITION, 0, null, value.getBytes(java.nio.charset.StandardCharsets.UTF_8), Headers.EMPTY);
            StateChange.waitFor(transaction.commit());
        }
    }

    private List<Received> received() {
        List<Received> records = new ArrayList<>();
        try (PartitionReader reader = log.reader(PARTITION, start())) {
            while (reader.position() < end()) {
                records.addAll(Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow()));
            }
        }
        return records;
    }

    private List<String> values() {
        return received().stream().map(record -> String.valueOf(record.value())).toList();
    }
}
