package io.mainstem.log.embedded;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Since when names have not been used, as far as the last look saw it: a use costs no clock. A name that was in use when a
 * log ended is idle from the next open on. Thread-safe; its lock is a leaf.
 */
final class IdleTimes {
    private final Map<String, Long> idleSince = new HashMap<>();
    private boolean changed;

    synchronized void used(String name) {
        changed |= idleSince.remove(name) != null;
    }

    /** Whether a checkpoint would save something else than the last one did. */
    synchronized boolean hasChanged() {
        return changed;
    }

    synchronized void saved() {
        changed = false;
    }

    /** What was idle at the last look, in milliseconds, or -1 for a name in use. */
    synchronized long idleSince(String name) {
        return idleSince.getOrDefault(name, -1L);
    }

    synchronized void restore(String name, long since) {
        if (since >= 0) {
            idleSince.put(name, since);
        }
    }

    /** Looks at all names that there are; returns those which have been idle for so long. */
    synchronized List<String> look(Iterable<String> names, Predicate<String> inUse, long now, long afterMillis) {
        Map<String, Long> before = Map.copyOf(idleSince);
        idleSince.clear();
        List<String> expired = new ArrayList<>();
        for (String name : names) {
            if (inUse.test(name)) {
                changed |= before.containsKey(name);
                continue;
            }
            long since = before.getOrDefault(name, now);
            idleSince.put(name, since);
            changed |= !before.containsKey(name);
            if (now - since >= afterMillis) {
                expired.add(name);
            }
        }
        return expired;
    }
}
