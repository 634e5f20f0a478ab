package io.mainstem.runtime.delivery;

import io.mainstem.api.Position;
import io.mainstem.api.Split;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicExistsException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.runtime.schema.AvroSchemas;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The streams, splits and positions of all sources, kept in the log's compacted topic {@value #TOPIC}.
 *
 * <p>A record's key is a JSON array {@code [pipeline, source, kind, id]} with the kinds {@code stream}, {@code split},
 * {@code position} and {@code resent}; its value is JSON, or null for what was forgotten. The record of a position is written in
 * the transaction that holds the records up to it: both are there, or neither is. The last kind is how far the source came in the
 * topic of that id with rows that are sent again, which a reset leaves: what was published once is not published twice.
 *
 * <p>Thread-safe. Read a source's state only after its transactional id was taken over ({@link Log#producer}): nobody else can
 * change it then.
 */
public final class Positions implements AutoCloseable {

    /** The internal topic: one partition, compacted. */
    public static final String TOPIC = "__mainstem.positions";

    private static final String RESENT = "resent";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private final Log log;
    private final PartitionReader reader;
    private final Map<SourceName, SourceState> states = new TreeMap<>();

    private Positions(Log log, PartitionReader reader) {
        this.log = log;
        this.reader = reader;
    }

    /** Opens the positions of a log; makes the topic if there is none. */
    public static Positions open(Log log) {
        if (log.admin().topic(TOPIC).isEmpty()) {
            try {
                log.admin()
                        .createTopic(
                                TOPIC,
                                1,
                                TopicSettings.defaults().toBuilder()
                                        .cleanup(TopicSettings.Cleanup.COMPACT)
                                        .build());
            } catch (TopicExistsException e) {
                // made by another in this moment, which is as good
            }
        }
        return new Positions(
                log, log.reader(PARTITION, log.admin().offsets(PARTITION).start()));
    }

    /** Opens the positions that a log has, if it has any; writes nothing. */
    public static Optional<Positions> find(Log log) {
        return log.admin().topic(TOPIC).map(topic -> open(log));
    }

    /**
     * The id under which the owner of a source's slot writes; the next owner fences it.
     *
     * @param slot the number of the slot, from 0
     */
    public static String transactionalId(String pipeline, String source, int slot) {
        return pipeline + "." + source + "." + slot;
    }

    /** Everything that is stored of a source and committed now. */
    public synchronized SourceState load(String pipeline, String source) {
        refresh();
        return copy(states.getOrDefault(new SourceName(pipeline, source), new SourceState()));
    }

    /** The sources of which something is stored, in order. */
    public synchronized List<SourceName> sources() {
        refresh();
        return List.copyOf(states.keySet());
    }

    /** Adds a stream to a transaction, and to the state that the caller keeps. */
    public void put(Transaction transaction, SourceName source, SourceState state, StreamSchema stream) {
        append(
                transaction,
                source,
                "stream",
                stream.name(),
                Map.of("schema", AvroSchemas.write(stream.schema()), "key", stream.key()));
        state.put(stream);
    }

    /** Adds a split to a transaction, and to the state that the caller keeps. */
    public void put(Transaction transaction, SourceName source, SourceState state, Split split, boolean finished) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("stream", split.stream());
        if (!split.spec().values().isEmpty()) {
            value.put("spec", split.spec().values());
        }
        if (!split.after().isEmpty()) {
            value.put("after", split.after());
        }
        if (finished) {
            value.put("finished", true);
        }
        append(transaction, source, "split", split.id(), value);
        state.put(split, finished);
    }

    /** Adds a position to a transaction, and to the state that the caller keeps. */
    public void put(
            Transaction transaction, SourceName source, SourceState state, String positionKey, Position position) {
        append(transaction, source, "position", positionKey, position.values());
        state.put(positionKey, position);
    }

    /** Adds how far rows that are sent again were published to a transaction, and to the state that the caller keeps. */
    public void putResent(Transaction transaction, SourceName source, SourceState state, UUID topicId, long next) {
        append(transaction, source, RESENT, topicId.toString(), Map.of("next", next));
        state.putResent(topicId.toString(), next);
    }

    /**
     * Forgets positions, so that the splits are read from their beginning again. Takes the source over: a worker that runs it
     * is fenced.
     *
     * @param splitId the split to forget, or empty for all of the source's splits and streams
     * @return how many entries were forgotten
     */
    public int reset(SourceName source, Optional<String> splitId) {
        String id = transactionalId(source.pipeline(), source.source(), 0);
        try (Producer producer = log.producer(ProducerOptions.transactional(id).withReserve())) {
            SourceState state = load(source.pipeline(), source.source());
            Transaction transaction = producer.begin();
            for (String key : List.copyOf(state.positions().keySet())) {
                if (splitId.isEmpty() || splitId.get().equals(key)) {
                    append(transaction, source, "position", key, null);
                }
            }
            for (Split split : List.copyOf(state.splits())) {
                if (splitId.isEmpty()) {
                    append(transaction, source, "split", split.id(), null);
                    append(transaction, source, "stream", split.stream(), null);
                } else if (splitId.get().equals(split.id()) && state.isFinished(split.id())) {
                    put(transaction, source, state, split, false);
                }
            }
            int changes = transaction.records();
            commit(transaction);
            return changes;
        }
    }

    private static void commit(Transaction transaction) {
        try {
            transaction.commit().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted while committing positions", e);
        } catch (ExecutionException e) {
            throw new LogException("the positions were not stored: " + e.getCause(), e);
        }
    }

    private void append(
            Transaction transaction, SourceName source, String kind, String id, @Nullable Map<String, ?> value) {
        String key = Json.write(List.of(source.pipeline(), source.source(), kind, id));
        transaction.append(
                PARTITION,
                -1,
                key.getBytes(StandardCharsets.UTF_8),
                value == null ? null : Json.write(value).getBytes(StandardCharsets.UTF_8),
                Headers.EMPTY);
    }

    private void refresh() {
        long end = log.admin().offsets(PARTITION).end();
        while (reader.position() < end) {
            Optional<RecordChunk> chunk = reader.poll(Duration.ofSeconds(1));
            if (chunk.isPresent()) {
                RecordCursor cursor = chunk.get().cursor();
                while (cursor.next()) {
                    apply(cursor);
                }
                chunk.get().release();
            }
        }
    }

    private void apply(RecordCursor cursor) {
        byte[] array = cursor.array();
        List<?> key =
                (List<?>) Json.read(new String(array, cursor.keyOffset(), cursor.keyLength(), StandardCharsets.UTF_8));
        SourceName source = new SourceName(key.get(0).toString(), key.get(1).toString());
        SourceState state = states.computeIfAbsent(source, name -> new SourceState());
        String kind = key.get(2).toString();
        String id = key.get(3).toString();
        if (cursor.valueLength() < 0) {
            forget(state, kind, id);
            return;
        }
        Map<?, ?> value = (Map<?, ?>)
                Json.read(new String(array, cursor.valueOffset(), cursor.valueLength(), StandardCharsets.UTF_8));
        switch (kind) {
            case "stream" -> state.put(stream(id, value));
            case "split" -> state.put(split(id, value), Boolean.TRUE.equals(value.get("finished")));
            case "position" -> state.put(id, position(value));
            case RESENT -> state.putResent(id, position(value).longAt("next").orElse(0L));
            default -> {
                // written by a newer version, which knows what it means
            }
        }
    }

    private static void forget(SourceState state, String kind, String id) {
        switch (kind) {
            case "stream" -> state.removeStream(id);
            case "split" -> state.removeSplit(id);
            case "position" -> state.removePosition(id);
            default -> {
                // written by a newer version, which knows what it means
            }
        }
    }

    private static StreamSchema stream(String name, Map<?, ?> value) {
        return StreamSchema.of(name, AvroSchemas.read(String.valueOf(value.get("schema"))), texts(value.get("key")));
    }

    private static Split split(String id, Map<?, ?> value) {
        Split split = Split.of(id, String.valueOf(value.get("stream")));
        if (value.get("spec") instanceof Map<?, ?> spec) {
            split = split.withSpec(position(spec));
        }
        return value.get("after") == null ? split : split.readAfter(texts(value.get("after")));
    }

    private static Position position(Map<?, ?> value) {
        return Position.of(value.entrySet().stream()
                .collect(Collectors.toMap(e -> e.getKey().toString(), Map.Entry::getValue)));
    }

    private static List<String> texts(@Nullable Object list) {
        return list instanceof List<?> items
                ? items.stream().map(Object::toString).toList()
                : List.of();
    }

    private static SourceState copy(SourceState state) {
        SourceState copy = new SourceState();
        for (Split split : state.splits()) {
            copy.put(split, state.isFinished(split.id()));
        }
        state.streams().forEach(copy::put);
        state.positions().forEach(copy::put);
        state.resent().forEach(copy::putResent);
        return copy;
    }

    @Override
    public synchronized void close() {
        reader.close();
    }

    /**
     * The name of a source.
     *
     * @param pipeline its pipeline
     * @param source its name there
     */
    public record SourceName(String pipeline, String source) implements Comparable<SourceName> {
        @Override
        public int compareTo(SourceName other) {
            int byPipeline = pipeline.compareTo(other.pipeline);
            return byPipeline != 0 ? byPipeline : source.compareTo(other.source);
        }

        @Override
        public String toString() {
            return pipeline + "/" + source;
        }
    }
}
