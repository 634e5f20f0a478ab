package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Plan;
import io.mainstem.api.Type;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * What one database does in its own way, as the sink sees it. Without state; everything that has some is made by {@link
 * #writer}. PostgreSQL and SQLite, which have ways of their own to write, implement it; all others are a {@link SqlDialect},
 * of which {@link GenericDialect} makes one of these.
 */
interface Dialect {

    /** The database's name, for messages. */
    String name();

    /** How its addresses begin. */
    List<String> prefixes();

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

    /** The statements that write rows by a plan, in order, and after them those for messages that delete. */
    default List<Plan.Request> statements(TablePlan plan, Optional<TablePlan> deletes) {
        List<Plan.Request> statements = new ArrayList<>(RowStatements.requests(plan, this));
        deletes.ifPresent(deletion -> statements.addAll(RowStatements.requests(deletion, this)));
        return statements;
    }

    /** The name by which the database lists a type that is written so: as {@link ColumnInfo#type} has it. */
    default String typeName(Handle handle, String declared) {
        return declared.replaceAll("\\s*\\([^)]*\\)", "").toLowerCase(Locale.ROOT);
    }

    /** The dialect for the server that answers. */
    default Dialect adapted(Connection connection) throws SQLException {
        return this;
    }

    /** The most bytes of a name in UTF-8. */
    int nameBytesMax();

    /** Equal for two names that cannot both be columns of one table. */
    default String nameIdentity(String identifier) {
        return identifier;
    }

    /** Equal for two names that cannot both be tables of one schema. */
    default String tableIdentity(String identifier) {
        return identifier;
    }

    /**
     * The type of a column that the sink makes. It holds every value of the type, or refuses it, but never changes it.
     *
     * @param key whether the column is part of the primary key
     */
    String columnType(Type type, boolean key);

    /** The type of a column that there is, written as {@link #columnType} would. */
    default String typeText(ColumnInfo column) {
        return column.typeText();
    }

    /** The type of the values that a column gives: the other direction of {@link #columnType}. */
    Type typeOf(ColumnInfo column);

    /** Why values of a type cannot go into a column; empty when they can, be it that single values are refused. */
    Optional<String> unsuited(Type type, ColumnInfo column);

    /** Reads what the database knows of a table; empty when there is none of that name. */
    Optional<TableInfo> readTable(Handle handle, TableName name);

    /** The foreign keys of a table; none where one may be there and not hold, so that a row is never blamed for it. */
    default List<ForeignKey> foreignKeys(Connection connection, TableName table) throws SQLException {
        return List.of();
    }

    /** Writes rows on one connection. */
    RowWriter writer(Connection connection, SinkSettings settings, RowWriter.Transaction transaction)
            throws SQLException;

    /** What an error means. */
    Fault fault(SQLException error);

    /** Begins a transaction that others with the same lock wait for; waits for a bounded time itself. */
    void lockForChange(Handle handle);

    /** A query that locks what it reads until the end of the transaction. */
    default String selectLocked(String columns, String table, String where) {
        return "SELECT " + columns + " FROM " + table + " WHERE " + where + " FOR UPDATE";
    }

    /** A query that has a row when the table has one. */
    default String selectAny(TableName table) {
        return "SELECT 1 FROM " + quote(table) + " LIMIT 1";
    }

    /** A statement with a parameter for each column that replaces the row of its key or adds it; names are quoted. */
    default String upsert(String table, List<String> columns, List<String> key) {
        String updates = columns.stream()
                .filter(column -> !key.contains(column))
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", "));
        return "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES ("
                + columns.stream().map(column -> "?").collect(Collectors.joining(", ")) + ") ON CONFLICT ("
                + String.join(", ", key) + ") DO " + (updates.isEmpty() ? "NOTHING" : "UPDATE SET " + updates);
    }

    /**
     * A further condition, with the value as its parameter, for a column of a key by which = takes texts for equal that differ; empty
     * where = is exact.
     *
     * @param column its name, quoted
     * @param type the database's name of its type
     */
    default Optional<String> exactly(String column, String type) {
        return Optional.empty();
    }

    /** The error in words that a person understands, where the database's are about how a statement is made. */
    default SQLException inWords(SQLException error) {
        return error;
    }

    /** What stands behind the type of a column that may be null, where a table is made or changed. */
    default String nullable() {
        return "";
    }

    /** What stands at the end of a statement that makes a table. */
    default String tableOptions() {
        return "";
    }

    /** The type of a text in the ledger that is compared exactly. */
    default String ledgerText(int length) {
        return "text";
    }

    /** The type of a whole number of 64 bits. */
    default String bigint() {
        return "bigint";
    }

    /** The statement that adds a column; names are quoted. */
    default String addColumn(String table, String column, String type) {
        return "ALTER TABLE " + table + " ADD COLUMN " + column + " " + type;
    }

    /**
     * The statements that give a column a wider type; none when the database cannot without a loss.
     *
     * @param nullable whether it may be null, which stays so
     * @param filled whether it has a default, which stays so
     */
    default List<String> widenColumn(String table, String column, String type, boolean nullable, boolean filled) {
        return List.of();
    }

    /** The statements that let a column be null; none when the database cannot. */
    default List<String> letBeNull(String table, String column) {
        return List.of();
    }

    /** An index that keeps two rows of a key from being open at once, where the database can say that. */
    default Optional<String> oneOpenRow(TableName table, List<String> key, String validTo) {
        return Optional.empty();
    }

    /** Begins a savepoint, goes back to it, or forgets it. */
    default List<String> savepoint(String name) {
        return List.of("SAVEPOINT " + name, "ROLLBACK TO SAVEPOINT " + name, "RELEASE SAVEPOINT " + name);
    }

    /** Whether two sessions that add the same row to the ledger find out by a violated key. */
    default boolean isDuplicate(SQLException error) {
        return "23505".equals(error.getSQLState());
    }

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
