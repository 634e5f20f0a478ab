package io.mainstem.runtime.delivery;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Which pipelines a person has paused, kept in the log's compacted topic {@value #TOPIC}: a record's key is the name of the
 * pipeline, its value the time of the pause in ISO-8601, or null when it was resumed. Thread-safe.
 */
public final class PausedPipelines {

    /** The internal topic: one partition, compacted. */
    public static final String TOPIC = "__mainstem.pipelines";

    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private final Log log;
    /** Replaced as a whole, under the monitor: who reads it waits for no disk. */
    private volatile Map<String, Instant> paused = Map.of();

    private PausedPipelines(Log log) {
        this.log = log;
    }

    /** What the log has of them. */
    public static PausedPipelines open(Log log) {
        PausedPipelines pipelines = new PausedPipelines(log);
        if (log.admin().topic(TOPIC).isPresent()) {
            pipelines.load();
        }
        return pipelines;
    }

    private synchronized void load() {
        Map<String, Instant> found = new TreeMap<>();
        long end = log.admin().offsets(PARTITION).end();
        try (PartitionReader reader =
                log.reader(PARTITION, log.admin().offsets(PARTITION).start())) {
            while (reader.position() < end) {
                reader.poll(Duration.ZERO).ifPresent(chunk -> read(chunk.cursor(), found));
            }
        }
        paused = Map.copyOf(found);
    }

    private static void read(RecordCursor cursor, Map<String, Instant> found) {
        while (cursor.next()) {
            String name = text(cursor, cursor.keyOffset(), cursor.keyLength());
            if (cursor.valueLength() < 0) {
                found.remove(name);
            } else {
                found.put(name, Instant.parse(text(cursor, cursor.valueOffset(), cursor.valueLength())));
            }
        }
    }

    private static String text(RecordCursor cursor, int offset, int length) {
        return new String(cursor.array(), offset, length, StandardCharsets.UTF_8);
    }

    /** Since when each of them is paused. */
    public Map<String, Instant> all() {
        return paused;
    }

    /** Whether it is paused. */
    public boolean contains(String pipeline) {
        return paused.containsKey(pipeline);
    }

    /** Remembers a pause; durable when it returns. */
    public synchronized void add(String pipeline, Instant when) {
        append(pipeline, when, when.toString().getBytes(StandardCharsets.UTF_8));
        Map<String, Instant> more = new TreeMap<>(paused);
        more.put(pipeline, when);
        paused = Map.copyOf(more);
    }

    /** Forgets a pause; durable when it returns. */
    public synchronized void remove(String pipeline, Instant when) {
        if (paused.containsKey(pipeline)) {
            append(pipeline, when, null);
            Map<String, Instant> less = new TreeMap<>(paused);
            less.remove(pipeline);
            paused = Map.copyOf(less);
        }
    }

    private void append(String pipeline, Instant when, byte @Nullable [] value) {
        if (log.admin().topic(TOPIC).isEmpty()) {
            TopicSettings.Builder settings = TopicSettings.defaults().toBuilder();
            log.admin()
                    .createTopic(
                            TOPIC,
                            1,
                            settings.cleanup(TopicSettings.Cleanup.COMPACT).build());
        }
        byte[] key = pipeline.getBytes(StandardCharsets.UTF_8);
        try (Producer producer = log.producer(ProducerOptions.idempotent().withReserve())) {
            producer.send(PARTITION, when.toEpochMilli(), key, value, Headers.EMPTY)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LogException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
