package io.mainstem.runtime.schema;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import io.mainstem.log.embedded.Durability;
import io.mainstem.log.embedded.EmbeddedLog;
import io.mainstem.log.embedded.EmbeddedLogOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An embedded log in a folder of its own, which goes when the test ends. Counts what is sent, and lets a test act right
 * before it, as another process that is faster. Thread-safe.
 */
public final class TemporaryLog implements Log, AfterEachCallback {

    /** How many records have been sent since the log was made. */
    public final AtomicInteger sends = new AtomicInteger();

    private final AtomicReference<Runnable> beforeSend = new AtomicReference<>(() -> {});
    private final Path folder;
    private final Log log;

    /** A log without topics. */
    public TemporaryLog() {
        try {
            folder = Files.createTempDirectory("mainstem-log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        log = EmbeddedLog.open(
                folder, EmbeddedLogOptions.builder().durability(Durability.OS).build());
    }

    /** Runs before the next record is sent, once. */
    public void beforeNextSend(Runnable action) {
        beforeSend.set(action);
    }

    @Override
    public LogAdmin admin() {
        return log.admin();
    }

    @Override
    public Producer producer(ProducerOptions options) {
        return new WatchedProducer(log.producer(options));
    }

    @Override
    public GroupConsumer consumer(String group, ConsumerOptions options) {
        return log.consumer(group, options);
    }

    @Override
    public PartitionReader reader(TopicPartition partition, long offset) {
        return log.reader(partition, offset);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        log.close();
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> innermostFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : innermostFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class WatchedProducer implements Producer {
        private final Producer producer;

        WatchedProducer(Producer producer) {
            this.producer = producer;
        }

        @Override
        public CompletableFuture<Long> send(
                TopicPartition partition, long timestamp, byte[] key, byte[] value, Headers headers) {
            beforeSend.getAndSet(() -> {}).run();
            sends.incrementAndGet();
            return producer.send(partition, timestamp, key, value, headers);
        }

        @Override
        public void append(
                TopicPartition partition,
                long timestamp,
                byte[] key,
                int keyOffset,
                int keyLength,
                byte[] value,
                int valueOffset,
                int valueLength,
                Headers headers) {
            beforeSend.getAndSet(() -> {}).run();
            sends.incrementAndGet();
            producer.append(partition, timestamp, key, keyOffset, keyLength, value, valueOffset, valueLength, headers);
        }

        @Override
        public void flush() {
            producer.flush();
        }

        @Override
        public Transaction begin() {
            return producer.begin();
        }

        @Override
        public void close() {
            producer.close();
        }

        @Override
        public void close(Duration deadline) {
            producer.close(deadline);
        }
    }
}
