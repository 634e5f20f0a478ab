package io.mainstem.runtime.plan;

import io.mainstem.api.Ack;
import io.mainstem.api.Datum;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Position;
import io.mainstem.api.Row;
import io.mainstem.api.Split;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.codec.UnencodableException;
import io.mainstem.runtime.plan.RowSample.Bad;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the first rows that readers emit, and lets all others go. Nothing is ever durable: who waits for that is told that it
 * failed, so that a message stays where it came from. One thread.
 */
final class SampleEmitter implements Emitter {

    /** More than these bytes of JSON are not kept, be it fewer rows than were asked for. */
    private static final long BYTES_MAX = 4 << 20;

    private final int rowsMax;
    private final Masked masked;
    private final List<Message> rows = new ArrayList<>();
    private final List<Bad> bad = new ArrayList<>();
    private final List<Ack> waiting = new ArrayList<>();
    private long bytes;
    private boolean left;

    SampleEmitter(int rowsMax, Masked masked) {
        this.rowsMax = rowsMax;
        this.masked = masked;
    }

    boolean isFull() {
        return rows.size() + bad.size() >= rowsMax || bytes > BYTES_MAX;
    }

    @Override
    public void emit(Message message) {
        if (isFull()) {
            left = true;
            return;
        }
        rows.add(detached(message));
        bytes += size(message);
    }

    /** Its row may point into a large array that the reader fills again. */
    static Message detached(Message message) {
        return message.value() instanceof Row row ? message.withValue(row.detached()) : message;
    }

    private static long size(Message message) {
        @Nullable Datum value = message.value();
        try {
            return value == null ? 0 : JsonRows.toJson(value).length();
        } catch (UnencodableException e) {
            return 0;
        }
    }

    @Override
    public void bad(byte[] raw, String where, String why) {
        if (isFull()) {
            left = true;
            return;
        }
        bad.add(new Bad(masked.text(where), masked.text(why)));
    }

    @Override
    public void announce(Split child) {}

    @Override
    public void checkpoint(Position after) {}

    @Override
    public void checkpoint(Map<String, Position> changed, Ack ack) {
        waiting.add(ack);
    }

    /** Tells those who wait that nothing was kept. */
    void refuseAll() {
        IllegalStateException why = new IllegalStateException("this was a look for a plan, and nothing was kept");
        waiting.forEach(ack -> ack.failed(why));
        waiting.clear();
    }

    /** What was kept. */
    RowSample sample(boolean readToTheEnd) {
        return new RowSample(rows, bad, readToTheEnd && !left);
    }
}
