package io.mainstem.runtime.delivery;

import io.mainstem.log.Log;
import io.mainstem.log.OffsetSpec;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which keys have a record in their topic that is later than a time: first all are {@linkplain #ask asked} for, then one look at each
 * partition answers. A record that was itself sent again is as late as the row that it was. For one thread.
 */
public final class LaterRecords {

    private static final String HEADER = "mainstem.replay";
    private static final Last NONE = new Last(Long.MIN_VALUE, -1);

    private final Map<TopicPartition, Asked> partitions = new HashMap<>();

    /** What is asked of a partition: the last record of each key, from a time on. */
    private static final class Asked {
        private final Map<ByteBuffer, Last> keys = new HashMap<>();
        private Instant since = Instant.MAX;
    }

    private record Last(long millis, long offset) {}

    /** The header of a record that is sent again, of which {@link #look} knows from when it is. */
    public static byte[] mark(Resent resent) {
        return Json.write(List.of(resent.letter().id(), resent.time().toString()))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The name of the header with a {@link #mark}. */
    public static String header() {
        return HEADER;
    }

    /** Asks for records of a key. */
    public void ask(TopicPartition partition, ByteBuffer key, Instant since) {
        Asked asked = partitions.computeIfAbsent(partition, any -> new Asked());
        asked.keys.put(key, NONE);
        asked.since = since.isBefore(asked.since) ? since : asked.since;
    }

    /** Looks for all that was asked for. */
    public void look(Log log) {
        partitions.forEach((partition, asked) -> {
            OffsetSpec where = OffsetSpec.forTimestamp(asked.since);
            long from = Objects.requireNonNull(
                            log.admin().resolve(List.of(partition), where).get(partition))
                    .offset();
            WholePartition.readOn(log, partition, from, cursor -> look(cursor, asked.keys));
        });
    }

    private static void look(RecordCursor cursor, Map<ByteBuffer, Last> keys) {
        if (cursor.keyLength() < 0) {
            return;
        }
        ByteBuffer key = ByteBuffer.wrap(cursor.array(), cursor.keyOffset(), cursor.keyLength());
        Last known = keys.get(key);
        if (known != null) {
            long millis = millis(cursor);
            if (millis >= known.millis()) {
                // The key that is known is its own array; the one that was looked up is the chunk's.
                keys.computeIfPresent(key, (same, last) -> new Last(millis, cursor.offset()));
            }
        }
    }

    private static long millis(RecordCursor cursor) {
        return cursor.headers()
                .last(HEADER)
                .flatMap(bytes -> marked(new String(bytes, StandardCharsets.UTF_8)))
                .map(Instant::toEpochMilli)
                .orElseGet(cursor::timestamp);
    }

    /** Whoever produces records may have put anything there. */
    private static Optional<Instant> marked(String text) {
        try {
            return Json.read(text) instanceof List<?> mark && mark.size() == 2
                    ? Optional.of(Instant.parse(String.valueOf(mark.get(1))))
                    : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The offset of a record of the key at that time or later. */
    public Optional<Long> of(TopicPartition partition, ByteBuffer key, Instant since) {
        return Optional.ofNullable(partitions.get(partition))
                .map(asked -> asked.keys.get(key))
                .filter(last -> last.offset() >= 0 && last.millis() >= since.toEpochMilli())
                .map(Last::offset);
    }
}
