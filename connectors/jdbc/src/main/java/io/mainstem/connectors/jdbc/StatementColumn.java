package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import io.mainstem.api.Type;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Sets a field that is not null as a parameter of a prepared statement. */
interface StatementColumn {

    /** Finds the one for a pair of types. */
    interface Finder {
        /**
         * The setter.
         *
         * @throws IllegalArgumentException with the reason, when there is none
         */
        StatementColumn find(Type type, ColumnInfo column);
    }

    /**
     * Sets.
     *
     * @throws BadValueException when the column cannot hold the value
     */
    void set(PreparedStatement statement, int parameter, Row row, int field) throws BadValueException, SQLException;
}
