package io.mainstem.connectors.jdbc;

import io.mainstem.api.Message;
import io.mainstem.api.Row;
import java.sql.SQLException;

/**
 * Takes the rows of one transaction and brings them into the database. Keeps what it needs to write them once more, until
 * {@link #clear(boolean)}. Not thread-safe.
 *
 * <p>A writer that sends rows early calls {@link Transaction#begin} first, so that the ledger is locked before any data.
 */
interface RowWriter extends AutoCloseable {

    /** The transaction that the rows belong to. */
    interface Transaction {
        /** Begins it, when it has not begun. */
        void begin() throws SQLException;
    }

    /** Takes a row. When the value does not fit, nothing of it stays. */
    void add(TablePlan plan, Row value, Message message) throws SQLException, BadValueException;

    /** Takes a deletion; the plan is one of keys alone. */
    void delete(TablePlan plan, Row key, Message message) throws SQLException, BadValueException;

    /** The number of rows that are waiting. */
    int rows();

    /** Their size in memory. */
    long bytes();

    /** After {@link #finish}: the rows of plans that update which found none to update. */
    long unmatched();

    /** After {@link #finish}: the rows that the database did not add, and said nothing; as far as it tells. */
    long leftOut();

    /** Whether a row was refused already, so that {@link #finish} will fail. */
    boolean isBroken();

    /** Makes the connection free for other statements. */
    void settle() throws SQLException;

    /** Brings all rows into the database, within the transaction. */
    void finish() throws SQLException;

    /**
     * The same after {@link #finish} or {@link #add} failed and the transaction was begun anew, with as many turns as the foreign keys
     * between the tables need.
     *
     * @param immediate whether constraints that are deferred to the commit are checked at each statement
     */
    Turns.Left finishInTurns(boolean immediate) throws SQLException;

    /**
     * The same, slowly, after {@link #finish} or {@link #add} failed and the transaction was begun anew: keeps the rows that
     * can be written, and reports the others.
     */
    void finishCarefully(BadRows bad) throws SQLException;

    /** Forgets all rows; the transaction has ended, or ends now with a rollback. */
    void clear(boolean committed);

    @Override
    void close();
}
