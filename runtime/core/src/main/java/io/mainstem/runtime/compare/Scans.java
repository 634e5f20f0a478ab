package io.mainstem.runtime.compare;

import io.mainstem.api.Ack;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.Row;
import io.mainstem.api.Scan;
import io.mainstem.api.Scannable;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.runtime.plugin.PluginClassLoading;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads scans of connectors to their end. */
final class Scans {

    private static final Duration WAIT = Duration.ofMillis(500);

    private Scans() {}

    /** Takes what a scan gives. */
    interface Taker {

        void row(Row row) throws Exception;

        /** A row that cannot be read. */
        void bad(String why);
    }

    /**
     * Reads all of a scan.
     *
     * @param plugin an object of the connector's own class
     */
    static void read(Object plugin, Scannable connector, Scan what, Taker taker) throws Exception {
        Taking taking = new Taking(taker);
        Boolean unused = PluginClassLoading.with(plugin, () -> {
            try (SplitReader reader = connector.scan(what)) {
                readAll(reader, taking);
                return true;
            }
        });
    }

    private static void readAll(SplitReader reader, Taking taking) throws Exception {
        while (true) {
            Poll poll = reader.poll(taking, WAIT);
            taking.rethrow();
            if (poll.next() == Poll.Next.END) {
                return;
            }
            if (poll.next() == Poll.Next.IDLE) {
                TimeUnit.NANOSECONDS.sleep(Math.min(poll.pause().toNanos(), WAIT.toNanos()));
            }
        }
    }

    /** What goes wrong with the runtime's part is not the connector's business: it is thrown when the connector is back. */
    private static final class Taking implements Emitter {
        private final Taker taker;
        private @Nullable Exception failure;

        Taking(Taker taker) {
            this.taker = taker;
        }

        void rethrow() throws Exception {
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void emit(Message message) {
            if (failure != null) {
                return;
            }
            try {
                if (message.value() instanceof Row row) {
                    taker.row(row);
                } else {
                    taker.bad("it is no row with fields");
                }
            } catch (Exception e) {
                failure = e;
            }
        }

        @Override
        public void bad(byte[] raw, String where, String why) {
            taker.bad(where + ": " + why);
        }

        @Override
        public void announce(Split child) {}

        @Override
        public void checkpoint(Position after) {}

        @Override
        public void checkpoint(Map<String, Position> changed, Ack ack) {
            ack.durable();
        }
    }
}
