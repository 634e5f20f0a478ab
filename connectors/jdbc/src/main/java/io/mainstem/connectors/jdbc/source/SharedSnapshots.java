package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Snapshots that many connections read in, each for the ranges of one discovery, on the databases that can share one. A snapshot is taken when
 * the first of its ranges is read, since it holds locks: not for ranges that nobody reads. It is kept open until all are read, or until, from one
 * discovery to the next, none was: then nobody reads the rest, such as a table that is held back. Ranges that are found later, or read after all,
 * get a later one: it must not be older than the watermarks of its tables. One thread.
 */
final class SharedSnapshots implements AutoCloseable {

    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final Context context;
    private final List<Shared> open = new ArrayList<>();
    /** The ranges of the last discovery that have no snapshot yet, each with its table. */
    private final Map<String, TablePlan> waiting = new LinkedHashMap<>();

    /** A snapshot: the connection that keeps it, the ranges that are still to be read in it, and how many are being read. */
    private static final class Shared {
        private final SourceLink link;
        private final String name;
        private final Set<String> unread;
        private int readers;
        private boolean isUsed;

        Shared(SourceLink link, String name, Set<String> ranges) {
            this.link = link;
            this.name = name;
            this.unread = new HashSet<>(ranges);
        }
    }

    /** The snapshot that a reader reads in, if the database shares any. */
    record Use(Optional<String> name, Runnable end) {}

    SharedSnapshots(SourceDialect dialect, SourceSettings settings, Context context) {
        this.dialect = dialect;
        this.settings = settings;
        this.context = context;
    }

    /** Before a discovery: of what an earlier one found, nobody will read what was not stored then. */
    void keepOnly(Collection<String> stored) {
        waiting.clear();
        for (Shared shared : open) {
            shared.unread.retainAll(stored);
            if (shared.readers == 0 && !shared.isUsed) {
                shared.unread.clear();
            }
            shared.isUsed = false;
        }
        closeRead();
    }

    /** After the watermarks were taken: all the ranges that are to be read, each with its table. */
    void found(Map<String, TablePlan> ranges) {
        waiting.putAll(ranges);
        open.forEach(shared -> {
            shared.unread.retainAll(ranges.keySet());
            waiting.keySet().removeAll(shared.unread);
        });
        closeRead();
    }

    /** The tables of the ranges that have no snapshot yet. */
    Set<TablePlan> waiting() {
        return new LinkedHashSet<>(waiting.values());
    }

    /** The snapshot of a range that is read now: the first of those that have none takes it for all of them. */
    Use of(String range) throws SQLException {
        if (waiting.containsKey(range)) {
            take();
        }
        return open.stream()
                .filter(shared -> shared.unread.contains(range))
                .findFirst()
                .map(SharedSnapshots::use)
                .orElseGet(() -> new Use(Optional.empty(), () -> {}));
    }

    private static Use use(Shared shared) {
        shared.readers++;
        shared.isUsed = true;
        return new Use(Optional.of(shared.name), () -> shared.readers--);
    }

    private void take() throws SQLException {
        SourceLink link = SourceLink.open(dialect, settings, context);
        try {
            Optional<String> name = dialect.shareSnapshot(link.connection(), waiting());
            if (name.isPresent()) {
                open.add(new Shared(link, name.get(), waiting.keySet()));
            } else {
                link.close();
            }
            waiting.clear();
        } catch (SQLException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /** A split was read to its end. */
    void finished(String split) {
        waiting.remove(split);
        open.forEach(shared -> shared.isUsed |= shared.unread.remove(split));
        closeRead();
    }

    private void closeRead() {
        open.stream().filter(shared -> shared.unread.isEmpty()).forEach(shared -> shared.link.close());
        open.removeIf(shared -> shared.unread.isEmpty());
    }

    @Override
    public void close() {
        open.forEach(shared -> shared.link.close());
        open.clear();
    }
}
