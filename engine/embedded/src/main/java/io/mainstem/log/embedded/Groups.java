package io.mainstem.log.embedded;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The groups that have members, and the producers and consumers that a close of the log closes. Thread-safe. */
final class Groups {
    private final Map<String, Group> groups = new ConcurrentHashMap<>();
    private final Set<IdempotentProducer> producers = ConcurrentHashMap.newKeySet();
    private final Set<Signal> sleepers = ConcurrentHashMap.newKeySet();

    Group group(String name) {
        return groups.computeIfAbsent(name, absent -> new Group());
    }

    boolean hasMembers(String name) {
        Group group = groups.get(name);
        return group != null && group.hasMembers();
    }

    /** The names of the groups with members, in order. */
    Set<String> namesWithMembers() {
        Set<String> names = new TreeSet<>();
        groups.forEach((name, group) -> {
            if (group.hasMembers()) {
                names.add(name);
            }
        });
        return names;
    }

    /** Topics came or went. */
    void topicsChanged(LogState state) {
        groups.values().forEach(group -> group.rebalance(state));
    }

    void add(IdempotentProducer producer) {
        producers.add(producer);
    }

    void remove(IdempotentProducer producer) {
        producers.remove(producer);
    }

    Set<IdempotentProducer> producers() {
        return producers;
    }

    void add(Signal sleeper) {
        sleepers.add(sleeper);
    }

    void remove(Signal sleeper) {
        sleepers.remove(sleeper);
    }

    /** Ends all waits. */
    void wakeAll() {
        sleepers.forEach(Signal::raise);
    }
}
