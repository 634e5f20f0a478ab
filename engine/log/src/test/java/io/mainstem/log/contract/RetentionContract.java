package io.mainstem.log.contract;

import static io.mainstem.log.contract.LogContract.bytes;
import static io.mainstem.log.contract.LogContract.freshName;
import static io.mainstem.log.contract.LogContract.partition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.GroupConsumer.RebalanceListener;
import io.mainstem.log.Headers;
import io.mainstem.log.LiveGroup;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.OffsetOutOfRangeException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.TimestampType;
import io.mainstem.log.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Log} keeps about the life of topics and records: altering, adding partitions, truncation, retention, and
 * the lookup by time. A back end inherits it and says how a log is opened and made to clean up.
 */
public abstract class RetentionContract {
    private static final int SEGMENT_BYTES = 16 << 10;

    /** The log under test. */
    protected Log log;

    /** Opens the log that the test uses; a second call, after a close, opens the same one again. */
    protected abstract Log open() throws Exception;

    /** Lets the log do now what it does from time to time: delete what its topics do not want to keep. */
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

    // --- topics ---

    @Test
    void alteredSettingsCountFromTheNextRecordOnAndSurviveAClose() throws Exception {
        TopicDescription topic = topic(TopicSettings.defaults());
        TopicPartition partition = partition(topic, 0);
        append(partition, 1, "before");
        TopicSettings altered = topic.settings().toBuilder()
                .maxRecordBytes(2048)
                .retentionMillis(60_000)
                .retentionBytes(1 << 20)
                .segmentMillis(1_000)
                .keepUnread(false)
                .build();

        assertThat(log.admin().alterTopic(topic.name(), altered)).isEqualTo(topic.withSettings(altered));
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            assertThatThrownBy(() -> transaction.append(partition, 0, null, new byte[3000], Headers.EMPTY))
                    .isInstanceOf(RecordTooLargeException.class)
                    .hasMessageContaining("2048")
                    .hasMessageContaining("30");
        }
        reopen();
        assertThat(log.admin().topic(topic.name())).contains(topic.withSettings(altered));
        assertThat(values(partition)).containsExactly("before");
        assertThatThrownBy(() -> log.admin().alterTopic(freshName(), altered))
                .isInstanceOf(TopicNotFoundException.class);
    }

    @Test
    void addedPartitionsAreEmptyUsableAndThereAfterAClose() throws Exception {
        TopicDescription topic = topic(TopicSettings.defaults());
        append(partition(topic, 0), 1, "old");
        assertThat(log.admin().createPartitions(topic.name(), 3)).isEqualTo(topic.withPartitions(3));
        append(partition(topic, 2), 1, "new");
        reopen();
        assertThat(log.admin().topic(topic.name())).contains(topic.withPartitions(3));
        assertThat(values(partition(topic, 0))).containsExactly("old");
        assertThat(values(partition(topic, 1))).isEmpty();
        assertThat(values(partition(topic, 2))).containsExactly("new");
    }

    @Test
    void theNumberOfPartitionsOnlyGrows() {
        TopicDescription topic = log.admin().createTopic(freshName(), 3, TopicSettings.defaults());
        for (int partitions : new int[] {0, 2, 3, 10_001}) {
            assertThatThrownBy(() -> log.admin().createPartitions(topic.name(), partitions))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(topic.name());
        }
        assertThatThrownBy(() -> log.admin().createPartitions(freshName(), 2))
                .isInstanceOf(TopicNotFoundException.class);
        assertThat(log.admin().topic(topic.name())).contains(topic);
    }

    @Test
    void aMemberGetsAddedPartitions() {
        TopicDescription topic = topic(TopicSettings.defaults());
        try (GroupConsumer consumer = log.consumer(freshName(), ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            consumer.poll(Duration.ZERO);
            log.admin().createPartitions(topic.name(), 2);
            append(partition(topic, 1), 1, "a");
            assertThat(LogContract.consume(consumer, 1)).containsExactly("a");
        }
    }

    @Test
    void aTopicOfMainstemsOwnCannotHaveALimitOfRetention() {
        String name = "__" + freshName();
        TopicSettings byTime =
                TopicSettings.defaults().toBuilder().retentionMillis(1).build();
        TopicSettings bySize =
                TopicSettings.defaults().toBuilder().retentionBytes(1).build();
        for (TopicSettings settings : List.of(byTime, bySize)) {
            assertThatThrownBy(() -> log.admin().createTopic(name, 1, settings))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(name);
        }
        log.admin().createTopic(name, 1, TopicSettings.defaults());
        assertThatThrownBy(() -> log.admin().alterTopic(name, byTime)).isInstanceOf(IllegalArgumentException.class);
    }

    // --- truncation ---

    @Test
    void whatWasTruncatedIsGoneAndTheRestKeepsItsOffsets() throws Exception {
        TopicPartition partition = partition(topic(TopicSettings.defaults()), 0);
        append(partition, 1, "a", "b", "c", "d");
        assertThat(log.admin().truncateBefore(Map.of(partition, 2L))).containsExactly(Map.entry(partition, 2L));
        assertThat(log.admin().truncateBefore(Map.of(partition, 1L))).containsExactly(Map.entry(partition, 2L));
        for (int i = 0; i < 2; i++) {
            assertThat(log.admin().offsets(partition).start()).isEqualTo(2);
            assertThat(received(partition)).extracting(Received::offset).containsExactly(2L, 3L);
            assertThat(values(partition)).containsExactly("c", "d");
            assertThatThrownBy(() -> log.reader(partition, 1))
                    .isInstanceOf(OffsetOutOfRangeException.class)
                    .hasMessageContaining(partition.toString());
            reopen();
        }
        append(partition, 1, "e");
        assertThat(values(partition)).containsExactly("c", "d", "e");
    }

    @Test
    void aTruncationUpToTheEndLeavesAnEmptyPartitionThatGoesOn() throws Exception {
        TopicPartition partition = partition(topic(TopicSettings.defaults()), 0);
        append(partition, 1, "a", "b");
        long end = log.admin().offsets(partition).end();
        log.admin().truncateBefore(Map.of(partition, end));
        clean();
        for (int i = 0; i < 2; i++) {
            assertThat(log.admin().offsets(partition).start()).isEqualTo(end);
            assertThat(log.admin().offsets(partition).end()).isEqualTo(end);
            assertThat(log.admin().offsets(partition).bytes()).isZero();
            assertThat(values(partition)).isEmpty();
            reopen();
        }
        append(partition, 1, "c");
        assertThat(received(partition)).extracting(Received::offset).containsExactly(end);
        reopen();
        assertThat(values(partition)).containsExactly("c");
    }

    @Test
    void aTruncationHappensInAllPartitionsOrInNone() {
        TopicDescription topic = log.admin().createTopic(freshName(), 2, TopicSettings.defaults());
        append(partition(topic, 0), 1, "a");
        append(partition(topic, 1), 1, "b");
        assertThatThrownBy(() -> log.admin().truncateBefore(Map.of(partition(topic, 0), 1L, partition(topic, 1), 100L)))
                .isInstanceOf(OffsetOutOfRangeException.class);
        assertThatThrownBy(() -> log.admin().truncateBefore(Map.of(partition(topic, 0), 1L, partition(topic, 2), 1L)))
                .isInstanceOf(TopicNotFoundException.class);
        assertThat(log.admin().offsets(partition(topic, 0)).start()).isZero();
    }

    @Test
    void aReaderInFrontOfATruncationIsToldAndGoesOnAfterASeek() {
        TopicPartition partition = partition(topic(smallSegments()), 0);
        fill(partition, 6, 1);
        try (PartitionReader reader = log.reader(partition, 0)) {
            assertThat(reader.poll(LogContract.PATIENCE)).isPresent();
            long start = log.admin().offsets(partition).end() - 1;
            log.admin().truncateBefore(Map.of(partition, start));
            clean();
            reader.seek(start);
            assertThat(reader.position()).isEqualTo(start);
        }
        try (PartitionReader reader =
                log.reader(partition, log.admin().offsets(partition).start())) {
            append(partition, 1, "x");
            append(partition, 1, "y");
            long start = log.admin().offsets(partition).end();
            log.admin().truncateBefore(Map.of(partition, start));
            assertThatThrownBy(() -> reader.poll(Duration.ZERO))
                    .isInstanceOf(OffsetOutOfRangeException.class)
                    .hasMessageContaining(String.valueOf(start));
            append(partition, 1, "z");
            reader.seek(start);
            assertThat(Received.of(reader.poll(LogContract.PATIENCE).orElseThrow()))
                    .extracting(Received::value)
                    .containsExactly("z");
        }
    }

    @Test
    void aGroupWhoseUnreadRecordsAreGoneIsToldAndSkipsNothingSilently() {
        TopicDescription topic = topic(TopicSettings.defaults());
        TopicPartition partition = partition(topic, 0);
        String group = freshName();
        append(partition, 1, "a", "b", "c");
        log.admin().reset(group, Map.of(partition, OffsetAndMetadata.of(1)));
        log.admin().truncateBefore(Map.of(partition, 2L));
        for (ConsumerOptions.StartAt startAt : ConsumerOptions.StartAt.values()) {
            try (GroupConsumer consumer =
                    log.consumer(group, ConsumerOptions.defaults().withStartAt(startAt))) {
                consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
                assertThatThrownBy(() -> consumer.poll(LogContract.PATIENCE))
                        .isInstanceOf(OffsetOutOfRangeException.class)
                        .hasMessageContaining(partition.toString());
                consumer.seek(partition, 2);
                assertThat(LogContract.consume(consumer, 1)).containsExactly("c");
            }
        }
    }

    // --- retention ---

    @Test
    void nothingIsDeletedThatNobodyAskedToDelete() {
        TopicPartition partition = partition(topic(smallSegments()), 0);
        fill(partition, 6, 1);
        List<String> before = values(partition);
        clean();
        assertThat(values(partition)).isEqualTo(before);
    }

    @Test
    void retentionByTimeDeletesSegmentsWhoseRecordsAreAllOld() throws Exception {
        TopicPartition partition = partition(topic(keepHours(createTime(smallSegments()), 2)), 0);
        fill(partition, 5, hoursAgo(5));
        long young = log.admin().offsets(partition).end();
        fill(partition, 5, hoursAgo(1));
        List<String> all = values(partition);
        clean();
        long start = log.admin().offsets(partition).start();
        assertThat(start).isPositive().isLessThanOrEqualTo(young);
        List<String> left = values(partition);
        assertThat(all).endsWith(left.toArray(new String[0]));
        assertThat(left).hasSizeLessThan(all.size());
        reopen();
        assertThat(log.admin().offsets(partition).start()).isEqualTo(start);
        assertThat(values(partition)).isEqualTo(left);
    }

    @Test
    void retentionByTimeEmptiesAPartitionInWhichAllIsOld() throws Exception {
        TopicPartition partition = partition(topic(keepHours(createTime(smallSegments()), 2)), 0);
        fill(partition, 3, hoursAgo(5));
        long end = log.admin().offsets(partition).end();
        clean();
        assertThat(log.admin().offsets(partition).start()).isEqualTo(end);
        assertThat(log.admin().offsets(partition).bytes()).isZero();
        append(partition, hoursAgo(0), "new");
        reopen();
        assertThat(received(partition)).extracting(Received::offset).containsExactly(end);
    }

    @Test
    void retentionBySizeKeepsAtLeastWhatItShallKeep() {
        long keep = 50_000;
        TopicPartition partition =
                partition(topic(smallSegments().toBuilder().retentionBytes(keep).build()), 0);
        fill(partition, 12, 1);
        long before = log.admin().offsets(partition).bytes();
        List<String> all = values(partition);
        clean();
        long after = log.admin().offsets(partition).bytes();
        assertThat(after).isBetween(keep, keep + SEGMENT_BYTES).isLessThan(before);
        assertThat(all).endsWith(values(partition).toArray(new String[0]));
    }

    @Test
    void retentionLeavesWhatALiveGroupHasNotRead() {
        TopicDescription topic = topic(keepHours(createTime(smallSegments()), 1));
        TopicPartition partition = partition(topic, 0);
        String group = freshName();
        fill(partition, 6, hoursAgo(5));
        long end = log.admin().offsets(partition).end();
        setLive(Map.of(group, Set.of(topic.name())), Duration.ZERO);

        clean();
        assertThat(log.admin().offsets(partition).start()).isZero();

        log.admin().reset(group, Map.of(partition, OffsetAndMetadata.of(end / 2)));
        clean();
        assertThat(log.admin().offsets(partition).start()).isPositive().isLessThanOrEqualTo(end / 2);

        log.admin().reset(group, Map.of(partition, OffsetAndMetadata.of(end)));
        clean();
        assertThat(log.admin().offsets(partition).start()).isEqualTo(end);
    }

    @Test
    void aTopicThatDoesNotKeepUnreadRecordsDeletesThem() {
        TopicDescription topic = topic(keepHours(createTime(smallSegments()), 1).toBuilder()
                .keepUnread(false)
                .build());
        TopicPartition partition = partition(topic, 0);
        fill(partition, 3, hoursAgo(5));
        setLive(Map.of(freshName(), Set.of(topic.name())), Duration.ZERO);
        clean();
        assertThat(values(partition)).isEmpty();
    }

    @Test
    void aGroupThatReadsByPatternHoldsTopicsThatComeToBeLater() {
        String prefix = freshName();
        setLive(Map.of(freshName(), Set.of(prefix + ".*", "!" + prefix + ".audit*")), Duration.ZERO);
        TopicSettings settings = keepHours(createTime(smallSegments()), 1);
        TopicPartition held = new TopicPartition(prefix + ".orders", 0);
        TopicPartition leftOut = new TopicPartition(prefix + ".audit", 0);
        for (TopicPartition partition : List.of(held, leftOut)) {
            log.admin().createTopic(partition.topic(), 1, settings);
            fill(partition, 3, hoursAgo(5));
        }
        clean();
        assertThat(log.admin().offsets(held).start()).isZero();
        assertThat(values(leftOut)).isEmpty();
    }

    @Test
    void aRemovedGroupHoldsItsRecordsUntilTheStatedTime() throws Exception {
        TopicDescription topic = topic(keepHours(createTime(smallSegments()), 1));
        TopicPartition partition = partition(topic, 0);
        String group = freshName();
        fill(partition, 3, hoursAgo(5));
        setLive(Map.of(group, Set.of(topic.name())), Duration.ZERO);
        assertThat(log.admin().liveGroups())
                .containsEntry(group, new LiveGroup(Set.of(topic.name()), Optional.empty()));

        Instant before = Instant.now();
        setLive(Map.of(), Duration.ofDays(1));
        reopen();
        assertThat(log.admin().liveGroups().get(group).until())
                .hasValueSatisfying(until -> assertThat(until)
                        .isBetween(
                                before.plus(Duration.ofDays(1)).minusMillis(1),
                                before.plus(Duration.ofDays(1)).plusSeconds(60)));
        clean();
        assertThat(log.admin().offsets(partition).start()).isZero();

        log.admin().deleteGroup(group);
        assertThat(log.admin().liveGroups()).doesNotContainKey(group);
        clean();
        assertThat(values(partition)).isEmpty();
    }

    @Test
    void compactedTopicsAreNotDeletedFrom() {
        TopicSettings compacted = keepHours(createTime(smallSegments()), 1).toBuilder()
                .cleanup(TopicSettings.Cleanup.COMPACT)
                .build();
        TopicPartition partition = partition(topic(compacted), 0);
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            transaction.append(partition, hoursAgo(9), bytes("k"), bytes("v"), Headers.EMPTY);
            LogContract.wait(transaction.commit());
        }
        clean();
        assertThat(values(partition)).containsExactly("v");
    }

    // --- time ---

    @Test
    void theFirstRecordThatIsAsLateAsATimeIsFoundAlsoWhenTimesGoBack() throws Exception {
        TopicPartition partition = partition(topic(createTime(smallSegments())), 0);
        Random random = new Random(11);
        List<OffsetAndTimestamp> all = new ArrayList<>();
        long time = 1_000_000;
        for (int round = 0; round < 30; round++) {
            try (Producer producer =
                    log.producer(ProducerOptions.transactional(freshName()).withBatchBytes(1 << 10))) {
                Transaction transaction = producer.begin();
                long offset = log.admin().offsets(partition).end();
                for (int i = 0; i < 40; i++) {
                    time += random.nextInt(10) < 7 ? random.nextInt(1_000) : -random.nextInt(3_000);
                    all.add(new OffsetAndTimestamp(offset + i, time));
                    transaction.append(partition, time, null, new byte[random.nextInt(200)], Headers.EMPTY);
                }
                LogContract.wait(transaction.commit());
            }
        }
        checkLookups(partition, all, random);
        long start = all.get(all.size() / 2).offset();
        log.admin().truncateBefore(Map.of(partition, start));
        all.removeIf(record -> record.offset() < start);
        checkLookups(partition, all, random);
        reopen();
        checkLookups(partition, all, random);
    }

    private void checkLookups(TopicPartition partition, List<OffsetAndTimestamp> all, Random random) {
        for (int i = 0; i < 300; i++) {
            long time = all.get(random.nextInt(all.size())).timestamp() + random.nextInt(3) - 1;
            Optional<OffsetAndTimestamp> expected =
                    all.stream().filter(record -> record.timestamp() >= time).findFirst();
            assertThat(log.admin().offsetForTime(partition, time))
                    .as("time %d", time)
                    .isEqualTo(expected);
        }
        assertThat(log.admin().offsetForTime(partition, 0)).contains(all.get(0));
        assertThat(log.admin().offsetForTime(partition, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void appendTimesAreTheClocksAndFindable() {
        TopicPartition partition = partition(topic(TopicSettings.defaults()), 0);
        long before = System.currentTimeMillis();
        try (Producer producer =
                log.producer(ProducerOptions.transactional(freshName()).withBatchBytes(1 << 10))) {
            Transaction transaction = producer.begin();
            for (int i = 0; i < 50; i++) {
                transaction.append(partition, 5, null, new byte[100], Headers.EMPTY);
            }
            LogContract.wait(transaction.commit());
        }
        long after = System.currentTimeMillis();
        List<Received> records = received(partition);
        assertThat(records).allSatisfy(record -> assertThat(record.timestamp()).isBetween(before, after));
        assertThat(log.admin().offsetForTime(partition, before))
                .contains(new OffsetAndTimestamp(0, records.get(0).timestamp()));
        assertThat(log.admin().offsetForTime(partition, after + 1)).isEmpty();
        assertThatThrownBy(() -> log.admin().offsetForTime(new TopicPartition(freshName(), 0), 0))
                .isInstanceOf(TopicNotFoundException.class);
    }

    // --- sizes ---

    @Test
    void aRecordOfTheLimitIsDeliveredAlsoToASmallFetchAndOneOverItIsRefusedWithItsSize() {
        int limit = 3 << 20;
        TopicDescription topic =
                topic(TopicSettings.defaults().toBuilder().maxRecordBytes(limit).build());
        TopicPartition partition = partition(topic, 0);
        int framing = 64;
        try (Producer producer = log.producer(ProducerOptions.idempotent().withBatchBytes(1 << 10))) {
            LogContract.wait(producer.send(partition, 0, null, bytes("small"), Headers.EMPTY));
            LogContract.wait(producer.send(partition, 0, null, new byte[limit - framing], Headers.EMPTY));
            assertThatThrownBy(() ->
                            LogContract.wait(producer.send(partition, 0, null, new byte[limit + 1], Headers.EMPTY)))
                    .isInstanceOf(RecordTooLargeException.class)
                    .hasMessageContaining(String.valueOf(limit))
                    .hasMessageContaining(String.valueOf(limit + 1).substring(0, 4));
            LogContract.wait(producer.send(partition, 0, null, bytes("after"), Headers.EMPTY));
        }
        try (GroupConsumer consumer =
                log.consumer(freshName(), ConsumerOptions.defaults().withFetchBytes(1 << 10))) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            assertThat(LogContract.consume(consumer, 3))
                    .extracting(String::length)
                    .containsExactly(5, limit - framing, 5);
        }
    }

    // --- what the tests are written with ---

    private TopicDescription topic(TopicSettings settings) {
        return log.admin().createTopic(freshName(), 1, settings);
    }

    private static TopicSettings smallSegments() {
        return TopicSettings.defaults().toBuilder().segmentBytes(SEGMENT_BYTES).build();
    }

    private static TopicSettings createTime(TopicSettings settings) {
        return settings.toBuilder().timestampType(TimestampType.CREATE_TIME).build();
    }

    private static TopicSettings keepHours(TopicSettings settings, int hours) {
        return settings.toBuilder()
                .retentionMillis(Duration.ofHours(hours).toMillis())
                .build();
    }

    private static long hoursAgo(int hours) {
        return System.currentTimeMillis() - Duration.ofHours(hours).toMillis();
    }

    /** Says which groups are live beside those that others left. */
    private void setLive(Map<String, Set<String>> groups, Duration removedFor) {
        log.admin().setLiveGroups(groups, removedFor);
    }

    /** Commits so many transactions of about 8 KiB in batches of about 1 KiB. */
    private void fill(TopicPartition partition, int transactions, long timestamp) {
        try (Producer producer =
                log.producer(ProducerOptions.transactional(freshName()).withBatchBytes(1 << 10))) {
            for (int i = 0; i < transactions; i++) {
                Transaction transaction = producer.begin();
                for (int record = 0; record < 16; record++) {
                    byte[] value = bytes(freshName() + "x".repeat(450));
                    transaction.append(partition, timestamp, null, value, Headers.EMPTY);
                }
                LogContract.wait(transaction.commit());
            }
        }
    }

    private void append(TopicPartition partition, long timestamp, String... values) {
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            for (String value : values) {
                transaction.append(partition, timestamp, null, bytes(value), Headers.EMPTY);
            }
            LogContract.wait(transaction.commit());
        }
    }

    private List<Received> received(TopicPartition partition) {
        List<Received> records = new ArrayList<>();
        try (PartitionReader reader =
                log.reader(partition, log.admin().offsets(partition).start())) {
            long end = log.admin().offsets(partition).end();
            while (reader.position() < end) {
                records.addAll(Received.of(reader.poll(LogContract.PATIENCE).orElseThrow()));
            }
        }
        Set<Long> offsets = new HashSet<>();
        records.forEach(record -> assertThat(offsets.add(record.offset())).isTrue());
        return records;
    }

    private List<String> values(TopicPartition partition) {
        List<String> values = new ArrayList<>();
        received(partition).forEach(record -> values.add(record.value()));
        return values;
    }
}
