package io.mainstem.connectors.jdbc;

import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.Nearest;
import io.mainstem.connectors.jdbc.sql.SafeUrl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings the fields of rows and the columns of a table together. Reports all that does not fit at once. */
final class Planner {

    private final SinkSettings settings;
    private final Dialect dialect;
    private final String topic;
    private final TableName name;

    /**
     * What is to be written.
     *
     * @param whole the fields of the value, and after them those that only the message's key has
     * @param valueFields how many of them are the value's
     * @param columns column to field
     * @param key the columns that name a row
     * @param fromKey those of them that only the message's key has
     */
    record Wanted(Schema whole, int valueFields, Map<String, Integer> columns, List<String> key, List<String> fromKey) {

        Field field(String column) {
            return whole.field(columns.getOrDefault(column, 0));
        }
    }

    Planner(SinkSettings settings, Dialect dialect, String topic, TableName name) {
        this.settings = settings;
        this.dialect = dialect;
        this.topic = topic;
        this.name = name;
    }

    /** The columns for rows of a schema. */
    Wanted wanted(Schema schema, @Nullable Datum messageKey, List<String> primaryKey) {
        Map<String, Integer> columns = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        if (settings.columns().isEmpty()) {
            schema.fields().forEach(field -> columns.put(field.name(), columns.size()));
        } else {
            settings.columns().forEach((field, column) -> select(schema, field, column, columns, problems));
        }
        List<String> key = key(messageKey, primaryKey, columns);
        List<Field> fields = new ArrayList<>(schema.fields());
        List<String> fromKey =
                key.stream().filter(column -> !columns.containsKey(column)).toList();
        for (String column : fromKey) {
            Optional<Type> type = keyType(messageKey, column, key.size());
            if (type.isEmpty() || schema.indexOf(column) >= 0) {
                problems.add("the key column '" + column + "' is neither a field of the rows nor of the messages' keys"
                        + Nearest.hint(column, columns.keySet()));
                continue;
            }
            columns.put(column, fields.size());
            fields.add(Field.required(column, type.get()));
        }
        stopFor(problems);
        checkNames(columns.keySet());
        Schema whole = fromKey.isEmpty() ? schema : Schema.of(schema.name(), fields);
        return new Wanted(whole, schema.size(), columns, key, fromKey);
    }

    private static void select(
            Schema schema, String field, String column, Map<String, Integer> columns, List<String> problems) {
        int index = schema.indexOf(field);
        if (index >= 0) {
            columns.put(column, index);
            return;
        }
        List<String> names = schema.fields().stream().map(Field::name).toList();
        problems.add("the option 'columns' names the field '" + field + "', which the rows do not have"
                + Nearest.hint(field, names));
    }

    private List<String> key(@Nullable Datum messageKey, List<String> primaryKey, Map<String, Integer> columns) {
        if (!settings.key().isEmpty()) {
            return settings.key();
        }
        if (!settings.upsert()) {
            return List.of();
        }
        if (messageKey instanceof Row row && row.schema().size() > 0) {
            return row.schema().fields().stream()
                    .map(field -> columnOf(field.name(), columns))
                    .toList();
        }
        if (!primaryKey.isEmpty()) {
            return primaryKey;
        }
        throw new StopException(
                "jdbc.no-key",
                "the messages of topic " + topic
                        + " have no key with fields, so 'mode: upsert' does not know which row of table " + name
                        + " each replaces",
                "name the columns in the option 'key', or give the topic a key");
    }

    private String columnOf(String field, Map<String, Integer> columns) {
        return settings.columns().isEmpty() || columns.containsKey(field)
                ? field
                : settings.columns().getOrDefault(field, field);
    }

    private static Optional<Type> keyType(@Nullable Datum key, String column, int size) {
        if (key instanceof Row row) {
            int index = row.schema().indexOf(column);
            return index < 0
                    ? Optional.empty()
                    : Optional.of(row.schema().field(index).type());
        }
        return key instanceof Scalar scalar && size == 1 ? Optional.of(scalar.type()) : Optional.empty();
    }

    private void checkNames(Iterable<String> columns) {
        List<String> problems = new ArrayList<>();
        name.schema().flatMap(dialect::badName).ifPresent(problems::add);
        dialect.badName(name.name()).ifPresent(problems::add);
        for (String column : columns) {
            dialect.badName(column).ifPresent(problems::add);
        }
        stopFor(problems);
    }

    /** The columns that the table lacks. */
    List<String> missing(Wanted wanted, TableInfo table) {
        return wanted.columns().keySet().stream()
                .filter(column -> table.column(column).isEmpty())
                .toList();
    }

    /**
     * The plan.
     *
     * @throws StopException with everything that does not fit
     */
    TablePlan plan(Wanted wanted, TableInfo table) {
        List<String> problems = new ArrayList<>();
        List<TablePlan.Binding> bindings = new ArrayList<>();
        for (String column : keyFirst(wanted)) {
            Optional<ColumnInfo> found = table.column(column);
            if (found.isEmpty()) {
                problems.add("field '" + wanted.field(column).name() + "' has no column '" + column + "'"
                        + Nearest.hint(column, table.columnNames()));
                continue;
            }
            unfit(wanted.field(column), found.get()).ifPresent(problems::add);
            bindings.add(new TablePlan.Binding(
                    found.get(),
                    wanted.columns().getOrDefault(column, 0),
                    wanted.field(column).type()));
        }
        for (ColumnInfo column : table.columns()) {
            if (!column.nullable() && !column.filled() && !wanted.columns().containsKey(column.name())) {
                problems.add("column '" + column.name() + "' may not be null, has no default, and no field fills it"
                        + Nearest.hint(column.name(), wanted.columns().keySet()));
            }
        }
        if (settings.upsert() && problems.isEmpty() && !table.isUnique(wanted.key())) {
            problems.add("upsert needs a primary key or a unique constraint on exactly the columns " + wanted.key());
        }
        stopFor(problems);
        return new TablePlan(table, wanted.whole(), bindings, settings.upsert() ? wanted.key() : List.of());
    }

    /** The columns; those of the key come first. */
    static List<String> keyFirst(Wanted wanted) {
        List<String> columns = new ArrayList<>(wanted.key());
        wanted.columns().keySet().stream()
                .filter(column -> !wanted.key().contains(column))
                .forEach(columns::add);
        return columns;
    }

    private Optional<String> unfit(Field field, ColumnInfo column) {
        if (column.generated()) {
            return Optional.of("column '" + column.name() + "' is generated by the database and cannot be written");
        }
        return dialect.unsuited(field.type(), column)
                .map(why -> "field '" + field.name() + "' of type " + field.type() + " cannot go into column '"
                        + column.name() + "' of type " + column.typeText() + ": " + why);
    }

    /** The plan for deletions: the key's columns, in the table's types. */
    TablePlan deletes(@Nullable Datum messageKey, TableInfo table) {
        List<String> key = key(messageKey, table.primaryKey(), Map.of());
        List<Field> fields = new ArrayList<>();
        List<TablePlan.Binding> bindings = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String column : key) {
            Optional<ColumnInfo> found = table.column(column);
            if (found.isEmpty()) {
                problems.add(
                        "the key column '" + column + "' is not there" + Nearest.hint(column, table.columnNames()));
                continue;
            }
            Type type = dialect.typeOf(found.get());
            dialect.unsuited(type, found.get())
                    .ifPresent(why -> problems.add("the key column '" + column + "' cannot be compared: " + why));
            bindings.add(new TablePlan.Binding(found.get(), fields.size(), type));
            fields.add(Field.nullable(column, type));
        }
        stopFor(problems);
        return new TablePlan(table, Schema.of("key", fields), bindings, key);
    }

    /** The statement that makes the table. */
    String createTable(Wanted wanted) {
        List<String> lines = new ArrayList<>();
        for (String column : wanted.columns().keySet()) {
            Field field = wanted.field(column);
            boolean required = !field.isNullable() || wanted.key().contains(column);
            lines.add(dialect.quote(column) + " " + dialect.columnType(field.type()) + (required ? " NOT NULL" : ""));
        }
        if (!wanted.key().isEmpty()) {
            lines.add("PRIMARY KEY (" + dialect.quote(wanted.key()) + ")");
        }
        return "CREATE TABLE " + dialect.quote(name) + " (" + String.join(", ", lines) + ")";
    }

    /** The statements that add what the table lacks. */
    List<String> addColumns(Wanted wanted, TableInfo table) {
        return missing(wanted, table).stream()
                .map(column -> "ALTER TABLE " + dialect.quote(name) + " ADD COLUMN " + dialect.quote(column) + " "
                        + dialect.columnType(wanted.field(column).type()))
                .toList();
    }

    private void stopFor(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new StopException(
                    "jdbc.table-mismatch",
                    "the rows of topic " + topic + " do not fit table " + name + " in " + SafeUrl.of(settings.url())
                            + ": " + problems.stream().collect(Collectors.joining("; ")),
                    "change the table, choose and rename fields with the option 'columns' or a transform, or set "
                            + "'evolve: add-columns' for columns that are missing");
        }
    }
}
