package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot for all ranges that are read by this source, as long as one of them is unread, on the databases that can share one. The
 * tables are locked against changes of their columns first: a snapshot does not see the rows of a table that was written anew behind it.
 * One thread.
 */
final class SharedSnapshot implements AutoCloseable {

    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final Context context;
    private final Set<String> unread = new HashSet<>();
    private @Nullable SourceLink link;
    private Optional<String> name = Optional.empty();

    SharedSnapshot(SourceDialect dialect, SourceSettings settings, Context context) {
        this.dialect = dialect;
        this.settings = settings;
        this.context = context;
    }

    /** Makes the snapshot for these ranges, unless there is one. */
    void take(Collection<TablePlan> plans, Collection<String> ranges) throws SQLException {
        unread.addAll(ranges);
        if (unread.isEmpty() || link != null) {
            return;
        }
        SourceLink holder = SourceLink.open(dialect, settings, context);
        try {
            dialect.begin(holder.connection(), settings, Optional.empty());
            for (TablePlan plan : plans) {
                dialect.hold(holder.connection(), plan);
            }
            name = dialect.exportSnapshot(holder.connection());
        } catch (SQLException | RuntimeException e) {
            holder.close();
            throw e;
        }
        if (name.isEmpty()) {
            holder.close();
        } else {
            link = holder;
        }
    }

    Optional<String> name() {
        return name;
    }

    /** A split was read to its end. */
    void finished(String split) {
        if (unread.remove(split) && unread.isEmpty()) {
            close();
        }
    }

    @Override
    public void close() {
        SourceLink present = link;
        link = null;
        name = Optional.empty();
        if (present != null) {
            present.close();
        }
    }
}
