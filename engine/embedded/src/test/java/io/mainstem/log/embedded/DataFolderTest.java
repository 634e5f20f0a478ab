package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.LogInUseException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.log.contract.Received;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a data folder keeps from one open to the next, and who may open it. */
class DataFolderTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void everythingIsThereAfterAClose(Durability durability) {
        TopicDescription topic;
        long end;
        try (Log log = open(durability)) {
            topic = log.admin().createTopic("orders", 2, TopicSettings.defaults());
            commit(log, "a", 0, 100);
            log.admin().reset("group", Map.of(PARTITION, new OffsetAndMetadata(7, 0, "seven")));
            end = log.admin().offsets(PARTITION).end();
        }
        for (int round = 1; round < 4; round++) {
            try (Log log = open(durability)) {
                assertThat(log.admin().topics()).containsExactly(topic);
                assertThat(log.admin().committed("group"))
                        .containsExactly(Map.entry(PARTITION, new OffsetAndMetadata(7, 0, "seven")));
                assertThat(log.admin().offsets(PARTITION).end()).isEqualTo(end);
                assertThat(log.admin().offsets(PARTITION).leaderEpoch()).isZero();
                assertThat(values(log))
                        .hasSize(100 * round)
                        .startsWith("0", "1")
                        .endsWith("99");
                commit(log, "a", 0, 100);
                end = log.admin().offsets(PARTITION).end();
            }
        }
    }

    @Test
    void aProducerThatWasOpenBeforeTheCloseIsFencedByOneOpenedAfterIt() {
        try (Log log = open(Durability.DISK)) {
            log.admin().createTopic("orders", 1, TopicSettings.defaults());
            commit(log, "writer", 0, 1);
        }
        try (Log log = open(Durability.DISK)) {
            commit(log, "writer", 1, 2);
            assertThat(values(log)).containsExactly("0", "1");
        }
    }

    @Test
    void theFolderIsForOneLogAtATimeUnderWhateverName() throws Exception {
        Path data = folder.resolve("data");
        Path link = folder.resolve("link");
        try (Log log = EmbeddedLog.open(data, EmbeddedLogOptions.defaults())) {
            Files.createSymbolicLink(link, data);
            for (Path name : List.of(data, link, folder.resolve("data/../data"))) {
                assertThatThrownBy(() -> EmbeddedLog.open(name, EmbeddedLogOptions.defaults()))
                        .isInstanceOf(LogInUseException.class)
                        .hasMessageContaining(
                                String.valueOf(ProcessHandle.current().pid()));
            }
            assertThat(log.admin().topics()).isEmpty();
        }
        EmbeddedLog.open(link, EmbeddedLogOptions.defaults()).close();
    }

    @Test
    void aClosedLogTakesAndGivesNothing() {
        Log log = open(Durability.DISK);
        log.admin().createTopic("orders", 1, TopicSettings.defaults());
        Producer producer = log.producer(ProducerOptions.transactional("writer"));
        PartitionReader reader = log.reader(PARTITION, 0);
        GroupConsumer consumer = log.consumer("group", ConsumerOptions.defaults());
        log.close();
        log.close();

        assertThatThrownBy(producer::begin).isInstanceOf(LogException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> reader.poll(Duration.ZERO)).isInstanceOf(LogException.class);
        assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(LogException.class);
        assertThatThrownBy(() -> log.producer(ProducerOptions.idempotent())).isInstanceOf(LogException.class);
        assertThatThrownBy(() -> log.admin().createTopic("more", 1, TopicSettings.defaults()))
                .isInstanceOf(LogException.class);
    }

    @Test
    void theCloseEndsTheWaitOfAReader() throws Exception {
        Log log = open(Durability.DISK);
        log.admin().createTopic("orders", 1, TopicSettings.defaults());
        List<Throwable> thrown = new ArrayList<>();
        PartitionReader reader = log.reader(PARTITION, 0);
        Thread waiter = new Thread(() -> {
            try {
                reader.poll(Duration.ofMinutes(5));
            } catch (LogException e) {
                thrown.add(e);
            }
        });
        waiter.start();
        log.close();
        waiter.join();
        assertThat(thrown).hasSize(1);
    }

    @Test
    void anInterruptedProducerCommitsAllTheSameAndStaysInterrupted() {
        try (Log log = open(Durability.DISK)) {
            log.admin().createTopic("orders", 1, TopicSettings.defaults());
            try {
                Thread.currentThread().interrupt();
                commit(log, "writer", 0, 3);
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                assertThat(values(log)).containsExactly("0", "1", "2");
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            commit(log, "writer", 3, 4);
            assertThat(values(log)).hasSize(4);
        }
    }

    @Test
    void manyPartitionsNeedFewOpenFiles() {
        EmbeddedLogOptions options =
                EmbeddedLogOptions.builder().openFilesMax(16).build();
        try (Log log = EmbeddedLog.open(folder, options)) {
            log.admin().createTopic("many", 200, TopicSettings.defaults());
            try (Producer producer = log.producer(ProducerOptions.transactional("writer"))) {
                for (int round = 0; round < 3; round++) {
                    Transaction transaction = producer.begin();
                    for (int i = 0; i < 200; i++) {
                        transaction.append(
                                new TopicPartition("many", i), 0, null, bytes(round + "-" + i), Headers.EMPTY);
                    }
                    transaction.commit().join();
                }
            }
            for (int i = 0; i < 200; i++) {
                assertThat(values(log, new TopicPartition("many", i))).containsExactly("0-" + i, "1-" + i, "2-" + i);
            }
        }
        try (Log log = EmbeddedLog.open(folder, options)) {
            assertThat(values(log, new TopicPartition("many", 199))).hasSize(3);
        }
    }

    @Test
    void journalFilesAreUsedAgain() throws Exception {
        EmbeddedLogOptions options = EmbeddedLogOptions.builder()
                .journalFileBytes(64 << 10)
                .checkpointBytes(64 << 10)
                .background(false)
                .build();
        for (int round = 0; round < 5; round++) {
            try (Log log = EmbeddedLog.open(folder, options)) {
                if (round == 0) {
                    log.admin().createTopic("orders", 1, TopicSettings.defaults());
                }
                for (int i = 0; i < 50; i++) {
                    commit(log, "writer", 0, 100);
                }
            }
        }
        try (var files = Files.list(folder)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("journal.")))
                    .hasSizeBetween(2, 4);
        }
    }

    @Test
    void aFolderOfAnotherFormatIsRefusedWithWhatToDo() throws Exception {
        open(Durability.DISK).close();
        Path checkpoint = folder.resolve(Snapshot.FILE);
        byte[] bytes = Files.readAllBytes(checkpoint);
        Bytes.putInt(bytes, 12, 1);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 8, bytes.length - 8);
        Bytes.putInt(bytes, 4, (int) crc.getValue());
        Files.write(checkpoint, bytes);
        assertThatThrownBy(() -> open(Durability.DISK))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("has format 1")
                .hasMessageContaining("open it with the version that wrote it");
    }

    private Log open(Durability durability) {
        return EmbeddedLog.open(
                folder, EmbeddedLogOptions.builder().durability(durability).build());
    }

    private static void commit(Log log, String transactionalId, int from, int to) {
        try (Producer producer = log.producer(ProducerOptions.transactional(transactionalId))) {
            Transaction transaction = producer.begin();
            for (int i = from; i < to; i++) {
                transaction.append(PARTITION, 0, null, bytes(String.valueOf(i)), Headers.EMPTY);
            }
            transaction.commit().join();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> values(Log log) {
        return values(log, PARTITION);
    }

    private static List<String> values(Log log, TopicPartition partition) {
        List<String> values = new ArrayList<>();
        long end = log.admin().offsets(partition).end();
        try (PartitionReader reader = log.reader(partition, 0)) {
            while (reader.position() < end) {
                Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow())
                        .forEach(received -> values.add(received.value()));
            }
        }
        return values;
    }
}
