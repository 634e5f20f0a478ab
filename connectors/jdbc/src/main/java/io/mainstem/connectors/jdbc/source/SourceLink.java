package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.connectors.jdbc.sql.Handles;
import java.sql.Connection;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/** A connection to the database. One thread, but for {@link #abort}. */
final class SourceLink implements AutoCloseable {

    private final Connection connection;
    private final Handle handle;

    private SourceLink(Connection connection) {
        this.connection = connection;
        this.handle = Handles.open(connection);
    }

    static SourceLink open(SourceDialect dialect, SourceSettings settings, Context context) throws SQLException {
        return new SourceLink(dialect.connect(settings, context));
    }

    Connection connection() {
        return connection;
    }

    Handle handle() {
        return handle;
    }

    /** Cuts it off, whatever another thread does with it. */
    void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            // It is given up in any case.
        }
    }

    @Override
    public void close() {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            connection.close();
        } catch (SQLException e) {
            abort();
        }
    }
}
