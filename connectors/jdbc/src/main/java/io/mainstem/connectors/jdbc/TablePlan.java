package io.mainstem.connectors.jdbc;

import io.mainstem.api.Schema;
import io.mainstem.api.Type;
import java.util.List;

/** How rows of one schema go into one table. Immutable; a plan is equal to itself only. */
final class TablePlan {

    private final TableInfo table;
    private final Schema schema;
    private final List<Binding> bindings;
    private final List<String> key;

    /**
     * A column and the field that it takes its value from.
     *
     * @param field the place of the field in the schema
     */
    record Binding(ColumnInfo column, int field, Type type) {}

    TablePlan(TableInfo table, Schema schema, List<Binding> bindings, List<String> key) {
        this.table = table;
        this.schema = schema;
        this.bindings = List.copyOf(bindings);
        this.key = List.copyOf(key);
    }

    TableInfo table() {
        return table;
    }

    /** The fields of the rows. */
    Schema schema() {
        return schema;
    }

    /** The columns that are written; when there is a key, its columns come first, in the key's order. */
    List<Binding> bindings() {
        return bindings;
    }

    /** The columns that name a row; none for plain inserts. */
    List<String> key() {
        return key;
    }

    List<String> columnNames() {
        return bindings.stream().map(binding -> binding.column().name()).toList();
    }
}
