package io.mainstem.connectors.jdbc;

import io.mainstem.api.RecordException;
import java.util.List;

/**
 * A foreign key of a table.
 *
 * @param parent the table that it points to, in quotes
 * @param isOwn whether that is its own table
 * @param columns its columns
 * @param parentColumns what they are equal to there, in the same order
 */
record ForeignKey(String name, String parent, boolean isOwn, List<String> columns, List<String> parentColumns) {

    ForeignKey {
        columns = List.copyOf(columns);
        parentColumns = List.copyOf(parentColumns);
    }

    /** Why a row of a table is bad whose parent is not there; in the words of PostgreSQL, with all databases. */
    RecordException missing(TableName table, String values) {
        return new RecordException(
                "23503",
                "insert or update on table \"" + table.name() + "\" violates foreign key constraint \"" + name
                        + "\": Key (" + String.join(", ", columns) + ")=(" + values + ") is not present in table "
                        + parent + ". (SQLSTATE 23503)");
    }
}
