package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.FencedException;
import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.OutOfOrderSequenceException;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TransactionAbortedException;
import io.mainstem.log.contract.Received;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches that come from outside, through the one door that checks producer, epoch and sequence. */
class ProducerStatesTest {
    private static final Path ROOT = Path.of("/simulated");
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final long PRODUCER = 700;

    private final SimulatedDisk disk = new SimulatedDisk(ROOT);
    private final FaultyStorage storage = new FaultyStorage(disk);
    private final ManualClock clock = new ManualClock();
    private final AtomicLong ticker = new AtomicLong();
    private EmbeddedLog log;

    @BeforeEach
    void open() throws Exception {
        log = open(Durability.DISK);
        log.admin().createTopic(PARTITION.topic(), 2, createTime());
    }

    private static TopicSettings createTime() {
        return TopicSettings.defaults().toBuilder()
                .timestampType(TopicSettings.TimestampType.CREATE_TIME)
                .maxRecordBytes(4096)
                .build();
    }

    private EmbeddedLog open(Durability durability) throws Exception {
        return EmbeddedLog.openUnlocked(
                ROOT,
                EmbeddedLogOptions.builder()
                        .durability(durability)
                        .storage(storage)
                        .background(false)
                        .random(new Random(1))
                        .clock(clock)
                        .ticker(ticker::get)
                        .journalFileBytes(256 << 10)
                        .build());
    }

    @Test
    void aBatchThatComesAgainGetsItsFirstOffsetAndIsNotAppended() {
        for (int i = 0; i < 7; i++) {
            assertThat(append(0, 3 * i, "a", "b", "c")).isEqualTo(3L * i);
        }
        for (int i = 2; i < 7; i++) {
            assertThat(append(0, 3 * i, "a", "b", "c")).isEqualTo(3L * i);
        }
        assertThat(end()).isEqualTo(21);
        assertThatThrownBy(() -> append(0, 3, "a", "b", "c")).isInstanceOf(OutOfOrderSequenceException.class);
        assertThat(append(0, 21, "d")).isEqualTo(21);
    }

    @Test
    void aBatchOfOtherRecordsWithAnOldSequenceIsNotTakenForOneThatComesAgain() {
        append(0, 0, "a", "b", "c");
        assertThatThrownBy(() -> append(0, 0, "a", "b")).isInstanceOf(OutOfOrderSequenceException.class);
        assertThat(end()).isEqualTo(3);
    }

    @Test
    void aGapIsRefusedAndTheExpectedSequenceNamed() {
        append(0, 0, "a", "b", "c");
        assertThatThrownBy(() -> append(0, 4, "x"))
                .isInstanceOf(OutOfOrderSequenceException.class)
                .hasMessageContaining("begins with sequence 4")
                .hasMessageContaining(PARTITION + " expects 3");
        assertThat(append(0, 3, "d")).isEqualTo(3);
    }

    @Test
    void anOlderEpochIsFencedAndANewerOneBeginsAtZero() {
        append(3, 0, "a", "b");
        assertThatThrownBy(() -> append(4, 2, "x"))
                .isInstanceOf(OutOfOrderSequenceException.class)
                .hasMessageContaining("expects 0");
        assertThat(append(4, 0, "c")).isEqualTo(2);
        assertThatThrownBy(() -> append(3, 2, "zombie")).isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> append(3, 0, "a", "b")).isInstanceOf(FencedException.class);
        assertThat(values()).containsExactly("a", "b", "c");
    }

    @Test
    void aProducerThatIsNotKnownBeginsAnywhereAndProducersDoNotMix() {
        assertThat(append(0, 17, "a")).isZero();
        assertThat(send(batch(PRODUCER + 1, 0, 5, "b"))).isEqualTo(1);
        assertThat(append(0, 18, "c")).isEqualTo(2);
        assertThat(send(batch(PRODUCER + 1, 0, 6, "d"))).isEqualTo(3);
        assertThat(send(batch(-1, -1, -1, "without a producer"))).isEqualTo(4);
        assertThat(send(batch(-1, -1, -1, "without a producer"))).isEqualTo(5);
    }

    @Test
    void sequencesBeginAtZeroAgainBehindTheGreatest() {
        assertThat(append(0, Integer.MAX_VALUE - 1, "a", "b", "c")).isZero();
        assertThatThrownBy(() -> append(0, 2, "x")).hasMessageContaining("expects 1");
        assertThat(append(0, 1, "d")).isEqualTo(3);
        assertThat(append(0, Integer.MAX_VALUE - 1, "a", "b", "c")).isZero();
    }

    @Test
    void partitionsCountOnTheirOwn() {
        append(0, 0, "a");
        CompletableFuture<Long> other = log.engine()
                .append(log.engine().state().partition(new TopicPartition("orders", 1)), batch(PRODUCER, 0, 0, "a"));
        assertThat(other).isCompletedWithValue(0L);
    }

    /** How the log ends before it is opened again. */
    enum End {
        CLOSE {
            @Override
            void end(ProducerStatesTest test) {
                test.log.close();
            }
        },
        KILL {
            @Override
            void end(ProducerStatesTest test) {
                test.disk.kill();
            }
        },
        POWER_CUT {
            @Override
            void end(ProducerStatesTest test) {
                test.disk.crash(7);
            }
        };

        abstract void end(ProducerStatesTest test);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void whatIsKnownOfProducersIsThereAfterARestart(End end) throws Exception {
        for (int i = 0; i < 4; i++) {
            append(1, i, "v" + i);
        }
        log.checkpoint();
        for (int i = 4; i < 7; i++) {
            append(1, i, "v" + i);
        }
        end.end(this);
        log = open(Durability.DISK);
        checkKnown();
    }

    @ParameterizedTest
    @EnumSource(
            value = End.class,
            names = {"CLOSE", "KILL"})
    void whatIsKnownOfProducersIsThereAfterARestartWithTheOperatingSystem(End end) throws Exception {
        log.close();
        log = open(Durability.OS);
        for (int i = 0; i < 7; i++) {
            append(1, i, "v" + i);
        }
        end.end(this);
        log = open(Durability.OS);
        checkKnown();
    }

    private void checkKnown() {
        for (int i = 2; i < 7; i++) {
            assertThat(append(1, i, "v" + i)).isEqualTo(i);
        }
        assertThatThrownBy(() -> append(1, 8, "x")).hasMessageContaining("expects 7");
        assertThatThrownBy(() -> append(0, 0, "zombie")).isInstanceOf(FencedException.class);
        assertThat(append(1, 7, "v7")).isEqualTo(7);
        assertThat(values()).containsExactly("v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
    }

    @Test
    void batchesOfOneGroupCommitAreCheckedAgainstOneAnother() {
        CompletableFuture<Long> first = enqueue(0, "a", "b");
        CompletableFuture<Long> again = enqueue(0, "a", "b");
        CompletableFuture<Long> gap = enqueue(3, "x");
        CompletableFuture<Long> next = enqueue(2, "c");
        log.engine().committer().lead();
        assertThat(first).isCompletedWithValue(0L);
        assertThat(again).isCompletedWithValue(0L);
        assertThat(gap).isCompletedExceptionally();
        assertThat(next).isCompletedWithValue(2L);
    }

    @Test
    void batchesThatTheDiskRefusedDoNotCount() {
        append(0, 0, "a");
        CompletableFuture<Long> first = enqueue(1, "b");
        CompletableFuture<Long> second = enqueue(2, "c");
        storage.failAfter(0, false);
        log.engine().committer().lead();
        storage.heal();
        assertThat(storage.happened()).isTrue();
        assertThatThrownBy(() -> StateChange.waitFor(first)).isInstanceOf(TransactionAbortedException.class);
        assertThat(second).isCompletedExceptionally();
        assertThat(append(0, 1, "b")).isEqualTo(1);
        assertThat(append(0, 2, "c")).isEqualTo(2);
    }

    /** The client does not know what became of its batch, and sends it again after the restart. */
    @Test
    void aBatchIsThereOnceWhicheverStorageCallFailsAtTheFirstAttempt() throws Exception {
        append(0, 0, "a");
        log.close();
        boolean failed = true;
        for (int number = 0; failed; number++) {
            log = open(Durability.DISK);
            int sequence = number + 1;
            storage.failAfter(number, true);
            try {
                append(0, sequence, "v" + sequence);
            } catch (LogException e) {
                assertThat(storage.happened()).isTrue();
            }
            failed = storage.happened();
            storage.heal();
            disk.crash(number);
            log = open(Durability.DISK);
            append(0, sequence, "v" + sequence);
            assertThat(values()).as("call %d", number).hasSize(sequence + 1).endsWith("v" + sequence);
            log.close();
        }
    }

    @Test
    void aProducerThatIsIdleForTheExpirationIsForgotten() throws Exception {
        append(0, 0, "a");
        pass(Duration.ofHours(20));
        assertThatThrownBy(() -> append(0, 5, "x")).isInstanceOf(OutOfOrderSequenceException.class);
        append(0, 1, "b");
        pass(Duration.ofHours(20));
        log.checkpoint();
        disk.kill();
        log = open(Durability.DISK);
        assertThat(append(0, 1, "b")).isEqualTo(1);
        pass(Duration.ofHours(3));
        assertThat(append(0, 1, "b")).isEqualTo(1);
        pass(Duration.ofHours(22));
        assertThat(append(0, 5, "c")).isEqualTo(2);
    }

    private void pass(Duration time) {
        for (long minutes = 0; minutes <= time.toMinutes(); minutes += 30) {
            ticker.addAndGet(Duration.ofMinutes(30).toNanos());
            clock.advance(Duration.ofMinutes(30));
            log.look();
        }
    }

    @Test
    void whatIsNoWholeBatchOfDataRecordsIsRefused() {
        byte[] flipped = batch(PRODUCER, 0, 0, "a");
        flipped[flipped.length - 1] ^= 1;
        byte[] cut = Arrays.copyOf(batch(PRODUCER, 0, 0, "abc"), 65);
        byte[] longer = Arrays.copyOf(batch(PRODUCER, 0, 0, "a"), 200);
        byte[] transactional = encode(true, PRODUCER, 0, 0, "a");
        byte[] withoutSequence = batch(PRODUCER, 0, -1, "a");
        for (byte[] bad : List.of(new byte[0], flipped, cut, longer, transactional, withoutSequence)) {
            assertThatThrownBy(() -> send(bad)).isInstanceOf(CorruptRecordException.class);
        }
        assertThatThrownBy(() -> append(0, 0, "x".repeat(5000))).isInstanceOf(RecordTooLargeException.class);
        assertThat(end()).isZero();
    }

    @Test
    void aTopicWithAppendTimeGivesTheBatchItsOwnTime() {
        log.admin().createTopic("appended", 1, TopicSettings.defaults());
        TopicPartition partition = new TopicPartition("appended", 0);
        StateChange.waitFor(
                log.engine().append(log.engine().state().partition(partition), batch(PRODUCER, 0, 0, "a", "b")));
        assertThat(Received.of(log.reader(partition, 0).poll(Duration.ZERO).orElseThrow()))
                .extracting(Received::timestamp)
                .containsExactly(clock.millis(), clock.millis());
    }

    private long append(int epoch, int sequence, String... values) {
        return send(batch(PRODUCER, epoch, sequence, values));
    }

    private long send(byte[] batch) {
        return StateChange.waitFor(log.engine().append(log.engine().state().partition(PARTITION), batch));
    }

    private CompletableFuture<Long> enqueue(int sequence, String... values) {
        CompletableFuture<Long> future = new CompletableFuture<>();
        PartitionLog partition = log.engine().state().partition(PARTITION);
        log.engine()
                .committer()
                .enqueue(new BatchAppend(partition, batch(PRODUCER, 0, sequence, values), clock.millis(), future));
        return future;
    }

    private static byte[] batch(long producerId, int epoch, int sequence, String... values) {
        return encode(false, producerId, epoch, sequence, values);
    }

    private static byte[] encode(boolean transactional, long producerId, int epoch, int sequence, String... values) {
        BatchEncoder encoder = new BatchEncoder();
        encoder.reset(1 << 20, false, TopicSettings.Compression.NONE, transactional, producerId, epoch, sequence);
        for (String value : values) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            encoder.append(1, bytes, 0, -1, bytes, 0, bytes.length, Headers.EMPTY);
        }
        encoder.finish(1);
        return Arrays.copyOf(encoder.array(), encoder.length());
    }

    private long end() {
        return log.admin().offsets(PARTITION).end();
    }

    private List<String> values() {
        return LogModel.readRecords(log, PARTITION).stream()
                .map(value -> value.substring(value.indexOf(':') + 1))
                .toList();
    }
}
