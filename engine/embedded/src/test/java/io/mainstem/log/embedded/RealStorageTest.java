package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.Headers;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tests rely on that put a disk in memory into the place of this one. */
class RealStorageTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @TempDir
    Path folder;

    @Test
    void onlyFoldersHaveNamesInThem() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "text");
        for (Storage storage : List.of(new RealStorage(), simulated(file))) {
            assertThat(storage.list(folder)).containsExactly("file");
            assertThat(storage.list(file)).isEmpty();
            assertThat(storage.list(folder.resolve("nothing"))).isEmpty();
        }
    }

    private Storage simulated(Path file) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(folder);
        disk.open(file);
        return disk;
    }

    @Test
    void deletedSegmentsLeaveTheDisk() throws Exception {
        EmbeddedLogOptions options =
                EmbeddedLogOptions.builder().background(false).build();
        try (EmbeddedLog log = (EmbeddedLog) EmbeddedLog.open(folder, options)) {
            TopicSettings settings =
                    TopicSettings.defaults().toBuilder().segmentBytes(16 << 10).build();
            log.admin().createTopic("orders", 1, settings);
            try (Producer producer = log.producer(ProducerOptions.idempotent())) {
                for (int i = 0; i < 20; i++) {
                    producer.send(PARTITION, 0, null, new byte[10_000], Headers.EMPTY)
                            .join();
                }
            }
            assertThat(names()).hasSizeGreaterThan(15);
            log.admin().truncateBefore(Map.of(PARTITION, 18L));
            log.clean();
            assertThat(names())
                    .allMatch(name -> name.startsWith("0000000000000000001"))
                    .hasSizeLessThan(9);
            log.admin().deleteTopic("orders");
            log.clean();
            assertThat(folder.resolve("orders-0")).doesNotExist();
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files).noneMatch(file -> file.toString().endsWith(Trash.DELETED));
            }
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(PARTITION.toString()))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
