package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.TimestampType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Index files that are older than the records that a kill has left beside them. */
class StaleIndexTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @TempDir
    Path parent;

    /** The last entry is of a record that was cut; others took its offset since. */
    @Test
    void theIndexOfTheLastSegmentIsNotBelievedAfterAKill() throws Exception {
        Path living = parent.resolve("living");
        Path killed = parent.resolve("killed");
        TopicSettings settings = TopicSettings.defaults().toBuilder()
                .timestampType(TimestampType.CREATE_TIME)
                .build();
        try (Log log = open(living)) {
            log.admin().createTopic("orders", 1, settings);
            append(log, 0, 10);
        }
        Path times = Path.of(PARTITION.toString(), "00000000000000000000.timeindex");
        try (Log log = open(living)) {
            append(log, 10, 20);
            ((EmbeddedLog) log).checkpoint();
            copy(living, killed);
        }
        byte[] ofACutRecord = ByteBuffer.allocate(SegmentIndex.TIME_ENTRY)
                .putLong(950)
                .putInt(13)
                .array();
        Files.write(killed.resolve(times), ofACutRecord, StandardOpenOption.APPEND);
        try (Log log = open(killed)) {
            append(log, 20, 30);
            for (long time = 0; time < 3_000; time += 100) {
                assertThat(log.admin().offsetForTime(PARTITION, time).map(OffsetAndTimestamp::offset))
                        .contains(time / 100);
            }
        }
        assertThat(LogVerifier.verify(killed, partition -> {}).findings()).isEmpty();
    }

    private static Log open(Path folder) {
        return EmbeddedLog.open(
                folder, EmbeddedLogOptions.builder().background(false).build());
    }

    /** The record of each offset has that offset times 100 for its time. */
    private static void append(Log log, int from, int to) {
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            for (int i = from; i < to; i++) {
                producer.send(PARTITION, 100L * i, null, new byte[3_000], Headers.EMPTY)
                        .join();
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.endsWith(FolderLock.FILE)) {
                    Files.copy(file, target);
                }
            }
        }
    }
}
