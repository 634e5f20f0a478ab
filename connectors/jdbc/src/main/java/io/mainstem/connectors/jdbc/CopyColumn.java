package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import java.sql.SQLException;

/** Writes a field that is not null as a column's value in PostgreSQL's binary form, with its length. */
interface CopyColumn {

    /**
     * Writes.
     *
     * @throws BadValueException when the column cannot hold the value; the row is abandoned then
     */
    void write(Row row, int field, CopyOutput out) throws BadValueException, SQLException;
}
