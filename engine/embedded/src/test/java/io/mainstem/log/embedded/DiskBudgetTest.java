package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.DiskBudgetException;
import io.mainstem.log.DiskUsage;
import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who waits, and who does not, when the log has used its room. */
class DiskBudgetTest {
    private static final Path ROOT = Path.of("/simulated");
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final long BUDGET = 512 << 10;

    private final SimulatedDisk disk = new SimulatedDisk(ROOT);
    private final ManualClock clock = new ManualClock();
    private EmbeddedLog log;

    @BeforeEach
    void open() throws Exception {
        log = open(BUDGET, 0);
        TopicSettings settings =
                TopicSettings.defaults().toBuilder().segmentBytes(32 << 10).build();
        log.admin().createTopic("orders", 1, settings);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private EmbeddedLog open(long budget, long minFree) throws IOException {
        return EmbeddedLog.openUnlocked(
                ROOT,
                EmbeddedLogOptions.builder()
                        .storage(disk)
                        .background(false)
                        .clock(clock)
                        .random(new Random(1))
                        .journalFileBytes(64 << 10)
                        .checkpointBytes(64 << 10)
                        .budgetBytes(budget)
                        .minFreeBytes(minFree)
                        .build());
    }

    @Test
    void atTheBudgetNewTransactionsAndSendsAreRefusedWithTheReason() {
        fillUp();
        DiskUsage usage = log.admin().diskUsage().orElseThrow();
        assertThat(usage.budgetBytes()).hasValue(BUDGET);
        assertThat(usage.usedBytes()).isBetween(BUDGET * 15 / 16, BUDGET);
        assertThat(usage.full()).hasValueSatisfying(full -> {
            assertThat(full.since()).isEqualTo(clock.instant());
            assertThat(full.reason()).contains(String.valueOf(BUDGET));
        });
        try (Producer producer =
                log.producer(ProducerOptions.transactional("source").withMaxBlock(Duration.ZERO))) {
            assertThatThrownBy(producer::begin)
                    .isInstanceOf(DiskBudgetException.class)
                    .hasMessageContaining(clock.instant().toString())
                    .hasMessageContaining("truncate");
        }
        try (Producer producer = log.producer(ProducerOptions.idempotent().withMaxBlock(Duration.ofMillis(1)))) {
            assertThatThrownBy(() -> producer.send(PARTITION, 0, null, new byte[1], Headers.EMPTY))
                    .isInstanceOf(DiskBudgetException.class);
        }
    }

    @Test
    void whatHasBegunGoesOnAndTheReserveIsForThoseWhoMayUseIt() {
        try (Producer early = log.producer(ProducerOptions.transactional("early"));
                Producer positions =
                        log.producer(ProducerOptions.transactional("positions").withReserve());
                Producer letters = log.producer(ProducerOptions.idempotent().withReserve())) {
            Transaction begun = early.begin();
            begun.append(PARTITION, 0, null, new byte[100], Headers.EMPTY);
            fillUp();
            StateChange.waitFor(begun.commit());
            Transaction transaction = positions.begin();
            transaction.append(PARTITION, 0, null, new byte[100], Headers.EMPTY);
            StateChange.waitFor(transaction.commit());
            StateChange.waitFor(letters.send(PARTITION, 0, null, new byte[100], Headers.EMPTY));
        }
        log.admin().reset("group", Map.of(PARTITION, OffsetAndMetadata.of(1)));
        log.admin().createTopic("more", 1, TopicSettings.defaults());
        assertThat(log.admin().diskUsage().orElseThrow().full()).isPresent();
    }

    @Test
    void aProducerThatWaitsGoesOnWhenATruncationMakesRoom() throws Exception {
        fillUp();
        CompletableFuture<Long> appended = inAnotherThread(ProducerOptions.transactional("source"), producer -> {});
        log.admin()
                .truncateBefore(Map.of(PARTITION, log.admin().offsets(PARTITION).end()));
        log.clean();
        assertThat(appended.get(20, TimeUnit.SECONDS)).isPositive();
        assertThat(log.admin().diskUsage().orElseThrow().full()).isEmpty();
    }

    @Test
    void aDeletedTopicMakesRoom() {
        fillUp();
        log.admin().deleteTopic("orders");
        log.clean();
        log.admin().createTopic("orders", 1, TopicSettings.defaults());
        commit(new byte[1000]);
        assertThat(log.admin().diskUsage().orElseThrow().full()).isEmpty();
    }

    @Test
    void aWaitEndsWhenTheThreadIsInterrupted() throws Exception {
        fillUp();
        Thread[] waiter = new Thread[1];
        CompletableFuture<Long> appended = inAnotherThread(
                ProducerOptions.transactional("source"), producer -> waiter[0] = Thread.currentThread());
        waiter[0].interrupt();
        assertThatThrownBy(() -> appended.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(DiskBudgetException.class);
        waiter[0].join();
    }

    @Test
    void aWaitEndsWhenTheProducerIsClosed() throws Exception {
        fillUp();
        Producer[] waiting = new Producer[1];
        CompletableFuture<Long> appended =
                inAnotherThread(ProducerOptions.transactional("source"), producer -> waiting[0] = producer);
        waiting[0].close();
        assertThatThrownBy(() -> appended.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aWaitEndsWhenTheLogIsClosed() throws Exception {
        fillUp();
        CompletableFuture<Long> appended = inAnotherThread(ProducerOptions.transactional("source"), producer -> {});
        log.close();
        assertThatThrownBy(() -> appended.get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(LogException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void theLogIsFullWhenTheFileSystemIsNearlyFullAndGoesOnByItself() throws Exception {
        log.close();
        log = open(Long.MAX_VALUE, 200_000);
        commit(new byte[1000]);
        disk.setCapacity(disk.usedBytes() + 100_000);
        log.clean();
        assertThat(log.admin().diskUsage().orElseThrow().full())
                .hasValueSatisfying(
                        full -> assertThat(full.reason()).contains("200000").contains("must stay free"));
        assertThatThrownBy(() -> commit(new byte[1000])).isInstanceOf(DiskBudgetException.class);
        disk.setCapacity(disk.usedBytes() + 300_000);
        commit(new byte[1000]);
    }

    @Test
    void aFullLogIsFullAfterAReopen() throws Exception {
        fillUp();
        log.close();
        log = open(BUDGET, 0);
        assertThat(log.admin().diskUsage().orElseThrow().full()).isPresent();
    }

    @Test
    void theUsedBytesAreAboutThoseOfTheFiles() throws Exception {
        fillUp();
        for (int i = 0; i < 2; i++) {
            long files = disk.usedBytes() - Math.max(0, disk.size(ROOT.resolve(Ballast.FILE)));
            assertThat(log.admin().diskUsage().orElseThrow().usedBytes()).isBetween(files * 9 / 10, files);
            log.close();
            log = open(BUDGET, 0);
        }
    }

    @Test
    void aSmallFileSystemKeepsATwentiethFreeAndALargeOne64MiB() {
        EmbeddedLogOptions options = EmbeddedLogOptions.defaults();
        assertThat(options.minFreeBytes(100 << 20)).isEqualTo(5 << 20);
        assertThat(options.minFreeBytes(1L << 40)).isEqualTo(64 << 20);
        assertThat(EmbeddedLogOptions.builder().minFreeBytes(1).build().minFreeBytes(1L << 40))
                .isEqualTo(1);
    }

    @Test
    void aBudgetThatTheJournalAloneWouldUseIsRefused() {
        EmbeddedLogOptions.Builder options = EmbeddedLogOptions.builder().budgetBytes(100 << 20);
        assertThatThrownBy(options::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("268435456");
    }

    // --- what the tests are written with ---

    private void fillUp() {
        for (int i = 0; i < 1_000; i++) {
            try {
                commit(new byte[8_000]);
            } catch (DiskBudgetException e) {
                return;
            }
        }
        throw new AssertionError("the log takes more than its budget");
    }

    private void commit(byte[] value) {
        try (Producer producer =
                log.producer(ProducerOptions.transactional("filler").withMaxBlock(Duration.ZERO))) {
            Transaction transaction = producer.begin();
            transaction.append(PARTITION, 0, null, value, Headers.EMPTY);
            StateChange.waitFor(transaction.commit());
        }
    }

    /** Appends one record on another thread, which is told before it begins; returns when it is about to. */
    private CompletableFuture<Long> inAnotherThread(ProducerOptions options, Consumer<Producer> before)
            throws InterruptedException {
        CompletableFuture<Long> end = new CompletableFuture<>();
        CountDownLatch ready = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            try (Producer producer = log.producer(options)) {
                before.accept(producer);
                ready.countDown();
                Transaction transaction = producer.begin();
                transaction.append(PARTITION, 0, null, new byte[10], Headers.EMPTY);
                end.complete(StateChange.waitFor(transaction.commit()).get(PARTITION));
            } catch (RuntimeException e) {
                end.completeExceptionally(e);
            }
        });
        thread.start();
        ready.await();
        return end;
    }
}
