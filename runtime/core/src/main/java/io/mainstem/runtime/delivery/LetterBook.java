package io.mainstem.runtime.delivery;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.Producer;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicExistsException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What is known of dead letters beside themselves, in the compacted topic {@value #TOPIC}: which topics have some, what became
 * of a letter, and a value that a person has corrected. A letter itself is never changed nor deleted.
 *
 * <p>A record's key is a JSON array: {@code ["topic", name]}, {@code ["state", id of the topic, id of the letter]} or
 * {@code ["edit", id of the topic, id of the letter]}. What happened to a letter holds for its copies up to an offset of the
 * dead letter topic ({@code upTo}): when a record that was sent again fails again, its letter is open again. What a person has
 * decided of the record, a correction or that it is dropped, holds also when the sink meets it again from its topic, as after a
 * reset of its group.
 *
 * <p>An instance is what one thread has read of it so far.
 */
final class LetterBook {

    /** The internal topic: one partition, compacted. */
    static final String TOPIC = "__mainstem.dead-letters";

    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private final Map<String, UUID> topics = new LinkedHashMap<>();
    private final Map<Name, Said> states = new HashMap<>();
    private final Map<Name, Said> edits = new HashMap<>();
    private long next;

    private record Name(String topicId, String letter) {}

    private record Said(long upTo, Map<?, ?> value) {}

    /**
     * A corrected record.
     *
     * @param key its key, or null
     * @param value its value, or null
     * @param time when it was corrected
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Edit(byte @Nullable [] key, byte @Nullable [] value, Instant time) {}

    private LetterBook() {}

    /** Makes the topic when there is none. */
    static void ensure(Log log) {
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
    }

    /** One of which nothing was read yet. */
    static LetterBook unread() {
        return new LetterBook();
    }

    /** Reads on to the end that there is now. */
    void readOn(Log log) {
        if (log.admin().topic(TOPIC).isPresent()) {
            next = WholePartition.readOn(log, PARTITION, next, this::apply);
        }
    }

    private void apply(RecordCursor cursor) {
        if (cursor.keyLength() < 0 || cursor.valueLength() < 0) {
            return;
        }
        List<?> key = (List<?>) Json.read(text(cursor.array(), cursor.keyOffset(), cursor.keyLength()));
        Map<?, ?> value = (Map<?, ?>) Json.read(text(cursor.array(), cursor.valueOffset(), cursor.valueLength()));
        switch (String.valueOf(key.get(0))) {
            case "topic" -> topics.put(text(key, 1), UUID.fromString(String.valueOf(value.get("id"))));
            case "state" -> states.put(new Name(text(key, 1), text(key, 2)), said(value));
            case "edit" -> edits.put(new Name(text(key, 1), text(key, 2)), said(value));
            default -> {
                // written by a newer version, which knows what it means
            }
        }
    }

    private static Said said(Map<?, ?> value) {
        return new Said(value.get("upTo") instanceof Number number ? number.longValue() : -1, value);
    }

    private static String text(List<?> key, int index) {
        return String.valueOf(key.get(index));
    }

    private static String text(byte[] array, int offset, int length) {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    /** The topics that have dead letters, or had, by name. */
    Map<String, UUID> topics() {
        return topics;
    }

    /** What became of the letter at an offset. */
    LetterState state(UUID topicId, String letter, long offset) {
        Said said = states.get(new Name(topicId.toString(), letter));
        LetterState state = said == null
                ? LetterState.OPEN
                : LetterState.of(String.valueOf(said.value().get("state")));
        boolean holds = state == LetterState.DROPPED || said != null && offset <= said.upTo();
        return holds ? state : LetterState.OPEN;
    }

    /** The last correction of a letter. */
    Optional<Edit> edit(UUID topicId, String letter) {
        return Optional.ofNullable(edits.get(new Name(topicId.toString(), letter)))
                .map(Said::value)
                .map(value -> new Edit(
                        decoded(value.get("key")),
                        decoded(value.get("value")),
                        Instant.parse(String.valueOf(value.get("time")))));
    }

    private static byte @Nullable [] decoded(@Nullable Object base64) {
        return base64 == null ? null : Base64.getDecoder().decode(base64.toString());
    }

    /** Notes that a topic has dead letters. Returns when that is durable. */
    static void register(Log log, Producer producer, TopicDescription letters) {
        ensure(log);
        send(
                producer,
                List.of("topic", letters.name()),
                Map.of("id", letters.id().toString()));
    }

    /** Says what became of a letter. Returns when that is durable. */
    static void mark(Producer producer, UUID topicId, String letter, long upTo, LetterState state, Instant now) {
        send(producer, List.of("state", topicId.toString(), letter), state(upTo, state, now));
    }

    private static void send(Producer producer, List<String> key, Map<String, ?> value) {
        try {
            producer.send(PARTITION, -1, json(key), json(value), Headers.EMPTY).join();
        } catch (CompletionException e) {
            throw new LogException("what became of a dead letter could not be stored: " + e.getCause(), e);
        }
    }

    /** Says what became of a letter, in a transaction. */
    static void mark(Transaction transaction, Letter letter, LetterState state, Instant now) {
        transaction.append(
                PARTITION,
                -1,
                json(List.of("state", letter.topicId().toString(), letter.id())),
                json(state(letter.offset(), state, now)),
                Headers.EMPTY);
    }

    /** Keeps a correction, in a transaction. */
    static void edit(Transaction transaction, Letter letter, Edit edit) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("time", edit.time().toString());
        if (edit.key() != null) {
            value.put("key", Base64.getEncoder().encodeToString(edit.key()));
        }
        if (edit.value() != null) {
            value.put("value", Base64.getEncoder().encodeToString(edit.value()));
        }
        transaction.append(
                PARTITION,
                -1,
                json(List.of("edit", letter.topicId().toString(), letter.id())),
                json(value),
                Headers.EMPTY);
    }

    private static Map<String, ?> state(long upTo, LetterState state, Instant now) {
        return Map.of("state", state.word(), "upTo", upTo, "time", now.toString());
    }

    private static byte[] json(Object json) {
        return Json.write(json).getBytes(StandardCharsets.UTF_8);
    }
}
