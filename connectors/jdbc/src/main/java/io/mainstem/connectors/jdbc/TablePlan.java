package io.mainstem.connectors.jdbc;

import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.List;

/**
 * How rows of one schema go into one table.
 *
 * @param schema the fields of the rows
 * @param bindings the columns that are written; when there is a key, its columns come first, in the key's order
 * @param key the columns that name a row; none for plain inserts
 */
record TablePlan(TableInfo table, Schema schema, List<Binding> bindings, List<String> key) {

    /**
     * A column and the field that it takes its value from.
     *
     * @param field the place of the field in the schema
     */
    record Binding(ColumnInfo column, int field, Type type) {}

    List<String> columnNames() {
        return bindings.stream().map(binding -> binding.column().name()).toList();
    }
}
