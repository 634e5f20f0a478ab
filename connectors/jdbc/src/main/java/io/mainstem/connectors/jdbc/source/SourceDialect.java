package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.api.Type;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** What one database does in its own way when it is read. Without state. */
interface SourceDialect {

    /** The database's name, for messages. */
    String name();

    /** Whether it is the one for an address. */
    boolean takes(String url);

    /** Connects, for reading only, without automatic commits. */
    Connection connect(SourceSettings settings, Context context) throws SQLException;

    /** A name in quotes. */
    String quote(String identifier);

    /** A table's name in quotes. */
    default String quote(TableId table) {
        return table.schema().map(schema -> quote(schema) + ".").orElse("") + quote(table.name());
    }

    /** What the database knows of a table or view; empty when there is none. */
    Optional<TableFacts> table(Handle handle, TableId name) throws SQLException;

    /** What the database says of a query's columns. */
    TableFacts query(Connection connection, String query) throws SQLException;

    /** The tables that may be read, for patterns and hints; a view is read only when it is named. */
    List<TableId> tables(Handle handle) throws SQLException;

    /** The type of a column's values. */
    Type typeOf(ColumnFacts column);

    /** Whether values of one type can be read as those of another, be it that single ones cannot. */
    default boolean canBecome(Type from, Type to) {
        return Exact.canBecome(from, to);
    }

    /** What reads a column as values of a type. */
    String expression(ColumnFacts column, Type type);

    /** A column of the order. */
    OrderColumn order(ColumnFacts column, Type type, int field);

    /** What tells rows of a table apart where no key does; empty when nothing does. */
    List<OrderColumn> rowAddress(TableFacts table);

    /** Whether a type will do for a cursor that is a time. */
    boolean isTime(ColumnFacts column, Type type);

    /** What is wrong with reading a table so. */
    List<Finding> findings(Handle handle, TablePlan plan, SourceSettings settings) throws SQLException;

    /** Makes what bounds the reading of each table that grows; those of one source may share what they see. */
    Function<TablePlan, Watermark> watermarks(SourceSettings settings, Context context);

    /** Begins a transaction for reading; in the snapshot of that name, when there is one. */
    void begin(Connection connection, SourceSettings settings, Optional<String> snapshot) throws SQLException;

    /**
     * Begins a transaction whose snapshot others can read in, under a name; empty where that cannot be. The tables are locked against changes
     * of their columns first: a snapshot does not see the rows of a table that is written anew behind it.
     */
    default Optional<String> shareSnapshot(Connection connection, Collection<TablePlan> tables) throws SQLException {
        return Optional.empty();
    }

    /** Lets nobody change the table's columns before the end of the transaction, where that can be. */
    default void hold(Connection connection, TablePlan plan) throws SQLException {}

    /** Reads rows, in the connection's transaction. */
    RowStream stream(Connection connection, TablePlan plan, ReadRequest request, SourceSettings settings)
            throws SQLException;

    /** The statement of {@link #stream}, with values in the place of parameters. */
    default String statement(TablePlan plan, ReadRequest request) {
        return new SelectText(plan, (column, value) -> "'" + value.replace("'", "''") + "'").of(request);
    }

    /** How the database would carry that out, line by line; empty where it does not say. */
    default List<String> explain(Handle handle, TablePlan plan, ReadRequest request) throws SQLException {
        return List.of();
    }

    /** The lowest and highest value of a column, as positions have them; empty when there is none. */
    Optional<String[]> span(Connection connection, TablePlan plan, OrderColumn column) throws SQLException;

    /** Whether waiting can help. */
    boolean isTransient(SQLException error);

    /** Whether an error says that a table or column is not there. */
    boolean isMissing(SQLException error);

    /**
     * Something that a person should know of a configuration.
     *
     * @param isFatal whether the source must not run so
     */
    record Finding(String code, String message, String whatToDo, boolean isFatal) {}
}
