package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import io.mainstem.api.Type;

/** Makes a parameter of a prepared statement of a field that is not null. */
interface StatementColumn {

    /** Finds the one for a pair of types. */
    interface Finder {
        /**
         * The column.
         *
         * @throws IllegalArgumentException with the reason, when there is none
         */
        StatementColumn find(Type type, ColumnInfo column);
    }

    /**
     * The parameter.
     *
     * @throws BadValueException when the column cannot hold the value
     */
    Object parameter(Row row, int field) throws BadValueException;

    /** The type of {@link java.sql.Types} of a null. */
    default int nullType() {
        return java.sql.Types.NULL;
    }
}
