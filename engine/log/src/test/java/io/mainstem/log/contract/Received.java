package io.mainstem.log.contract;

import io.mainstem.log.Headers;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as a consumer saw it.
 *
 * @param offset its offset
 * @param timestamp its timestamp
 * @param key its key as text
 * @param value its value as text
 * @param headers its headers
 */
public record Received(
        long offset,
        long timestamp,
        @Nullable String key,
        @Nullable String value,
        Headers headers) {

    /** The records of a chunk. */
    public static List<Received> of(RecordChunk chunk) {
        List<Received> records = new ArrayList<>();
        RecordCursor cursor = chunk.cursor();
        while (cursor.next()) {
            records.add(new Received(
                    cursor.offset(),
                    cursor.timestamp(),
                    text(cursor.array(), cursor.keyOffset(), cursor.keyLength()),
                    text(cursor.array(), cursor.valueOffset(), cursor.valueLength()),
                    cursor.headers()));
        }
        return records;
    }

    private static @Nullable String text(byte[] array, int at, int length) {
        return length < 0 ? null : new String(array, at, length, StandardCharsets.UTF_8);
    }
}
