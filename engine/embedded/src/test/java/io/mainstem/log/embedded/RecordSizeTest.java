package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records from one byte to 100 MB, and a consumer that would rather have a kilobyte at a time. */
class RecordSizeTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final int LIMIT = 32 << 20;
    private static final int HUGE = 100_000_000;
    private static final List<Integer> SIZES = List.of(1, 1000, 100_000, 1_000_000, 8 << 20, 20_000_000, HUGE, 1);

    @TempDir
    Path folder;

    @Test
    void recordsOverTheLimitAreRefusedWithTheirSizeAndTheOthersArriveOneByOneIfNeedBe() throws Exception {
        List<Integer> accepted = new ArrayList<>();
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            log.admin()
                    .createTopic(
                            "orders",
                            1,
                            TopicSettings.defaults().toBuilder()
                                    .maxRecordBytes(LIMIT)
                                    .build());
            transactions(log, accepted);
            records(log, accepted);
            assertThat(consumed(log, "first")).isEqualTo(accepted);
        }
        try (Log log = EmbeddedLog.open(folder, EmbeddedLogOptions.defaults())) {
            assertThat(consumed(log, "second")).as("after a reopen").isEqualTo(accepted);
        }
    }

    private static void transactions(Log log, List<Integer> accepted) {
        try (Producer producer = log.producer(ProducerOptions.transactional("writer"))) {
            Transaction transaction = producer.begin();
            for (int size : SIZES) {
                byte[] value = new byte[size];
                if (size == HUGE) {
                    assertThatThrownBy(() -> transaction.append(PARTITION, 0, null, value, Headers.EMPTY))
                            .isInstanceOf(RecordTooLargeException.class)
                            .satisfies(RecordSizeTest::tellsSizeLimitAndOption);
                } else {
                    transaction.append(PARTITION, 0, null, value, Headers.EMPTY);
                    accepted.add(size);
                }
            }
            transaction.commit().join();
        }
    }

    private static void records(Log log, List<Integer> accepted) throws Exception {
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            for (int size : SIZES) {
                var offset = producer.send(PARTITION, 0, null, new byte[size], Headers.EMPTY);
                if (size == HUGE) {
                    assertThatThrownBy(() -> offset.get(20, TimeUnit.SECONDS))
                            .hasCauseInstanceOf(RecordTooLargeException.class)
                            .satisfies(e -> tellsSizeLimitAndOption(e.getCause()));
                } else {
                    offset.get(20, TimeUnit.SECONDS);
                    accepted.add(size);
                }
            }
        }
    }

    private static void tellsSizeLimitAndOption(Throwable refusal) {
        assertThat(refusal.getMessage())
                .containsPattern("a record of 1000000\\d\\d bytes")
                .contains(PARTITION.toString())
                .contains(String.valueOf(LIMIT))
                .contains("max.message.bytes");
    }

    /** The sizes of all records, by a member of a group that asks for very little at a time. */
    private static List<Integer> consumed(Log log, String group) {
        List<Integer> sizes = new ArrayList<>();
        ConsumerOptions options = ConsumerOptions.defaults().withFetchBytes(1 << 10);
        try (GroupConsumer consumer = log.consumer(group, options)) {
            consumer.subscribe(Set.of("orders"), GroupConsumer.RebalanceListener.none());
            long end = log.admin().offsets(PARTITION).end();
            long position = 0;
            while (position < end) {
                for (RecordChunk chunk : consumer.poll(Duration.ofSeconds(20))) {
                    RecordCursor cursor = chunk.cursor();
                    while (cursor.next()) {
                        sizes.add(cursor.valueLength());
                    }
                    assertThat(chunk.nextOffset()).as("every poll gets on").isGreaterThan(position);
                    position = chunk.nextOffset();
                }
            }
        }
        return sizes;
    }
}
