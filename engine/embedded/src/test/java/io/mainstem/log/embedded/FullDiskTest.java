package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mainstem.log.DiskBudgetException;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.log.TransactionAbortedException;
import io.mainstem.log.embedded.History.Entry;
import io.mainstem.log.embedded.History.Promise;
import io.mainstem.log.embedded.History.Unit;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system of 16 MB that becomes full: what is refused is refused whole, reading goes on, and so does the log. */
class FullDiskTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final TopicPartition OTHER = new TopicPartition("orders", 1);

    /** More than what may be appended between two looks at the disk. */
    private static final long MIN_FREE = 6 << 20;

    @TempDir
    Path parent;

    private final History history = new History();
    private Mount mount;
    private Path folder;
    private long sequence;

    @BeforeEach
    void mount() throws Exception {
        Optional<String> obstacle = Mount.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
        mount = Mount.inMemory(parent.resolve("small"), 16);
        folder = parent.resolve("small/data");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mount != null) {
            mount.close();
        }
    }

    /** With room to keep free, producers are told to wait before the disk refuses anything. */
    @Test
    void theLogIsFullBeforeTheDiskIsAndGoesOnWhenThereIsRoom() throws Exception {
        try (Log log = open(MIN_FREE)) {
            log.admin().createTopic("orders", 2, settings());
            LogException refusal = fillUp(log);
            assertThat(refusal).isInstanceOf(DiskBudgetException.class).hasMessageContaining("must stay free");
            assertThat(log.admin().diskUsage().orElseThrow().full()).isPresent();
            checkAll(log);
            makeRoom(log);
            assertThat(append(log, 10, Duration.ofSeconds(20))).as("by itself").isNull();
        }
        checkReopened(MIN_FREE);
    }

    /** Without such room the disk refuses a write in the middle: nothing of that transaction is there. */
    @Test
    void aWriteThatTheDiskRefusesLeavesNothingAndTheLogGoesOnWhenThereIsRoom() throws Exception {
        try (Log log = open(0)) {
            log.admin().createTopic("orders", 2, settings());
            LogException refusal = fillUp(log);
            assertThat(refusal).isInstanceOf(TransactionAbortedException.class).hasMessageContaining("No space left");
            checkAll(log);
            makeRoom(log);
            assertThat(append(log, 10, Duration.ofSeconds(20))).as("by itself").isNull();
        }
        checkReopened(0);
    }

    /** Somebody else takes the room, and gives it back. */
    @Test
    void theLogGoesOnWhenSomebodyElseFreesTheDisk() throws Exception {
        Path file = parent.resolve("small/other");
        try (Log log = open(0)) {
            log.admin().createTopic("orders", 2, settings());
            assertThat(append(log, 10)).isNull();
            Files.write(file, new byte[(int) Files.getFileStore(folder).getUsableSpace() - 8192]);
            assertThat(fillUp(log)).isNotNull();
            checkAll(log);
            Files.delete(file);
            assertThat(append(log, 10, Duration.ofSeconds(20))).as("by itself").isNull();
        }
        checkReopened(0);
    }

    /** The disk is full when the log is opened after a kill: it opens, or says that it needs room, and loses nothing. */
    @Test
    void aLogOnAFullDiskIsOpenedOrAsksForRoom() throws Exception {
        Path file = parent.resolve("small/other");
        try (Log log = open(0)) {
            log.admin().createTopic("orders", 2, settings());
            assertThat(append(log, 200)).isNull();
        }
        Files.write(file, new byte[(int) Files.getFileStore(folder).getUsableSpace()]);
        try (Log log = open(0)) {
            checkAll(log);
        } catch (LogException e) {
            assertThat(e).hasMessageContaining(folder.toString());
        }
        Files.delete(file);
        checkReopened(0);
    }

    private Log open(long minFree) {
        return EmbeddedLog.open(
                folder,
                EmbeddedLogOptions.builder()
                        .journalFileBytes(256 << 10)
                        .checkpointBytes(512 << 10)
                        .minFreeBytes(minFree)
                        .build());
    }

    private static TopicSettings settings() {
        return TopicSettings.defaults().toBuilder().segmentBytes(256 << 10).build();
    }

    private LogException fillUp(Log log) {
        for (int i = 0; i < 1000; i++) {
            LogException refusal = append(log, 40);
            if (refusal != null) {
                return refusal;
            }
        }
        throw new AssertionError("the disk did not become full");
    }

    /** One transaction; gives why it was refused, or null. */
    private LogException append(Log log, int records) {
        return append(log, records, Duration.ofMillis(1));
    }

    private LogException append(Log log, int records, Duration patience) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            entries.add(new Entry(i % 2 == 0 ? PARTITION : OTHER, sequence++));
        }
        Unit unit = history.attempt("writer", true, entries);
        ProducerOptions options = ProducerOptions.transactional("writer").withMaxBlock(patience);
        try (Producer producer = log.producer(options)) {
            Transaction transaction = producer.begin();
            for (Entry entry : entries) {
                byte[] value = new Stamp("writer", entry.sequence()).value(1500).getBytes(StandardCharsets.US_ASCII);
                transaction.append(entry.partition(), 0, null, value, Headers.EMPTY);
            }
            unit.acknowledged(StateChange.waitFor(transaction.commit()));
            return null;
        } catch (DiskBudgetException | TransactionAbortedException e) {
            unit.refused();
            return e;
        }
    }

    /** A truncation, which needs no room; the files go in the background. */
    private static void makeRoom(Log log) {
        long end = log.admin().offsets(PARTITION).end();
        log.admin().truncateBefore(Map.of(PARTITION, end * 3 / 4, OTHER, end * 3 / 4));
        ((EmbeddedLog) log).clean();
    }

    private void checkAll(Log log) {
        assertThat(history.check(LogModel.read(log), Promise.ALL)).isEmpty();
    }

    private void checkReopened(long minFree) {
        try (Log log = open(minFree)) {
            checkAll(log);
            assertThat(append(log, 10)).isNull();
            checkAll(log);
        }
        assertThat(LogVerifier.verify(folder, partition -> {}).isSound()).isTrue();
    }
}
