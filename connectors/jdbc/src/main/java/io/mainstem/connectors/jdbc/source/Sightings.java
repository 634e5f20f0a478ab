package io.mainstem.connectors.jdbc.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When open transactions were seen first: for each, the number of the last look in which it was not there. What it does, it
 * does after that look. One thread.
 */
final class Sightings {

    /** Before the first look. */
    static final int UNKNOWN = -1;

    private Map<String, Integer> absent = Map.of();
    private int look = UNKNOWN;

    /** The next look, from 0 on, with the transactions that are open. */
    int look(Collection<OpenTransaction> open) {
        int lowestBefore = lowest();
        Map<String, Integer> now = new HashMap<>();
        for (OpenTransaction transaction : open) {
            Integer known = absent.get(transaction.id());
            now.put(transaction.id(), known != null ? known : transaction.isPrepared() ? lowestBefore : look);
        }
        absent = now;
        return ++look;
    }

    /** The last look without this transaction, or {@link #UNKNOWN}. */
    int lastWithout(String id) {
        @Nullable Integer known = absent.get(id);
        return known == null ? look : known;
    }

    /** The last look without any of those that are open now; the present one when none is. */
    int lowest() {
        return absent.values().stream().mapToInt(Integer::intValue).min().orElse(look);
    }
}
