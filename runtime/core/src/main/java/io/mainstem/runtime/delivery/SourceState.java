package io.mainstem.runtime.delivery;

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

/**
 * What is stored of one source: its streams, its splits and how far each was read. Belongs to one thread: that of the source's
 * task, which keeps it up to date with what it commits.
 */
public final class SourceState implements KnownSplits {

    private final Map<String, StreamSchema> streams = new LinkedHashMap<>();
    private final Map<String, Split> splits = new LinkedHashMap<>();
    private final Map<String, Position> positions = new LinkedHashMap<>();
    private final Set<String> finished = new LinkedHashSet<>();

    SourceState() {}

    @Override
    public Collection<Split> splits() {
        return splits.values();
    }

    @Override
    public Optional<Position> position(String splitId) {
        return Optional.ofNullable(positions.get(splitId));
    }

    @Override
    public boolean isFinished(String splitId) {
        return finished.contains(splitId);
    }

    /** Whether there is a split of that id. */
    public boolean hasSplit(String id) {
        return splits.containsKey(id);
    }

    @Override
    public Optional<StreamSchema> stream(String name) {
        return Optional.ofNullable(streams.get(name));
    }

    /** All streams. */
    public Collection<StreamSchema> streams() {
        return streams.values();
    }

    /** All positions, by position key. */
    public Map<String, Position> positions() {
        return positions;
    }

    void put(StreamSchema stream) {
        streams.put(stream.name(), stream);
    }

    void put(Split split, boolean isFinished) {
        splits.put(split.id(), split);
        if (isFinished) {
            finished.add(split.id());
        } else {
            finished.remove(split.id());
        }
    }

    void put(String positionKey, Position position) {
        positions.put(positionKey, position);
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
    }
}
