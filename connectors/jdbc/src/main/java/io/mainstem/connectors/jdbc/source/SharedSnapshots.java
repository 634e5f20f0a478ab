package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Snapshots that many connections read in, each for the ranges of one discovery and kept open until they are read, on the databases that can
 * share one. Ranges that are found later get a later one: it must not be older than the watermarks of its tables. One thread.
 */
final class SharedSnapshots implements AutoCloseable {

    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final Context context;
    private final List<Shared> open = new ArrayList<>();

    /** A snapshot, the connection that keeps it, and the ranges that are still to be read in it. */
    private record Shared(SourceLink link, String name, Set<String> unread) {}

    SharedSnapshots(SourceDialect dialect, SourceSettings settings, Context context) {
        this.dialect = dialect;
        this.settings = settings;
        this.context = context;
    }

    /** Makes a snapshot for those ranges that have none. */
    void take(Collection<TablePlan> plans, Collection<String> ranges) throws SQLException {
        Set<String> without = new HashSet<>(ranges);
        open.forEach(shared -> without.removeAll(shared.unread()));
        if (without.isEmpty()) {
            return;
        }
        SourceLink link = SourceLink.open(dialect, settings, context);
        try {
            Optional<String> name = dialect.shareSnapshot(link.connection(), plans);
            if (name.isPresent()) {
                open.add(new Shared(link, name.get(), without));
            } else {
                link.close();
            }
        } catch (SQLException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /** The snapshot of a range. */
    Optional<String> of(String range) {
        return open.stream()
                .filter(shared -> shared.unread().contains(range))
                .map(Shared::name)
                .findFirst();
    }

    /** A split was read to its end. */
    void finished(String split) {
        open.forEach(shared -> shared.unread().remove(split));
        open.stream()
                .filter(shared -> shared.unread().isEmpty())
                .forEach(shared -> shared.link().close());
        open.removeIf(shared -> shared.unread().isEmpty());
    }

    @Override
    public void close() {
        open.forEach(shared -> shared.link().close());
        open.clear();
    }
}
