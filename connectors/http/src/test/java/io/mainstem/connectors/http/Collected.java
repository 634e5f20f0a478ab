package io.mainstem.connectors.http;

import io.mainstem.api.Ack;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Position;
import io.mainstem.api.Row;
import io.mainstem.api.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keeps what a reader emits, once a checkpoint is behind it, and settles each acknowledgement when it is told to. */
final class Collected implements Emitter {

    final List<Message> published = new ArrayList<>();
    final List<String> bad = new ArrayList<>();
    final List<Ack> acks = new ArrayList<>();
    Position last = Position.of(Map.of());
    private final List<Message> pending = new ArrayList<>();

    @Override
    public void emit(Message message) {
        pending.add(message);
    }

    @Override
    public void bad(byte[] raw, String where, String why) {
        bad.add(where + ": " + why);
    }

    @Override
    public void announce(Split child) {
        throw new AssertionError("nothing announces here: " + child);
    }

    @Override
    public void checkpoint(Position after) {
        last = after;
        published.addAll(pending);
        pending.clear();
    }

    @Override
    public void checkpoint(Map<String, Position> changed, Ack ack) {
        checkpoint(changed.values().iterator().next());
        acks.add(ack);
    }

    /** The values of a field. */
    List<Object> values(String field) {
        return published.stream()
                .map(message -> ((Row) message.value()).at(field))
                .toList();
    }
}
