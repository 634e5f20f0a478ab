package io.mainstem.log.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the contract's suites are written with. A back end inherits each suite and says how a log is opened; topics and groups
 * have fresh names, so that the log may be shared with other tests.
 */
public abstract class ContractFixture {
    /** Long enough for a busy machine; a test that waits this long fails. */
    protected static final Duration PATIENCE = Duration.ofSeconds(20);

    /** No wait at all. */
    protected static final Duration NOW = Duration.ZERO;

    /** The log under test. */
    protected Log log;

    /** Opens the log that the test uses; a second call, after a close, opens the same one again. */
    protected abstract Log open() throws Exception;

    @BeforeEach
    final void openLog() throws Exception {
        log = open();
    }

    @AfterEach
    final void closeLog() {
        log.close();
    }

    /** Closes the log and opens it again. */
    protected final void reopen() throws Exception {
        log.close();
        log = open();
    }

    /** A name that no other test has. */
    protected static String freshName() {
        return "t" + UUID.randomUUID().toString().replace("-", "");
    }

    /** A new topic with the default settings. */
    protected TopicDescription newTopic(int partitions) {
        return log.admin().createTopic(freshName(), partitions, TopicSettings.defaults());
    }

    /** A new topic that keeps the times that producers give. */
    protected TopicDescription createTime(int partitions) {
        TopicSettings settings = TopicSettings.defaults().toBuilder()
                .timestampType(TopicSettings.TimestampType.CREATE_TIME)
                .build();
        return log.admin().createTopic(freshName(), partitions, settings);
    }

    /** A partition of a topic. */
    protected static TopicPartition partition(TopicDescription topic, int number) {
        return new TopicPartition(topic.name(), number);
    }

    /** A text in UTF-8. */
    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Commits some values without keys in one transaction. */
    protected void commit(String transactionalId, TopicPartition partition, String... values) {
        try (Producer producer = log.producer(ProducerOptions.transactional(transactionalId))) {
            Transaction transaction = producer.begin();
            for (String value : values) {
                transaction.append(partition, 0, null, bytes(value), Headers.EMPTY);
            }
            wait(transaction.commit());
        }
    }

    /** The result of a future; throws what it failed with. */
    protected static <T> T wait(CompletableFuture<T> future) {
        try {
            return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** All records of a partition up to its end. */
    protected List<Received> readAll(TopicPartition partition) {
        List<Received> records = new ArrayList<>();
        try (PartitionReader reader =
                log.reader(partition, log.admin().offsets(partition).start())) {
            long end = log.admin().offsets(partition).end();
            while (reader.position() < end) {
                records.addAll(Received.of(reader.poll(PATIENCE).orElseThrow()));
            }
        }
        return records;
    }

    /** The values of a chunk. */
    protected static List<String> values(RecordChunk chunk) {
        List<String> values = new ArrayList<>();
        Received.of(chunk).forEach(received -> values.add(received.value()));
        return values;
    }

    /** The first offset that a reader finds. */
    protected static long first(PartitionReader reader) {
        return Received.of(reader.poll(PATIENCE).orElseThrow()).get(0).offset();
    }

    /** The values of the next records of a member, at least so many. */
    protected static List<String> consume(GroupConsumer consumer, int count) {
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (values.size() < count && System.nanoTime() < deadline) {
            consumer.poll(Duration.ofMillis(200)).forEach(chunk -> values.addAll(values(chunk)));
        }
        return values;
    }

    /** Asks until it is so. */
    protected static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is over").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
