package io.mainstem.runtime.delivery;

import io.mainstem.api.Discovery;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Position;
import io.mainstem.api.Split;
import io.mainstem.api.StreamSchema;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What is stored of one source: its streams, its splits and how far each was read. Belongs to one thread: that of the source's
 * task, which keeps it up to date with what it commits.
 */
public final class SourceState implements KnownSplits {

    private final Map<String, StreamSchema> streams = new LinkedHashMap<>();
    private final Map<String, Split> splits = new LinkedHashMap<>();
    private final Map<String, Position> positions = new LinkedHashMap<>();
    /** Positions under keys that readers chose, which are no split's id; all readers see them. */
    private final Map<String, Position> shared = new LinkedHashMap<>();

    private final Set<String> finished = new LinkedHashSet<>();
    /** How far topics with rows that are sent again were published, by their ids. */
    private final Map<String, Long> resent = new LinkedHashMap<>();

    SourceState() {}

    /** That of a source of which nothing is stored. */
    public static SourceState empty() {
        return new SourceState();
    }

    @Override
    public Collection<Split> splits() {
        return splits.values();
    }

    @Override
    public Optional<Position> position(String splitId) {
        return Optional.ofNullable(positions.get(splitId));
    }

    /** The positions that a reader of that split may want: its own, and those that are no split's. */
    public Map<String, Position> positionsFor(Split split) {
        Map<String, Position> all = new LinkedHashMap<>(shared);
        position(split.id()).ifPresent(position -> all.put(split.id(), position));
        return all;
    }

    @Override
    public boolean isFinished(String splitId) {
        return finished.contains(splitId);
    }

    /** Whether exactly this split is stored. */
    public boolean isKnown(Split split) {
        Split stored = splits.get(split.id());
        return stored != null && stored.equals(split);
    }

    @Override
    public Optional<StreamSchema> stream(String name) {
        return Optional.ofNullable(streams.get(name));
    }

    /** All streams. */
    public Collection<StreamSchema> streams() {
        return streams.values();
    }

    /** The names of all streams, and of those that were just discovered. */
    public Set<String> names(Discovery discovery) {
        Set<String> names = new LinkedHashSet<>(streams.keySet());
        discovery.streams().forEach(stream -> names.add(stream.name()));
        return names;
    }

    /** The next offset of a topic with rows of the source that are sent again. */
    public long resent(UUID topicId) {
        return resent.getOrDefault(topicId.toString(), 0L);
    }

    Map<String, Long> resent() {
        return resent;
    }

    void putResent(String topicId, long next) {
        resent.put(topicId, next);
    }

    /** All positions, by position key. */
    public Map<String, Position> positions() {
        Map<String, Position> all = new LinkedHashMap<>(shared);
        all.putAll(positions);
        return all;
    }

    void put(StreamSchema stream) {
        streams.put(stream.name(), stream);
    }

    void put(Split split, boolean isFinished) {
        splits.put(split.id(), split);
        Position early = shared.remove(split.id());
        if (early != null) {
            positions.put(split.id(), early);
        }
        if (isFinished) {
            finished.add(split.id());
        } else {
            finished.remove(split.id());
        }
    }

    void put(String positionKey, Position position) {
        (splits.containsKey(positionKey) ? positions : shared).put(positionKey, position);
    }

    void removeStream(String name) {
        streams.remove(name);
    }

    void removeSplit(String id) {
        splits.remove(id);
        finished.remove(id);
    }

    void removePosition(String positionKey) {
        positions.remove(positionKey);
        shared.remove(positionKey);
    }
}
