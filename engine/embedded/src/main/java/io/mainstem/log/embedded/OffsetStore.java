package io.mainstem.log.embedded;

import io.mainstem.log.OffsetAndMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;

/** The committed offsets of all groups. Thread-safe; its lock is a leaf. */
final class OffsetStore {
    private final Map<String, Map<Key, OffsetAndMetadata>> groups = new TreeMap<>();
    private final IdleTimes idleTimes = new IdleTimes();

    /** A partition by the identity of its topic: a topic made anew has no committed offsets. */
    record Key(UUID topic, int partition) {}

    synchronized void put(String group, Key partition, OffsetAndMetadata offset) {
        groups.computeIfAbsent(group, name -> new HashMap<>()).put(partition, offset);
        idleTimes.used(group);
    }

    /** Looks at all groups; returns those which have been idle for so long. */
    synchronized List<String> idle(Predicate<String> inUse, long now, long afterMillis) {
        return idleTimes.look(groups.keySet(), inUse, now, afterMillis);
    }

    boolean isIdle(String group) {
        return idleSince(group) >= 0;
    }

    /** Since when the group was idle at the last look, or -1. */
    long idleSince(String group) {
        return idleTimes.idleSince(group);
    }

    IdleTimes idleTimes() {
        return idleTimes;
    }

    void restoreIdle(String group, long since) {
        idleTimes.restore(group, since);
    }

    /** The group has members. */
    void used(String group) {
        idleTimes.used(group);
    }

    synchronized Optional<OffsetAndMetadata> get(String group, Key partition) {
        return Optional.ofNullable(groups.getOrDefault(group, Map.of()).get(partition));
    }

    synchronized Map<Key, OffsetAndMetadata> all(String group) {
        return Map.copyOf(groups.getOrDefault(group, Map.of()));
    }

    synchronized Set<String> names() {
        return new TreeSet<>(groups.keySet());
    }

    synchronized void deleteGroup(String group) {
        groups.remove(group);
    }

    synchronized void deleteTopic(UUID topic) {
        for (Map<Key, OffsetAndMetadata> offsets : groups.values()) {
            offsets.keySet().removeIf(key -> key.topic.equals(topic));
        }
        groups.values().removeIf(Map::isEmpty);
    }

    /** Calls the visitor for each group and offset. */
    synchronized void forEach(Visitor visitor) {
        groups.forEach((group, offsets) -> offsets.forEach((key, offset) -> visitor.offset(group, key, offset)));
    }

    /** Sees one committed offset. */
    interface Visitor {
        void offset(String group, Key partition, OffsetAndMetadata offset);
    }
}
