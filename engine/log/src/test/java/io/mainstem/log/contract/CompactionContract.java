package io.mainstem.log.contract;

import static io.mainstem.log.contract.LogContract.bytes;
import static io.mainstem.log.contract.LogContract.freshName;
import static io.mainstem.log.contract.LogContract.partition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.CompactionStatus;
import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.GroupConsumer.RebalanceListener;
import io.mainstem.log.Headers;
import io.mainstem.log.InvalidRecordException;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Cleanup;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.TopicSettings.TimestampType;
import io.mainstem.log.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every {@link Log} keeps when it compacts a topic: the last record of each key, with its offset, in order. A back end
 * inherits it and says how a log is opened and made to compact.
 */
public abstract class CompactionContract {
    private static final int SEGMENT_BYTES = 16 << 10;

    /** The log under test. */
    protected Log log;

    private final Random random = new Random(17);

    /** Opens the log that the test uses; a second call, after a close, opens the same one again. */
    protected abstract Log open() throws Exception;

    /** Lets the log do now what it does from time to time: compact what is due. */
    protected abstract void clean();

    @BeforeEach
    final void openLog() throws Exception {
        log = open();
    }

    @AfterEach
    final void closeLog() {
        log.close();
    }

    private void reopen() throws Exception {
        log.close();
        log = open();
    }

    // --- what stays and what goes ---

    @ParameterizedTest
    @EnumSource(Compression.class)
    void theLastRecordOfEachKeyStaysAsItWas(Compression compression) throws Exception {
        TopicPartition partition = topic(compacted().compression(compression).timestampType(TimestampType.CREATE_TIME));
        List<Received> all = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            fill(partition, 12, 30);
            all = merge(all, received(partition));
            clean();
            check(all, received(partition));
        }
        assertThat(received(partition)).hasSizeLessThan(all.size() / 2);
        List<Received> left = received(partition);
        reopen();
        assertThat(received(partition)).isEqualTo(left);
    }

    @Test
    void appendTimesStay() {
        TopicPartition partition = topic(compacted());
        fill(partition, 12, 20);
        List<Received> all = received(partition);
        clean();
        check(all, received(partition));
        assertThat(received(partition)).hasSizeLessThan(all.size());
    }

    @Test
    void boundsStay() {
        TopicPartition partition = topic(compacted());
        fill(partition, 12, 10);
        long end = log.admin().offsets(partition).end();
        long bytes = log.admin().offsets(partition).bytes();
        clean();
        assertThat(log.admin().offsets(partition).start()).isZero();
        assertThat(log.admin().offsets(partition).end()).isEqualTo(end);
        assertThat(log.admin().offsets(partition).bytes()).isLessThan(bytes / 2);
    }

    @Test
    void aTopicThatIsNotCompactedKeepsAll() {
        TopicPartition partition = topic(compacted().cleanup(Cleanup.DELETE));
        fill(partition, 12, 10);
        List<Received> all = received(partition);
        clean();
        assertThat(received(partition)).isEqualTo(all);
        assertThat(log.admin().compaction(partition)).isEmpty();
    }

    @Test
    void recordsWithoutAKeyFromBeforeTheTopicWasCompactedStay() {
        TopicPartition partition = topic(compacted().cleanup(Cleanup.DELETE));
        append(partition, 1, null, "without a key");
        fill(partition, 12, 10);
        List<Received> all = received(partition);
        log.admin().alterTopic(partition.topic(), compacted().build());
        clean();
        List<Received> left = received(partition);
        check(all, left);
        assertThat(left).hasSizeLessThan(all.size());
        assertThat(left.get(0).value()).isEqualTo("without a key");
    }

    @Test
    void aRecordWithoutAKeyIsRefusedBeforeAnythingIsWritten() {
        TopicPartition partition = topic(compacted().cleanup(Cleanup.COMPACT_DELETE));
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            assertThatThrownBy(() -> LogContract.wait(producer.send(partition, 0, null, bytes("v"), Headers.EMPTY)))
                    .isInstanceOf(InvalidRecordException.class)
                    .hasMessageContaining(partition.toString());
            LogContract.wait(producer.send(partition, 0, bytes("k"), bytes("v"), Headers.EMPTY));
        }
        assertThat(received(partition)).singleElement().satisfies(record -> {
            assertThat(record.offset()).isZero();
            assertThat(record.key()).isEqualTo("k");
        });
    }

    // --- tombstones ---

    @Test
    void aTombstoneStaysForItsTimeAndTakesWhatWasBeforeItAtOnce() {
        TopicPartition partition = topic(compacted());
        append(partition, 1, "gone", "value");
        append(partition, 1, "gone", null);
        fill(partition, 12, 10);
        clean();
        fill(partition, 12, 10);
        clean();
        assertThat(received(partition).stream().filter(record -> "gone".equals(record.key())))
                .singleElement()
                .satisfies(record -> assertThat(record.value()).isNull());
    }

    @Test
    void aTombstoneGoesWithACompactionAfterItsTime() throws Exception {
        TopicPartition partition = topic(compacted().deleteRetentionMillis(0));
        append(partition, 1, "gone", "value");
        append(partition, 1, "gone", null);
        fill(partition, 12, 10);
        clean();
        assertThat(received(partition)).anyMatch(record -> "gone".equals(record.key()));
        fill(partition, 12, 10);
        clean();
        assertThat(received(partition)).noneMatch(record -> "gone".equals(record.key()));
        reopen();
        assertThat(received(partition)).noneMatch(record -> "gone".equals(record.key()));
    }

    @Test
    void aTombstoneThatALiveGroupHasNotReadStays() {
        TopicPartition partition = topic(compacted().deleteRetentionMillis(0));
        String group = freshName();
        log.admin().setLiveGroups(Map.of(group, Set.of(partition.topic())), Duration.ZERO);
        append(partition, 1, "gone", null);
        for (int round = 0; round < 3; round++) {
            fill(partition, 12, 10);
            clean();
            assertThat(received(partition)).anyMatch(record -> "gone".equals(record.key()));
        }
        long end = log.admin().offsets(partition).end();
        log.admin().reset(group, Map.of(partition, OffsetAndMetadata.of(end)));
        fill(partition, 12, 10);
        clean();
        assertThat(received(partition)).noneMatch(record -> "gone".equals(record.key()));
        log.admin().setLiveGroups(Map.of(), Duration.ZERO);
    }

    // --- when ---

    @Test
    void whatIsYoungerThanTheMinLagStays() {
        TopicPartition partition = topic(compacted()
                .timestampType(TimestampType.CREATE_TIME)
                .minCompactionLagMillis(Duration.ofHours(2).toMillis()));
        fill(partition, 12, 10, hoursAgo(5));
        long young = log.admin().offsets(partition).end();
        fill(partition, 12, 10, hoursAgo(1));
        List<Received> all = received(partition);
        clean();
        List<Received> left = received(partition);
        check(all, left);
        assertThat(left).hasSizeLessThan(all.size());
        assertThat(left.stream().filter(record -> record.offset() >= young))
                .containsExactlyElementsOf(
                        all.stream().filter(record -> record.offset() >= young).toList());
    }

    @Test
    void littleThatIsNewWaitsForMoreUntilTheMaxLag() {
        TopicSettings.Builder settings = compacted().minCleanableRatio(0.9).timestampType(TimestampType.CREATE_TIME);
        TopicPartition partition = topic(settings);
        fill(partition, 24, 1000, hoursAgo(9));
        clean();
        fill(partition, 8, 5, hoursAgo(5));
        List<Received> all = received(partition);
        clean();
        assertThat(received(partition)).isEqualTo(all);
        CompactionStatus status = log.admin().compaction(partition).orElseThrow();
        assertThat(status.cleanableRatio()).isBetween(0.01, 0.9);
        assertThat(status.obstacle()).isEmpty();

        log.admin()
                .alterTopic(
                        partition.topic(),
                        settings.maxCompactionLagMillis(Duration.ofHours(3).toMillis())
                                .build());
        clean();
        check(all, received(partition));
        assertThat(received(partition)).hasSizeLessThan(all.size());
    }

    @Test
    void theStatusTellsWhatWasDone() throws Exception {
        TopicPartition partition = topic(compacted());
        assertThat(log.admin().compaction(partition).orElseThrow().lastCleaned())
                .isEmpty();
        fill(partition, 12, 10);
        assertThat(log.admin().compaction(partition).orElseThrow().cleanEnd()).isZero();
        assertThat(log.admin().compaction(partition).orElseThrow().cleanableBytes())
                .isPositive();
        Instant before = Instant.now().minusMillis(1);
        clean();
        CompactionStatus status = log.admin().compaction(partition).orElseThrow();
        assertThat(status.cleanEnd()).isPositive();
        assertThat(status.cleanableBytes()).isZero();
        assertThat(status.lastCleaned().orElseThrow()).isAfter(before);
        reopen();
        assertThat(log.admin().compaction(partition)).contains(status);
    }

    // --- beside others ---

    @Test
    void aReaderInTheMiddleMissesNothingThatIsLeft() {
        TopicPartition partition = topic(compacted());
        fill(partition, 30, 40);
        List<Received> all = received(partition);
        List<Received> seen = new ArrayList<>();
        try (PartitionReader reader = log.reader(partition, 0);
                PartitionReader slow = log.reader(partition, 0)) {
            seen.addAll(Received.of(slow.poll(LogContract.PATIENCE).orElseThrow()));
            long middle = all.get(all.size() / 3).offset();
            reader.seek(middle);
            clean();
            List<Received> rest = rest(reader);
            assertThat(rest)
                    .containsExactlyElementsOf(received(partition).stream()
                            .filter(record -> record.offset() >= middle)
                            .toList());
            seen.addAll(rest(slow));
        }
        check(all, seen);
    }

    @Test
    void everyOffsetCanBeSought() {
        TopicPartition partition = topic(compacted());
        fill(partition, 12, 5);
        clean();
        List<Received> left = received(partition);
        long end = log.admin().offsets(partition).end();
        try (PartitionReader reader = log.reader(partition, 0)) {
            for (long offset = 0; offset < end; offset++) {
                long from = offset;
                reader.seek(offset);
                assertThat(rest(reader))
                        .as("from %d", offset)
                        .isEqualTo(left.stream()
                                .filter(record -> record.offset() >= from)
                                .toList());
            }
        }
    }

    @Test
    void aGroupGoesOnBehindAnOffsetThatIsGone() {
        TopicPartition partition = topic(compacted());
        fill(partition, 12, 5);
        String group = freshName();
        log.admin().reset(group, Map.of(partition, OffsetAndMetadata.of(3)));
        clean();
        List<Received> left = received(partition);
        assertThat(left).noneMatch(record -> record.offset() == 3);
        try (GroupConsumer consumer = log.consumer(group, ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(partition.topic()), RebalanceListener.none());
            List<String> expected = new ArrayList<>();
            left.stream().filter(record -> record.offset() >= 3).forEach(record -> expected.add(record.value()));
            assertThat(LogContract.consume(consumer, expected.size())).isEqualTo(expected);
        }
    }

    @Test
    void recordsAreFoundByTimeAsBefore() throws Exception {
        TopicPartition partition = topic(compacted().timestampType(TimestampType.CREATE_TIME));
        long time = 1_000_000;
        for (int i = 0; i < 24; i++) {
            fill(partition, 1, 25, time += 1000 + random.nextInt(5000));
        }
        clean();
        checkTimes(partition);
        reopen();
        checkTimes(partition);
    }

    private void checkTimes(TopicPartition partition) {
        List<Received> left = received(partition);
        for (long time = 999_000; time < 1_200_000; time += 500) {
            long from = time;
            assertThat(log.admin().offsetForTime(partition, time))
                    .as("time %d", time)
                    .isEqualTo(left.stream()
                            .filter(record -> record.timestamp() >= from)
                            .findFirst()
                            .map(record -> new OffsetAndTimestamp(record.offset(), record.timestamp())));
        }
    }

    @Test
    void retentionDeletesFromATopicThatAllowsBoth() {
        TopicSettings.Builder settings = compacted()
                .cleanup(Cleanup.COMPACT_DELETE)
                .timestampType(TimestampType.CREATE_TIME)
                .retentionMillis(Duration.ofHours(2).toMillis());
        TopicPartition partition = topic(settings);
        fill(partition, 12, 10, hoursAgo(5));
        fill(partition, 12, 10, hoursAgo(1));
        clean();
        clean();
        assertThat(log.admin().offsets(partition).start()).isPositive();
        assertThat(received(partition)).allMatch(record -> record.timestamp() > hoursAgo(2));
        assertThat(received(partition)).isNotEmpty();
    }

    @Test
    void whatIsTruncatedStaysAway() throws Exception {
        TopicPartition partition = topic(compacted());
        fill(partition, 12, 40);
        clean();
        long start = log.admin().offsets(partition).end() / 2;
        log.admin().truncateBefore(Map.of(partition, start));
        fill(partition, 12, 40);
        List<Received> all = received(partition);
        clean();
        check(all, received(partition));
        assertThat(received(partition)).allMatch(record -> record.offset() >= start);
        reopen();
        check(all, received(partition));
    }

    @Test
    void aTopicThatIsDeletedWhileItIsCompactedIsGoneAndItsSuccessorWhole() {
        TopicPartition partition = topic(compacted());
        fill(partition, 24, 10);
        Thread cleaner = new Thread(this::clean);
        cleaner.start();
        log.admin().deleteTopic(partition.topic());
        log.admin().createTopic(partition.topic(), 1, compacted().build());
        append(partition, 1, "k", "successor");
        join(cleaner);
        clean();
        assertThat(received(partition)).extracting(Received::value).containsExactly("successor");
    }

    @Test
    void recordsThatAreAppendedMeanwhileAreThere() {
        TopicPartition partition = topic(compacted());
        fill(partition, 24, 10);
        List<Received> before = received(partition);
        Thread cleaner = new Thread(() -> {
            for (int i = 0; i < 20; i++) {
                clean();
            }
        });
        cleaner.start();
        long first = log.admin().offsets(partition).end();
        List<Received> read = new ArrayList<>();
        try (PartitionReader reader = log.reader(partition, first)) {
            for (int i = 0; i < 60; i++) {
                fill(partition, 1, 10);
                read.addAll(rest(reader));
            }
        }
        join(cleaner);
        clean();
        check(merge(before, read), received(partition));
    }

    // --- what the tests are written with ---

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Checks that what is left has its order, its content and the last record of each key. */
    private static void check(List<Received> all, List<Received> left) {
        Map<Long, Received> byOffset = new HashMap<>();
        Map<String, Received> last = new HashMap<>();
        for (Received record : all) {
            byOffset.put(record.offset(), record);
            if (record.key() != null) {
                last.put(record.key(), record);
            }
        }
        long before = -1;
        for (Received record : left) {
            assertThat(record.offset()).isGreaterThan(before);
            assertThat(record).isEqualTo(byOffset.get(record.offset()));
            before = record.offset();
        }
        assertThat(left).containsAll(last.values());
    }

    /** What was there and what is there now, by offset. */
    private static List<Received> merge(List<Received> before, List<Received> now) {
        List<Received> all = new ArrayList<>(before);
        long last = before.isEmpty() ? -1 : before.get(before.size() - 1).offset();
        now.stream().filter(record -> record.offset() > last).forEach(all::add);
        return all;
    }

    private static TopicSettings.Builder compacted() {
        return TopicSettings.defaults().toBuilder().segmentBytes(SEGMENT_BYTES).cleanup(Cleanup.COMPACT);
    }

    private TopicPartition topic(TopicSettings.Builder settings) {
        TopicDescription topic = log.admin().createTopic(freshName(), 1, settings.build());
        return partition(topic, 0);
    }

    private static long hoursAgo(int hours) {
        return System.currentTimeMillis() - Duration.ofHours(hours).toMillis();
    }

    private void fill(TopicPartition partition, int transactions, int keys) {
        fill(partition, transactions, keys, hoursAgo(1));
    }

    /** Commits so many transactions of about 4 KiB that do not compress, in batches of about 1 KiB, with so many keys at random. */
    private void fill(TopicPartition partition, int transactions, int keys, long timestamp) {
        try (Producer producer =
                log.producer(ProducerOptions.transactional(freshName()).withBatchBytes(1 << 10))) {
            for (int i = 0; i < transactions; i++) {
                Transaction transaction = producer.begin();
                for (int record = 0; record < 16; record++) {
                    Headers headers = record % 5 == 0 ? Headers.of("h", new byte[] {1, 2}) : Headers.EMPTY;
                    byte[] key = bytes("key " + random.nextInt(keys));
                    transaction.append(partition, timestamp + record * 7L % 5, key, value(), headers);
                }
                LogContract.wait(transaction.commit());
            }
        }
    }

    private byte[] value() {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < 240; i++) {
            value.append((char) (' ' + random.nextInt(95)));
        }
        return bytes(value.toString());
    }

    private void append(TopicPartition partition, long timestamp, @Nullable String key, @Nullable String value) {
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            transaction.append(
                    partition,
                    timestamp,
                    key == null ? null : bytes(key),
                    value == null ? null : bytes(value),
                    Headers.EMPTY);
            LogContract.wait(transaction.commit());
        }
    }

    private List<Received> received(TopicPartition partition) {
        try (PartitionReader reader =
                log.reader(partition, log.admin().offsets(partition).start())) {
            return rest(reader);
        }
    }

    private static List<Received> rest(PartitionReader reader) {
        List<Received> records = new ArrayList<>();
        for (var chunk = reader.poll(Duration.ZERO); chunk.isPresent(); chunk = reader.poll(Duration.ZERO)) {
            RecordChunk found = chunk.get();
            records.addAll(Received.of(found));
        }
        return records;
    }
}
