package io.mainstem.log.embedded;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The groups that have members, and the producers and consumers that a close of the log closes. Thread-safe. */
final class Groups {
    private final Map<String, Group> groups = new ConcurrentHashMap<>();
    private final Set<IdempotentProducer> producers = ConcurrentHashMap.newKeySet();
    private final Set<TransactionalProducer> transactional = ConcurrentHashMap.newKeySet();
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

    /** The group, if it has or had members since the open. */
    Optional<Group> find(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    /** Puts out who does not poll, and aborts what is open for too long. */
    void checkTimeouts(long now, LogState state) {
        groups.values().forEach(group -> group.checkTimeouts(now, state));
        transactional.forEach(producer -> producer.checkTimeout(now));
    }

    void add(TransactionalProducer producer) {
        transactional.add(producer);
    }

    void remove(TransactionalProducer producer) {
        transactional.remove(producer);
    }

    /** Whether a producer of that transactional id is open. */
    boolean hasProducer(String transactionalId) {
        return transactional.stream()
                .anyMatch(producer -> producer.transactionalId().equals(transactionalId));
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
