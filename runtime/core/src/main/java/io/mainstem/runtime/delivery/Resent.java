package io.mainstem.runtime.delivery;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A letter of a source that is sent again: it stands as it was kept in a topic of the source's own, which the source reads on from where
 * it came ({@link SourceState#resent}).
 *
 * @param letter the letter, with the value that a person has made of it
 * @param letterTopic the topic that it is kept in
 * @param isForced whether it may overwrite later records
 * @param offset where it stands
 */
public record Resent(DeadLetter letter, String letterTopic, boolean isForced, long offset) {

    private static final String TOPIC_PREFIX = "__mainstem.replay-source.";
    private static final String HEADER = "mainstem.replay";
    private static final int BATCH = 500;
    private static final int BATCH_BYTES = 4 << 20;

    /** The topic of a source's letters that are sent again. */
    static String topic(String pipeline, String source) {
        return TOPIC_PREFIX + pipeline + "." + source;
    }

    /** The stream that its row is of. */
    public String stream() {
        return letter.given().orElseThrow().stream();
    }

    /** A time before which no record was published that is later than the row. */
    public Instant time() {
        return letter.given().orElseThrow().time();
    }

    /** The headers of the record of a letter there. */
    static Headers headers(DeadLetter letter, String letterTopic, boolean isForced) {
        String mark = Json.write(Map.of("letters", letterTopic, "force", isForced));
        return letter.headers().with(HEADER, mark.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Some letters in the order in which they were sent.
     *
     * @param topicId the topic that they stand in
     * @param next the offset behind them
     */
    public record Batch(UUID topicId, List<Resent> letters, long next) {}

    /** The next letters that a source has not published; empty when there are none. */
    public static Optional<Batch> next(Log log, Positions.SourceName source, SourceState state) {
        String name = topic(source.pipeline(), source.source());
        Optional<TopicDescription> topic = log.admin().topic(name);
        if (topic.isEmpty()) {
            return Optional.empty();
        }
        UUID id = topic.get().id();
        TopicPartition partition = new TopicPartition(name, 0);
        long end = log.admin().offsets(partition).end();
        return state.resent(id) < end ? Optional.of(read(log, partition, id, state.resent(id), end)) : Optional.empty();
    }

    private static Batch read(Log log, TopicPartition partition, UUID id, long from, long end) {
        List<Resent> letters = new ArrayList<>();
        long[] next = {end};
        long[] bytes = {0};
        WholePartition.read(log, partition, from, end, cursor -> {
            boolean isFull = letters.size() >= BATCH || bytes[0] > BATCH_BYTES;
            if (isFull) {
                next[0] = Math.min(next[0], cursor.offset());
                return;
            }
            bytes[0] += Math.max(0, cursor.valueLength());
            read(cursor).ifPresent(letters::add);
        });
        return new Batch(id, letters, next[0]);
    }

    private static Optional<Resent> read(RecordCursor cursor) {
        Headers headers = cursor.headers();
        byte @Nullable [] value = cursor.valueLength() < 0
                ? null
                : Arrays.copyOfRange(cursor.array(), cursor.valueOffset(), cursor.valueOffset() + cursor.valueLength());
        Object mark = headers.last(HEADER)
                .map(bytes -> Json.read(new String(bytes, StandardCharsets.UTF_8)))
                .orElse(null);
        if (!(mark instanceof Map<?, ?> found)) {
            return Optional.empty();
        }
        return DeadLetter.read(null, value, headers)
                .filter(letter -> letter.given().isPresent())
                .map(letter -> new Resent(
                        letter,
                        String.valueOf(found.get("letters")),
                        Boolean.TRUE.equals(found.get("force")),
                        cursor.offset()));
    }
}
