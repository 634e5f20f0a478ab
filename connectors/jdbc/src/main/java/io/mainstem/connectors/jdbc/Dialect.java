package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Plan;
import io.mainstem.api.Type;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * What one database does in its own way. Without state; everything that has some is made by {@link #writer}.
 *
 * <p>To add a database, implement this in one class and name it in {@link Dialects}. {@link StatementWriter} writes with
 * plain prepared statements and asks only for a binder of each column, so that a dialect needs no writer of its own.
 */
interface Dialect {

    /** The database's name, for messages. */
    String name();

    /** How its addresses begin. */
    String prefix();

    /** Connects, with a statement timeout. Does not write. */
    Connection connect(SinkSettings settings, Context context) throws SQLException;

    /**
     * Connects so that nothing can be written. Empty when there is no database yet and connecting would make one.
     */
    default Optional<Connection> connectToLook(SinkSettings settings, Context context) throws SQLException {
        Connection connection = connect(settings, context);
        try {
            connection.setReadOnly(true);
            return Optional.of(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** The statements that write rows by a plan, in order. */
    default List<Plan.Request> statements(TablePlan plan, SinkSettings settings) {
        List<Plan.Request> statements = new ArrayList<>();
        statements.add(new Plan.Request("write rows", StatementWriter.insert(this, plan)));
        if (settings.delete()) {
            statements.add(new Plan.Request("delete rows", StatementWriter.delete(this, plan)));
        }
        return statements;
    }

    /** The most bytes of a name in UTF-8. */
    int nameBytesMax();

    /** The type of a column that the sink makes. It holds every value of the type, or refuses it, but never changes it. */
    String columnType(Type type);

    /** The type of the values that a column gives: the other direction of {@link #columnType}. */
    Type typeOf(ColumnInfo column);

    /** Why values of a type cannot go into a column; empty when they can, be it that single values are refused. */
    Optional<String> unsuited(Type type, ColumnInfo column);

    /** Reads what the database knows of a table; empty when there is none of that name. */
    Optional<TableInfo> readTable(Handle handle, TableName name);

    /** Writes rows on one connection. */
    RowWriter writer(Connection connection, SinkSettings settings, RowWriter.Transaction transaction)
            throws SQLException;

    /** What an error means. */
    Fault fault(SQLException error);

    /** Begins a transaction that others with the same lock wait for; waits for a bounded time itself. */
    void lockForChange(Handle handle);

    /** How the ledger locks the rows that it reads: the end of a SELECT. */
    String rowLock();

    /** What names this connection in the ledger, so that a later owner can end it. */
    String owner(Handle handle);

    /** Bounds the waiting for locks of the current transaction. */
    void limitLockWait(Handle handle, long millis);

    /** Whether an error says that another session holds a lock for longer than this one may wait. */
    boolean isLockTimeout(SQLException error);

    /**
     * Ends the connection that {@link #owner} named, when it still is that one.
     *
     * @return whether it was found and ended
     */
    boolean evict(Handle handle, String owner);

    /** A name in quotes. */
    default String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A table's name in quotes. */
    default String quote(TableName table) {
        return table.schema().map(schema -> quote(schema) + ".").orElse("") + quote(table.name());
    }

    /** Names in quotes, with commas. */
    default String quote(Iterable<String> identifiers) {
        return java.util.stream.StreamSupport.stream(identifiers.spliterator(), false)
                .map(this::quote)
                .collect(Collectors.joining(", "));
    }

    /** Begins a transaction that will write; does nothing where the first statement begins one. */
    default void begin(Connection connection) throws SQLException {}

    /** Commits; does nothing when no transaction is open. */
    default void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    /** Rolls back; does nothing when no transaction is open. */
    default void rollback(Connection connection) throws SQLException {
        connection.rollback();
    }

    /** Why a name cannot be used; empty when it can. */
    default Optional<String> badName(String identifier) {
        int length = identifier.getBytes(StandardCharsets.UTF_8).length;
        if (length > nameBytesMax()) {
            return Optional.of("the name '" + identifier + "' has " + length + " bytes, and " + name() + " keeps only "
                    + nameBytesMax() + "; give it a shorter one");
        }
        return identifier.isEmpty() || identifier.indexOf('\0') >= 0
                ? Optional.of("the name '" + identifier.replace("\0", "\\0") + "' is empty or has a NUL character")
                : Optional.empty();
    }
}
