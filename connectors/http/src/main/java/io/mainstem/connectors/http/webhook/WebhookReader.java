package io.mainstem.connectors.http.webhook;

import io.mainstem.api.Ack;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Row;
import io.mainstem.api.SplitReader;
import io.mainstem.connectors.http.webhook.Delivery.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what the listener has taken: all that waits, then one checkpoint whose acknowledgement answers the senders. The position
 * is the names of the last deliveries, so that one that was answered is known after a restart, too.
 */
final class WebhookReader implements SplitReader {

    private static final int BATCH = 1000;
    private static final int BATCH_BYTES = 1 << 20;
    private static final Duration SOON = Duration.ofMillis(5);

    private final WebhookHandler handler;
    private final Runnable onClose;
    private final String split;
    private final Clock clock;
    private final boolean bounded;
    private final int remember;
    private final Row.Builder row;
    private final Set<String> known = new LinkedHashSet<>();
    private volatile boolean cancelled;

    /**
     * A reader.
     *
     * @param onClose lets go of the path
     */
    WebhookReader(
            WebhookHandler handler,
            Runnable onClose,
            String split,
            Clock clock,
            ReaderContext reader,
            int remember,
            @Nullable Position position) {
        this.handler = handler;
        this.onClose = onClose;
        this.split = split;
        this.clock = clock;
        this.bounded = reader.isBounded();
        this.remember = remember;
        this.row = Row.builder(reader.stream().schema());
        if (position != null && position.get("ids") instanceof List<?> ids) {
            ids.forEach(id -> known.add(id.toString()));
        }
    }

    @Override
    public Poll poll(Emitter out, Duration maxWait) throws InterruptedException {
        @Nullable Delivery delivery = cancelled ? null : handler.next(Math.min(maxWait.toMillis(), 50));
        if (delivery == null) {
            return bounded ? Poll.end() : Poll.idle(SOON);
        }
        List<Delivery> taken = new ArrayList<>();
        int bytes = 0;
        while (delivery != null) {
            taken.add(delivery);
            bytes += publish(delivery, out);
            delivery = taken.size() < BATCH && bytes < BATCH_BYTES ? handler.next(0) : null;
        }
        out.checkpoint(Map.of(split, position()), new Answers(taken));
        return Poll.more();
    }

    /** Publishes one, unless it was before. Returns how many bytes it has. */
    private int publish(Delivery delivery, Emitter out) {
        if (!delivery.id().isEmpty() && remember > 0 && !known.add(delivery.id())) {
            return 0;
        }
        forgetOldest();
        int bytes = 0;
        for (byte[] body : delivery.bodies()) {
            out.emit(Message.create(row(delivery, body)));
            bytes += body.length;
        }
        return bytes;
    }

    private Row row(Delivery delivery, byte[] body) {
        row.setString(0, delivery.id());
        row.set(1, clock.instant());
        row.setString(2, delivery.method());
        row.setString(3, delivery.sender());
        row.set(4, delivery.headers());
        row.setString(5, new String(body, StandardCharsets.UTF_8));
        row.set(6, delivery.form());
        return row.build();
    }

    private void forgetOldest() {
        while (known.size() > remember) {
            known.remove(known.iterator().next());
        }
    }

    private Position position() {
        return Position.of("ids", List.copyOf(known));
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public void close() {
        onClose.run();
    }

    /** Answers those whose requests are in one checkpoint. */
    private static final class Answers implements Ack {
        private final List<Delivery> taken;

        Answers(List<Delivery> taken) {
            this.taken = taken;
        }

        @Override
        public void durable() {
            taken.forEach(delivery -> delivery.settle(Outcome.DURABLE));
        }

        @Override
        public void failed(Exception cause) {
            taken.forEach(delivery -> delivery.settle(Outcome.FAILED));
        }
    }
}
