package io.mainstem.connectors.jdbc;

import io.mainstem.connectors.jdbc.sql.NameParts;
import java.util.List;
import java.util.Optional;

/**
 * A column of one table, or of every table that has it.
 *
 * @param schema the schema of the table; without it, in any
 * @param table the name of the table; without it, any
 * @param column the name of the column
 */
record ColumnName(Optional<String> schema, Optional<String> table, String column) {

    /**
     * Reads {@code COLUMN}, {@code TABLE.COLUMN} or {@code SCHEMA.TABLE.COLUMN}, each in double quotes when it has a point of its own.
     *
     * @throws IllegalArgumentException when it is none; the message follows the option's name
     */
    static ColumnName of(String text) {
        List<String> parts = NameParts.ofColumn(text);
        int last = parts.size() - 1;
        return new ColumnName(
                last > 1 ? Optional.of(parts.get(0)) : Optional.empty(),
                last > 0 ? Optional.of(parts.get(last - 1)) : Optional.empty(),
                parts.get(last));
    }

    /** Whether it is that column of that table; a table that the sink names without its schema is in any. */
    boolean is(TableName other, String name) {
        boolean isTable = table.map(other.name()::equals).orElse(true);
        boolean isSchema = schema.isEmpty() || other.schema().isEmpty() || schema.equals(other.schema());
        return column.equals(name) && isTable && isSchema;
    }
}
