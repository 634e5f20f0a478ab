package io.mainstem.connectors.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tries to write rows, and leaves nothing of them in the open transaction where that fails. Not thread-safe. */
final class Savepoint {

    private final Connection connection;
    private final List<String> statements;
    private final Dialect dialect;

    /** Something that writes. */
    interface Step {
        void run() throws SQLException;
    }

    Savepoint(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
        this.statements = dialect.savepoint("mainstem");
    }

    /**
     * Writes.
     *
     * @return why that failed, when a row is at fault; null when it did not
     * @throws SQLException when something else is at fault
     */
    @Nullable
    SQLException tryTo(Step step) throws SQLException {
        execute(statements.get(0));
        try {
            step.run();
            execute(statements.get(2));
            return null;
        } catch (SQLException e) {
            Fault fault = dialect.fault(e);
            if (fault != Fault.RECORD && fault != Fault.FOREIGN_KEY) {
                throw e;
            }
            execute(statements.get(1));
            execute(statements.get(2));
            return e;
        }
    }

    private void execute(String sql) throws SQLException {
        if (sql.isEmpty()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
