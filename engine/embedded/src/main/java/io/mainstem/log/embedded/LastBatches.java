package io.mainstem.log.embedded;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last batch of each producer, which a compaction keeps although it may have no record any more: it has the producer's
 * last sequence number. The last batch with records counts, or a marker when there is none. One thread at a time.
 */
final class LastBatches {
    /** How long a producer that writes nothing is remembered; {@code producer.id.expiration.ms}. */
    static final long EXPIRATION_MILLIS = 24L * 60 * 60 * 1000;

    private static final int PRODUCERS_MAX = 1 << 16;

    private final long oldest;
    private final Map<Long, Last> last = new LinkedHashMap<>();

    private record Last(long baseOffset, boolean marker) {}

    LastBatches(long now) {
        oldest = now - EXPIRATION_MILLIS;
    }

    /** Takes note of a batch that lies behind all before. */
    void add(byte[] array, int at) {
        long producer = RecordBatch.producerId(array, at);
        if (producer < 0 || RecordBatch.maxTimestamp(array, at) < oldest) {
            return;
        }
        boolean marker = RecordBatch.isMarker(array, at);
        Last before = last.get(producer);
        if (marker && before != null && !before.marker) {
            return;
        }
        last.remove(producer);
        last.put(producer, new Last(RecordBatch.baseOffset(array, at), marker));
        if (last.size() > PRODUCERS_MAX) {
            // The one that has written nothing for the longest.
            Iterator<Long> first = last.keySet().iterator();
            first.next();
            first.remove();
        }
    }

    /** Whether a batch is the last one of its producer. */
    boolean has(byte[] array, int at) {
        Last found = last.get(RecordBatch.producerId(array, at));
        return found != null && found.baseOffset == RecordBatch.baseOffset(array, at);
    }
}
