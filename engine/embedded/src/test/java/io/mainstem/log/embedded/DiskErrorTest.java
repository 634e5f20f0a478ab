package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.StorageException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TransactionAbortedException;
import io.mainstem.log.UnknownOutcomeException;
import io.mainstem.log.embedded.History.Entry;
import io.mainstem.log.embedded.History.Promise;
import io.mainstem.log.embedded.History.Unit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A disk that fails with errors of input and output: at a write, and, which is worse, at a force. */
class DiskErrorTest {
    private static final Path ROOT = Path.of("/simulated");
    private static final TopicPartition BAD = new TopicPartition("orders", 0);
    private static final TopicPartition GOOD = new TopicPartition("orders", 1);

    private final SimulatedDisk disk = new SimulatedDisk(ROOT);
    private final FaultyStorage storage = new FaultyStorage(disk);
    private final History history = new History();
    private final List<String> calls = new ArrayList<>();
    private EmbeddedLog log;
    private long sequence;

    @BeforeEach
    void openWithSomeRecords() throws Exception {
        log = open();
        log.admin().createTopic("orders", 2, TopicSettings.defaults());
        append(BAD);
        append(GOOD);
    }

    @Test
    void aPartitionThatCannotBeWrittenIsRefusedAloneAndSaysSo() throws Exception {
        failing("write", BAD.toString());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> append(BAD))
                    .isInstanceOf(TransactionAbortedException.class)
                    .hasMessageContaining("nothing was committed")
                    .hasMessageContaining("input/output error");
            append(GOOD);
        }
        assertThat(log.admin().diskUsage().orElseThrow().full())
                .hasValueSatisfying(full -> assertThat(full.reason()).contains("input/output error"));
        check(log);
        storage.before((call, file) -> {});
        append(BAD);
        check(log);
        checkReopened(true);
    }

    @Test
    void whatCannotBeTakenBackEndsItsPartitionOnly() throws Exception {
        storage.before((call, file) -> {
            if (file.toString().contains(BAD.toString()) && (call.equals("write") || call.equals("truncate"))) {
                throw new IOException("input/output error");
            }
        });
        assertThatThrownBy(() -> append(BAD)).isInstanceOf(TransactionAbortedException.class);
        storage.before((call, file) -> {});
        assertThatThrownBy(() -> append(BAD))
                .isInstanceOf(TransactionAbortedException.class)
                .hasMessageContaining(BAD + " takes no more records")
                .hasMessageContaining("open the log again");
        append(GOOD);
        check(log);
        checkReopened(true);
        append(BAD);
        check(log);
    }

    /** After a failed force the kernel may call the pages clean: a second force would say yes to what is lost. */
    @Test
    void nothingIsAcknowledgedOrForcedAfterAForceFailed() throws Exception {
        failing("force", "journal.");
        assertThatThrownBy(() -> append(GOOD))
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("input/output error");
        storage.before((call, file) -> calls.add(call + " " + file));
        assertThatThrownBy(() -> append(GOOD))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("takes no more changes")
                .hasMessageContaining("check the disk and open it again");
        assertThatThrownBy(() -> log.admin().createTopic("more", 1, TopicSettings.defaults()))
                .isInstanceOf(StorageException.class);
        log.checkpoint();
        log.clean();
        assertThat(LogModel.readRecords(log, GOOD)).as("reading goes on").hasSize(1);
        log.close();
        assertThat(calls)
                .noneMatch(call -> call.startsWith("force"))
                .noneMatch(call -> call.startsWith("write") && !call.endsWith(Ballast.FILE));
        checkReopened(false);
    }

    @Test
    void aCheckpointWhoseForceFailsEndsTheAppendsAndTheJournalHasAll() throws Exception {
        failing("force", BAD.toString());
        log.checkpoint();
        storage.before((call, file) -> calls.add(call + " " + file));
        assertThatThrownBy(() -> append(GOOD)).isInstanceOf(StorageException.class);
        log.checkpoint();
        log.close();
        assertThat(calls).noneMatch(call -> call.startsWith("force"));
        checkReopened(false);
    }

    private void failing(String what, String where) {
        storage.before((call, file) -> {
            if (call.equals(what) && file.toString().contains(where)) {
                throw new IOException("input/output error");
            }
        });
    }

    private EmbeddedLog open() throws Exception {
        return EmbeddedLog.openUnlocked(
                ROOT,
                EmbeddedLogOptions.builder()
                        .storage(storage)
                        .background(false)
                        .random(new Random(1))
                        .journalFileBytes(64 << 10)
                        .build());
    }

    private void append(TopicPartition partition) {
        Entry entry = new Entry(partition, sequence++);
        Unit unit = history.attempt("writer", false, List.of(entry));
        ProducerOptions options = ProducerOptions.idempotent().withReserve();
        try (Producer producer = log.producer(options)) {
            byte[] value = new Stamp("writer", entry.sequence()).value(3000).getBytes(StandardCharsets.US_ASCII);
            long offset = StateChange.waitFor(producer.send(partition, 0, null, value, Headers.EMPTY));
            unit.acknowledged(Map.of(partition, offset + 1));
        } catch (TransactionAbortedException | StorageException e) {
            unit.refused();
            throw e;
        }
    }

    private void check(EmbeddedLog open) {
        assertThat(history.check(LogModel.read(open), Promise.ALL)).isEmpty();
    }

    /** After a power cut, too, if the failed force dropped what the disk had been given. */
    private void checkReopened(boolean closeFirst) throws Exception {
        if (closeFirst) {
            try {
                log.close();
            } catch (LogException e) {
                assertThat(e).hasMessageContaining("what was acknowledged is safe");
            }
        }
        storage.before((call, file) -> {});
        disk.crash(3);
        log = open();
        check(log);
    }
}
