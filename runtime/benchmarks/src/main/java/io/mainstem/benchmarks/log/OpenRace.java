package io.mainstem.benchmarks.log;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.log.embedded.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.server.util.KafkaScheduler;

/** Opening a folder of many partitions of 64 KiB, after a close in order and after the process was killed. */
final class OpenRace implements AutoCloseable {

    private static final int PARTITIONS = 1000;
    private static final int BYTES = 64 << 10;
    private static final int RECORD_BYTES = 100;

    private final Path clean;
    private final Path unclean;
    private final Path theirs;

    OpenRace() throws Exception {
        Payload payload = new Payload(RECORD_BYTES);
        clean = Folders.make("open");
        try (Log log = OurLog.open(clean, Durability.DISK)) {
            log.admin().createTopic("race", PARTITIONS, TopicSettings.defaults());
            for (int partition = 0; partition < PARTITIONS; partition++) {
                fill(log, payload, partition);
            }
            unclean = Folders.copy(clean);
        }
        theirs = Folders.make("open");
        KafkaScheduler scheduler = KafkaPartition.scheduler();
        for (int i = 0; i < PARTITIONS; i++) {
            try (KafkaPartition partition = KafkaPartition.open(scheduler, theirs.resolve("race-" + i), true)) {
                partition.append(payload, BYTES / RECORD_BYTES, AppendRace.BATCH, Compression.NONE);
            }
        }
        scheduler.shutdown();
    }

    private static void fill(Log log, Payload payload, int partition) {
        TopicPartition target = new TopicPartition("race", partition);
        try (Producer producer =
                log.producer(ProducerOptions.transactional("race").withBatchBytes(AppendRace.BATCH))) {
            Transaction transaction = producer.begin();
            for (int i = 0; i < BYTES / RECORD_BYTES; i++) {
                int content = Payload.content(i);
                transaction.append(target, i, payload.keys[content], payload.values[content], Headers.EMPTY);
            }
            transaction.commit().join();
        }
    }

    Contest contest(boolean closedInOrder) {
        return new Contest(
                "open " + PARTITIONS + " partitions, " + (closedInOrder ? "closed in order" : "killed"),
                "opens/s",
                Contestant.of("Mainstem", () -> ours(closedInOrder ? clean : unclean)),
                List.of(Contestant.of("UnifiedLog", () -> kafka(closedInOrder))));
    }

    /** All are opened and looked at; what an open changes stays in a copy. */
    private static double ours(Path folder) throws IOException {
        Path copy = Folders.copy(folder);
        long start = System.nanoTime();
        Log log = OurLog.open(copy, Durability.DISK);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            log.reader(new TopicPartition("race", partition), 0).close();
        }
        long nanos = System.nanoTime() - start;
        log.close();
        Folders.delete(copy);
        return 1e9 / nanos;
    }

    private double kafka(boolean closedInOrder) throws Exception {
        Path copy = Folders.copy(theirs);
        KafkaScheduler scheduler = KafkaPartition.scheduler();
        List<KafkaPartition> partitions = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(KafkaPartition.open(scheduler, copy.resolve("race-" + i), closedInOrder));
        }
        long nanos = System.nanoTime() - start;
        partitions.forEach(KafkaPartition::close);
        scheduler.shutdown();
        Folders.delete(copy);
        return 1e9 / nanos;
    }

    @Override
    public void close() throws IOException {
        Folders.delete(theirs);
        Folders.delete(unclean);
        Folders.delete(clean);
    }
}
