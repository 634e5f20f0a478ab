package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one source, at most so many at a time, each used by one thread at a time and kept for a while for the next.
 * Thread-safe: its monitor guards what is kept.
 */
final class LinkPool implements AutoCloseable {

    /** One that lay idle for longer may have been cut on its way. */
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final Context context;
    private final Semaphore permits;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private boolean closed;

    /** A connection that nobody uses, and since when. */
    private record Kept(SourceLink link, long sinceNanos) {}

    LinkPool(SourceDialect dialect, SourceSettings settings, int connections, Context context) {
        this.dialect = dialect;
        this.settings = settings;
        this.context = context;
        this.permits = new Semaphore(connections);
    }

    /** Reserves a connection; false when all are in use. Ends with {@link #release}. */
    boolean tryReserve() {
        return permits.tryAcquire();
    }

    /** The reserved connection. */
    SourceLink open() throws SQLException {
        SourceLink fresh = keptOne();
        return fresh == null ? SourceLink.open(dialect, settings, context) : fresh;
    }

    private synchronized @Nullable SourceLink keptOne() {
        while (!kept.isEmpty()) {
            Kept last = kept.removeLast();
            if (System.nanoTime() - last.sinceNanos() < KEPT.toNanos()) {
                return last.link();
            }
            last.link().close();
        }
        return null;
    }

    /** The connection is not used any more, and works. */
    void keep(SourceLink link) {
        synchronized (this) {
            if (!closed) {
                kept.addLast(new Kept(link, System.nanoTime()));
                return;
            }
        }
        link.close();
    }

    /** Gives the reservation back. */
    void release() {
        permits.release();
    }

    @Override
    public synchronized void close() {
        closed = true;
        kept.forEach(idle -> idle.link().close());
        kept.clear();
    }
}
