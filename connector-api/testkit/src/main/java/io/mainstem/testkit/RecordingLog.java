package io.mainstem.testkit;

import io.mainstem.api.Ack;
import io.mainstem.api.Emitter;
import io.mainstem.api.KnownSplits;
import io.mainstem.api.Message;
import io.mainstem.api.Position;
import io.mainstem.api.Row;
import io.mainstem.api.Split;
import io.mainstem.api.StreamSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A log in memory, with what the runtime keeps beside it: streams, splits and positions. Messages and positions become
 * part of it together, at a checkpoint, as in the runtime; what a reader emitted after its last checkpoint is lost when it
 * is closed.
 */
public final class RecordingLog implements KnownSplits {

    /**
     * Something that was read and is no message.
     *
     * @param raw its bytes as text
     * @param where the place
     * @param why what is wrong
     */
    public record Bad(String raw, String where, String why) {}

    /** Thrown where a test wants a process to die. */
    public static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Killed(String where) {
            super(where);
        }
    }

    private final Map<String, Split> splits = new LinkedHashMap<>();
    private final Map<String, StreamSchema> streams = new LinkedHashMap<>();
    private final Map<String, Map<String, Position>> positions = new HashMap<>();
    private final Set<String> finished = new HashSet<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<Bad> bad = new ArrayList<>();
    private int checkpoints;
    private int killAtCheckpoint = -1;
    private int killAtMessage = -1;

    /** Dies right after this many more checkpoints. */
    public void killAfterCheckpoints(int more) {
        killAtCheckpoint = checkpoints + more;
    }

    /** Dies at the emission of the message after this many more. */
    public void killAfterMessages(int more) {
        killAtMessage = messages.size() + more;
    }

    /** Dies no more. */
    public void live() {
        killAtCheckpoint = -1;
        killAtMessage = -1;
    }

    /** The messages, in the order in which they became durable. */
    public List<Message> messages() {
        return List.copyOf(messages);
    }

    /** The values of the messages as text. */
    public List<String> values() {
        return messages.stream().map(message -> String.valueOf(message.value())).toList();
    }

    /** What was bad. */
    public List<Bad> bad() {
        return List.copyOf(bad);
    }

    /** How many checkpoints became durable. */
    public int checkpoints() {
        return checkpoints;
    }

    /** Forgets messages and bad records, not positions. */
    public void clear() {
        messages.clear();
        bad.clear();
    }

    /** The positions of a split by key. */
    public Map<String, Position> stored(Split split) {
        return Map.copyOf(positions.getOrDefault(split.id(), Map.of()));
    }

    @Override
    public Collection<Split> splits() {
        return List.copyOf(splits.values());
    }

    @Override
    public Optional<Position> position(String splitId) {
        return Optional.ofNullable(positions.getOrDefault(splitId, Map.of()).get(splitId));
    }

    @Override
    public boolean isFinished(String splitId) {
        return finished.contains(splitId);
    }

    @Override
    public Optional<StreamSchema> stream(String name) {
        return Optional.ofNullable(streams.get(name));
    }

    /** The streams as they were declared first. */
    public Collection<StreamSchema> streams() {
        return List.copyOf(streams.values());
    }

    void found(List<StreamSchema> foundStreams, List<Split> foundSplits) {
        foundStreams.forEach(stream -> streams.putIfAbsent(stream.name(), stream));
        foundSplits.forEach(split -> splits.put(split.id(), split));
    }

    void finish(Split split) {
        finished.add(split.id());
    }

    /** Takes what the reader of one split emits. */
    Emitter emitter(Split split) {
        return new SplitEmitter(split);
    }

    private final class SplitEmitter implements Emitter {
        private final Split split;
        private final List<Message> pending = new ArrayList<>();
        private final List<Bad> pendingBad = new ArrayList<>();
        private final List<Split> children = new ArrayList<>();

        SplitEmitter(Split split) {
            this.split = split;
        }

        @Override
        public void emit(Message message) {
            if (messages.size() + pending.size() == killAtMessage) {
                throw new Killed("at message " + killAtMessage);
            }
            pending.add(message.value() instanceof Row row ? message.withValue(row.detached()) : message);
        }

        @Override
        public void bad(byte[] raw, String where, String why) {
            pendingBad.add(new Bad(new String(raw, StandardCharsets.UTF_8), where, why));
        }

        @Override
        public void announce(Split child) {
            children.add(child);
        }

        @Override
        public void checkpoint(Position after) {
            commit(Map.of(split.id(), after));
        }

        @Override
        public void checkpoint(Map<String, Position> changed, Ack ack) {
            commit(changed);
            ack.durable();
        }

        private void commit(Map<String, Position> changed) {
            messages.addAll(pending);
            bad.addAll(pendingBad);
            children.forEach(child -> splits.put(child.id(), child));
            positions.computeIfAbsent(split.id(), id -> new HashMap<>()).putAll(changed);
            pending.clear();
            pendingBad.clear();
            children.clear();
            checkpoints++;
            if (checkpoints == killAtCheckpoint) {
                throw new Killed("after checkpoint " + checkpoints);
            }
        }
    }
}
