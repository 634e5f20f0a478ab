package io.mainstem.runtime.worker;

import io.mainstem.api.Message;
import io.mainstem.api.RetryException;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.codec.UndecodableException;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.schema.Registered;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.transform.Table;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last record of each key of a topic, in memory. Reads to the end of what is there at the first look-up, and looks every {@value
 * #REFRESH_MILLIS} ms for what came since. One thread.
 */
final class TopicTable implements Table, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TopicTable.class);
    private static final long REFRESH_MILLIS = 200;
    private static final Duration READ_WAIT = Duration.ofSeconds(10);

    private final String topic;
    private final long most;
    private final Log log;
    private final Schemas schemas;
    private final List<Part> parts;
    private final Map<String, Row> rows = new HashMap<>();
    private boolean loaded;
    private long refreshedNanos;

    private TopicTable(String topic, long most, Log log, Schemas schemas, List<Part> parts) {
        this.topic = topic;
        this.most = most;
        this.log = log;
        this.schemas = schemas;
        this.parts = parts;
    }

    /** A partition, and how far it was read. */
    private record Part(
            TopicPartition partition, io.mainstem.api.TopicPartition id, PartitionReader reader, MessageCodec codec) {}

    static TopicTable of(String topic, long most, Pipeline pipeline, Log log, Schemas schemas) {
        TopicDescription description = log.admin()
                .topic(topic)
                .orElseThrow(() -> new RetryException(
                        "there is no topic '" + topic + "' to look into yet", new IllegalStateException("no topic")));
        TopicSpec spec = pipeline.topic(topic).orElseGet(() -> TopicSpec.defaults(topic));
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < description.partitions(); i++) {
            TopicPartition partition = new TopicPartition(topic, i);
            parts.add(new Part(
                    partition,
                    new io.mainstem.api.TopicPartition(topic, description.id(), i),
                    log.reader(partition, log.admin().offsets(partition).start()),
                    MessageCodec.of(topic, spec.codec(), spec.key(), schemas)));
        }
        return new TopicTable(topic, most, log, schemas, parts);
    }

    @Override
    public Optional<Schema> schema() {
        return schemas.latest(topic).map(Registered::schema);
    }

    @Override
    public @Nullable Row find(String key) {
        if (!loaded) {
            parts.forEach(this::load);
            loaded = true;
            refreshedNanos = System.nanoTime();
        } else if (System.nanoTime() - refreshedNanos > REFRESH_MILLIS * 1_000_000) {
            parts.forEach(this::refresh);
            refreshedNanos = System.nanoTime();
        }
        return rows.get(key);
    }

    private void load(Part part) {
        long end = log.admin().offsets(part.partition()).end();
        while (part.reader().position() < end) {
            take(
                    part,
                    part.reader()
                            .poll(READ_WAIT)
                            .orElseThrow(() -> new LogException(part.partition() + " cannot be read at "
                                    + part.reader().position())));
        }
    }

    private void refresh(Part part) {
        Optional<RecordChunk> chunk = part.reader().poll(Duration.ZERO);
        while (chunk.isPresent()) {
            take(part, chunk.get());
            chunk = part.reader().poll(Duration.ZERO);
        }
    }

    private void take(Part part, RecordChunk chunk) {
        RecordCursor cursor = chunk.cursor();
        while (cursor.next()) {
            if (cursor.keyLength() >= 0) {
                take(part, cursor);
            }
        }
        if (rows.size() > most) {
            throw new StopException(
                    "lookup.too-many-rows",
                    "the topic '" + topic + "' has more than " + most
                            + " keys, which is the most that 'lookup' keeps in memory",
                    "raise 'max-rows' of the step, and give the worker memory for them");
        }
    }

    private void take(Part part, RecordCursor cursor) {
        String key = new String(cursor.array(), cursor.keyOffset(), cursor.keyLength(), StandardCharsets.UTF_8);
        try {
            Message message = part.codec().decode(cursor, part.id());
            if (message.value() instanceof Row row) {
                rows.put(key, row.detached());
            } else {
                rows.remove(key);
            }
        } catch (UndecodableException e) {
            LOGGER.warn("record {}@{} is left out of a look-up: {}", part.partition(), cursor.offset(), e.getMessage());
        }
    }

    @Override
    public void close() {
        parts.forEach(part -> Closing.quietly(part.reader()));
    }
}
