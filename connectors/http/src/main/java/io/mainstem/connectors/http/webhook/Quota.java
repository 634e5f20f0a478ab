package io.mainstem.connectors.http.webhook;

import java.util.LinkedHashMap;
import java.util.Map;

/** How many requests each sender has made in this second. Remembers the last senders, not all. Thread-safe. */
final class Quota {

    private static final int SENDERS_MAX = 10_000;

    private final long most;
    private final Map<String, long[]> senders = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, long[]> eldest) {
            return size() > SENDERS_MAX;
        }
    };

    Quota(long most) {
        this.most = most;
    }

    /** Whether a sender may send one more in this second. */
    synchronized boolean take(String sender, long second) {
        long[] count = senders.computeIfAbsent(sender, ignored -> new long[] {second, 0});
        if (count[0] != second) {
            count[0] = second;
            count[1] = 0;
        }
        return ++count[1] <= most;
    }
}
