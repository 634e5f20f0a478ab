package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.BufferExhaustedException;
import io.mainstem.log.Headers;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.log.TransactionAbortedException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Producers whose disk hangs or fails, and what a record costs. */
class ProducerLimitsTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final TopicPartition OTHER = new TopicPartition("orders", 1);
    private static final byte[] VALUE = new byte[1000];

    @TempDir
    Path folder;

    private final GatedStorage gate = new GatedStorage(new RealStorage());

    private EmbeddedLog openGated() throws Exception {
        EmbeddedLog log = EmbeddedLog.openUnlocked(
                folder, EmbeddedLogOptions.builder().storage(gate).build());
        log.admin().createTopic(PARTITION.topic(), 2, TopicSettings.defaults());
        return log;
    }

    @Test
    void whenTheMemoryStaysFullTheRecordIsRefusedAndTheProducerGoesOn() throws Exception {
        ProducerOptions options = ProducerOptions.idempotent().withBufferBytes(64 << 10);
        try (EmbeddedLog log = openGated();
                Producer producer = log.producer(options.withMaxBlock(Duration.ofMillis(30)))) {
            gate.shut();
            List<CompletableFuture<Long>> sent = new ArrayList<>();
            CompletableFuture<Long> last = producer.send(PARTITION, 0, null, VALUE, Headers.EMPTY);
            while (!last.isCompletedExceptionally()) {
                sent.add(last);
                last = producer.send(PARTITION, 0, null, VALUE, Headers.EMPTY);
            }
            CompletableFuture<Long> refused = last;
            assertThatThrownBy(() -> StateChange.waitFor(refused))
                    .isInstanceOf(BufferExhaustedException.class)
                    .hasMessageContaining("65536 bytes (buffer.memory)");
            assertThatThrownBy(() -> producer.append(PARTITION, 0, VALUE, 0, -1, VALUE, 0, 1000, Headers.EMPTY))
                    .isInstanceOf(BufferExhaustedException.class);
            assertThat(sent).hasSizeBetween(60, 64);
            gate.open();
            producer.flush();
            for (int i = 0; i < sent.size(); i++) {
                assertThat(sent.get(i)).isCompletedWithValue((long) i);
            }
            assertThat(producer.send(PARTITION, 0, null, VALUE, Headers.EMPTY).join())
                    .isEqualTo(sent.size());
        }
    }

    @Test
    void aCloseWithADeadlineLeavesNothingInDoubt() throws Exception {
        try (EmbeddedLog log = openGated()) {
            Producer producer = log.producer(ProducerOptions.idempotent());
            gate.shut();
            CompletableFuture<Long> underWay = producer.send(PARTITION, 0, null, VALUE, Headers.EMPTY);
            while (!gate.hangs()) {
                Thread.onSpinWait();
            }
            CompletableFuture<Long> waiting = producer.send(OTHER, 0, null, VALUE, Headers.EMPTY);
            producer.close(Duration.ofMillis(30));
            assertThat(underWay).isNotDone();
            gate.open();
            assertThat(underWay.get()).isZero();
            assertThatThrownBy(() -> StateChange.waitFor(waiting))
                    .isInstanceOf(TransactionAbortedException.class)
                    .hasMessageContaining("closed");
            assertThat(log.admin().offsets(OTHER).end()).isZero();
        }
    }

    @Test
    void aTransactionalProducerIsClosedWithADeadline() throws Exception {
        try (EmbeddedLog log = openGated()) {
            Producer producer = log.producer(ProducerOptions.transactional("writer"));
            gate.shut();
            CompletableFuture<Map<TopicPartition, Long>> underWay = commit(producer, PARTITION);
            while (!gate.hangs()) {
                Thread.onSpinWait();
            }
            CompletableFuture<Map<TopicPartition, Long>> waiting = commit(producer, OTHER);
            producer.close(Duration.ofMillis(30));
            gate.open();
            underWay.get();
            assertThatThrownBy(() -> StateChange.waitFor(waiting)).isInstanceOf(TransactionAbortedException.class);
            assertThat(log.admin().offsets(OTHER).end()).isZero();
        }
    }

    private static CompletableFuture<Map<TopicPartition, Long>> commit(Producer producer, TopicPartition partition) {
        Transaction transaction = producer.begin();
        transaction.append(partition, 0, null, VALUE, Headers.EMPTY);
        return transaction.commit();
    }

    @Test
    void recordsBehindOneThatFailedFailTooAndThoseSentLaterAreAppended() throws Exception {
        FaultyStorage storage = new FaultyStorage(new SimulatedDisk(Path.of("/simulated")));
        EmbeddedLog log = openFaulty(storage);
        try (Producer producer = log.producer(ProducerOptions.idempotent().withLinger(Duration.ofHours(1)))) {
            var unused = send(producer, PARTITION, "a");
            producer.flush();
            CompletableFuture<Long> failing = send(producer, PARTITION, "b");
            CompletableFuture<Long> behind = send(producer, OTHER, "x");
            storage.failAfter(0, false);
            assertThatThrownBy(producer::flush).isInstanceOf(TransactionAbortedException.class);
            assertThat(failing).isCompletedExceptionally();
            assertThatThrownBy(() -> StateChange.waitFor(behind)).hasMessageContaining("an earlier one");
            storage.heal();
            producer.flush();
            CompletableFuture<Long> again = send(producer, PARTITION, "b");
            CompletableFuture<Long> other = send(producer, OTHER, "c");
            producer.flush();
            assertThat(again).isCompletedWithValue(1L);
            assertThat(other).isCompletedWithValue(0L);
        }
        assertThat(LogModel.readRecords(log, PARTITION)).containsExactly("0:a", "1:b");
    }

    @Test
    void aTransactionalProducerGoesOnAfterACommitThatTheDiskRefused() throws Exception {
        FaultyStorage storage = new FaultyStorage(new SimulatedDisk(Path.of("/simulated")));
        EmbeddedLog log = openFaulty(storage);
        try (Producer producer = log.producer(ProducerOptions.transactional("writer"))) {
            commit(producer, PARTITION).get();
            storage.failAfter(0, false);
            CompletableFuture<Map<TopicPartition, Long>> refused = commit(producer, PARTITION);
            assertThatThrownBy(() -> StateChange.waitFor(refused)).isInstanceOf(TransactionAbortedException.class);
            storage.heal();
            commit(producer, PARTITION).get();
            commit(producer, OTHER).get();
            commit(producer, PARTITION).get();
        }
        assertThat(LogModel.readRecords(log, PARTITION)).hasSize(3);
    }

    private static EmbeddedLog openFaulty(Storage storage) throws Exception {
        EmbeddedLog log = EmbeddedLog.openUnlocked(
                Path.of("/simulated"),
                EmbeddedLogOptions.builder().storage(storage).background(false).build());
        log.admin().createTopic(PARTITION.topic(), 2, TopicSettings.defaults());
        return log;
    }

    private static CompletableFuture<Long> send(Producer producer, TopicPartition partition, String value) {
        return producer.send(partition, 0, null, value.getBytes(StandardCharsets.UTF_8), Headers.EMPTY);
    }

    @Test
    void aRecordWithoutAFutureCostsNoMemory() throws Exception {
        try (EmbeddedLog log = openGated();
                Producer producer = log.producer(ProducerOptions.idempotent())) {
            for (int i = 0; i < 5; i++) {
                appendMany(producer);
            }
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                long before = allocated();
                appendMany(producer);
                least = Math.min(least, allocated() - before);
            }
            assertThat(least / (double) RECORDS).isLessThan(1.0);
        }
    }

    private static final int RECORDS = 50_000;

    private static void appendMany(Producer producer) {
        for (int i = 0; i < RECORDS; i++) {
            producer.append(PARTITION, 0, VALUE, 0, 8, VALUE, 0, 100, Headers.EMPTY);
        }
        producer.flush();
    }

    /** The bytes that this thread has allocated. By reflection, since the module of the log does not read the JDK's tools. */
    private static long allocated() throws ReflectiveOperationException {
        Object bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method method = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        return (long) method.invoke(bean);
    }
}
