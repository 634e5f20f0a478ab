package io.mainstem.connectors.jdbc.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Says how far a table can be read without missing rows that commit late: see docs/connectors/jdbc-source.md. Keeps what it saw; one
 * thread.
 */
interface Watermark {

    /**
     * Looks at the database, in transactions of its own. A transaction that begins afterwards sees all rows up to the mark, for ever.
     */
    Mark look(Connection connection) throws SQLException;

    /**
     * How far to read.
     *
     * @param bound the highest cursor value; empty when nothing can be read now
     * @param isComplete whether it covers what was there at the first look
     * @param heldBy what rows behind it wait for, for people
     */
    record Mark(Optional<Bound> bound, boolean isComplete, Optional<String> heldBy) {}

    /**
     * A cursor value.
     *
     * @param isInclusive whether rows with this very value are below the mark
     */
    record Bound(String value, boolean isInclusive) {

        String operator() {
            return isInclusive ? "<=" : "<";
        }

        /** How a read begins that goes on behind it. */
        String nextOperator() {
            return isInclusive ? ">" : ">=";
        }
    }
}
