package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.Headers;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A checkpoint that forces a segment while an append is on its way into it. */
class ForceRaceTest {
    private static final Path ROOT = Path.of("/simulated");
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private final SimulatedDisk disk = new SimulatedDisk(ROOT);
    private final FaultyStorage storage = new FaultyStorage(disk);

    /**
     * The checkpoint forces the second segment when the append has begun its write and no byte of it is there. The next
     * checkpoint must force it again: the journal gives the bytes up after it.
     */
    @Test
    void whatIsWrittenWhileItsFileIsForcedIsForcedByTheNextCheckpoint() throws Exception {
        EmbeddedLog log = open();
        log.admin().createTopic("orders", 2, TopicSettings.defaults());
        commit(log, FIRST, "one");
        commit(log, SECOND, "two");
        CountDownLatch firstForced = new CountDownLatch(1);
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch secondForced = new CountDownLatch(1);
        storage.before((call, file) -> {
            if (call.equals("force") && isSegmentOf(FIRST, file)) {
                firstForced.countDown();
                await(writing);
            } else if (call.equals("write") && isSegmentOf(SECOND, file)) {
                writing.countDown();
                await(secondForced);
            }
        });
        storage.after((call, file) -> {
            if (call.equals("force") && isSegmentOf(SECOND, file)) {
                secondForced.countDown();
            }
        });
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> checkpoint = thread.submit(log::checkpoint);
            await(firstForced);
            commit(log, SECOND, "three");
            checkpoint.get(20, TimeUnit.SECONDS);
        } finally {
            thread.shutdown();
        }
        storage.before((call, file) -> {});
        storage.after((call, file) -> {});
        log.checkpoint();
        disk.crash(1);
        assertThat(LogModel.readRecords(open(), SECOND)).containsExactly("0:two", "2:three");
    }

    private static boolean isSegmentOf(TopicPartition partition, Path file) {
        return file.toString().endsWith(Segment.LOG) && file.getParent().endsWith(partition.toString());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
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

    private static void commit(EmbeddedLog log, TopicPartition partition, String value) {
        try (Producer producer = log.producer(ProducerOptions.transactional("writer"))) {
            Transaction transaction = producer.begin();
            transaction.append(partition, 0, null, value.getBytes(StandardCharsets.UTF_8), Headers.EMPTY);
            StateChange.waitFor(transaction.commit());
        }
    }
}
