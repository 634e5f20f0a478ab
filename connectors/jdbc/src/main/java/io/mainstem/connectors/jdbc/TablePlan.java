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
    private final Effect effect;
    private final Marks marks;

    /**
     * A column and the field that it takes its value from.
     *
     * @param field the place of the field in the schema
     */
    record Binding(ColumnInfo column, int field, Type type) {}

    TablePlan(TableInfo table, Schema schema, List<Binding> bindings, List<String> key, Effect effect, Marks marks) {
        this.table = table;
        this.schema = schema;
        this.bindings = List.copyOf(bindings);
        this.key = List.copyOf(key);
        this.effect = effect;
        this.marks = marks;
    }

    /** The same columns for rows that do something else. */
    TablePlan with(Effect other) {
        return new TablePlan(table, schema, bindings, key, other, marks);
    }

    /** What a row does. */
    Effect effect() {
        return effect;
    }

    /** The names of the columns that the sink fills itself. */
    Marks marks() {
        return marks;
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

    /** The place of a column among those that are written, or -1. */
    int indexOf(String column) {
        return columnNames().indexOf(column);
    }

    List<String> columnNames() {
        return bindings.stream().map(binding -> binding.column().name()).toList();
    }
}
