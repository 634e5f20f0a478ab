package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many partitions in one log. The goal is 10,000, each with a record, created in 30 seconds and opened in 15, in 512 MB of
 * heap:
 *
 * <pre>runtime/benchmarks/measure crash partitions</pre>
 */
class ManyPartitionsTest {
    private static final int PARTITIONS = Integer.getInteger("partitions", 300);
    private static final Duration CREATE_MAX = Duration.ofSeconds(30);
    private static final Duration OPEN_MAX = Duration.ofSeconds(15);

    @TempDir
    Path folder;

    @Test
    void manyPartitionsAreCreatedAndOpenedFastAndCostNothingUnused() throws Exception {
        int threadsBefore = Thread.activeCount();
        long start = System.nanoTime();
        try (Log log = open()) {
            long filesBefore = openFiles();
            TopicSettings settings = TopicSettings.defaults().toBuilder()
                    .retentionMillis(TimeUnit.DAYS.toMillis(1))
                    .build();
            log.admin().createTopic("many", PARTITIONS, settings);
            assertThat(entries("many")).isZero();
            assertThat(openFiles() - filesBefore).as("open files").isLessThan(8);
            assertThat(Thread.activeCount() - threadsBefore).isLessThan(8);
            appendToEach(log);
            report("created and filled", start, CREATE_MAX);
            long looking = System.nanoTime();
            ((EmbeddedLog) log).clean();
            report("looked at by retention", looking, OPEN_MAX);
            start = System.nanoTime();
        }
        report("closed", start, CREATE_MAX);
        start = System.nanoTime();
        try (Log log = open()) {
            report("opened", start, OPEN_MAX);
            for (int i = 0; i < PARTITIONS; i += PARTITIONS / 10) {
                assertThat(LogModel.readRecords(log, new TopicPartition("many", i)))
                        .containsExactly("0:value " + i);
            }
            assertThat(log.admin()
                            .offsets(new TopicPartition("many", PARTITIONS - 1))
                            .end())
                    .isEqualTo(2);
        }
    }

    @Test
    void manyPartitionsAreRecoveredFastAfterAKill() throws Exception {
        long start;
        Path copy = Files.createDirectory(folder.resolve("copy"));
        // A checkpoint would change files while they are copied.
        EmbeddedLogOptions calm = EmbeddedLogOptions.builder()
                .checkpointInterval(Duration.ofHours(1))
                .build();
        try (Log log = EmbeddedLog.open(folder, calm)) {
            log.admin().createTopic("many", PARTITIONS, TopicSettings.defaults());
            appendToEach(log);
            copyFiles(folder, copy);
        }
        start = System.nanoTime();
        try (Log log = EmbeddedLog.open(copy, EmbeddedLogOptions.defaults())) {
            report("recovered", start, OPEN_MAX);
            assertThat(LogModel.readRecords(log, new TopicPartition("many", PARTITIONS / 2)))
                    .containsExactly("0:value " + PARTITIONS / 2);
        }
    }

    private Log open() {
        return EmbeddedLog.open(folder, EmbeddedLogOptions.defaults());
    }

    private static void appendToEach(Log log) {
        try (Producer producer = log.producer(ProducerOptions.transactional("writer"))) {
            for (int from = 0; from < PARTITIONS; from += 500) {
                Transaction transaction = producer.begin();
                for (int i = from; i < Math.min(PARTITIONS, from + 500); i++) {
                    byte[] value = ("value " + i).getBytes(StandardCharsets.UTF_8);
                    transaction.append(new TopicPartition("many", i), 0, null, value, Headers.EMPTY);
                }
                transaction.commit().join();
            }
        }
    }

    /** As many as Linux says; nothing on other systems. */
    private static long openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(descriptors)) {
            return files.count();
        }
    }

    private long entries(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .count();
        }
    }

    /** As a kill at this moment would leave them, when no checkpoint is under way. */
    private static void copyFiles(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(path -> !path.startsWith(to)).toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.getFileName().toString().equals("log.lock")) {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void report(String what, long since, Duration max) {
        Duration time = Duration.ofNanos(System.nanoTime() - since);
        System.out.println(PARTITIONS + " partitions " + what + " in " + time.toMillis() + " ms");
        assertThat(time).as(what).isLessThan(max);
    }
}
