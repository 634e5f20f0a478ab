package io.mainstem.connectors.jdbc;

import io.mainstem.api.Datum;
import io.mainstem.api.Field;
import io.mainstem.api.Row;
import io.mainstem.api.Scalar;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
     * @param whole the fields of the value, after them those that only the message's key has, and the sink's own
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

    /**
     * A plan, and the fields that it has no column for.
     *
     * @param aside they go into the side column
     */
    record Planned(TablePlan plan, Set<Integer> aside) {}

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
        selectFields(schema, columns, problems);
        List<String> key = key(messageKey, primaryKey, columns);
        List<Field> fields = new ArrayList<>();
        schema.fields().forEach(field -> fields.add(settings.hasSideColumn() ? nullable(field) : field));
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
        addMarks(columns, fields, problems);
        stopFor(problems);
        checkNames(columns.keySet());
        Schema whole =
                fields.size() == schema.size() && !settings.hasSideColumn() ? schema : Schema.of(schema.name(), fields);
        return new Wanted(whole, schema.size(), columns, key, fromKey);
    }

    /** A field that is put aside is null for its column. */
    private static Field nullable(Field field) {
        return field.isNullable() ? field : Field.nullable(field.name(), field.type());
    }

    private void selectFields(Schema schema, Map<String, Integer> columns, List<String> problems) {
        Naming naming = settings.naming();
        if (naming.columns().isEmpty()) {
            for (int i = 0; i < schema.size(); i++) {
                String field = schema.field(i).name();
                Integer other = columns.put(naming.column(field), i);
                if (other != null) {
                    problems.add("the fields '" + schema.field(other).name() + "' and '" + field
                            + "' would both be column '" + naming.column(field) + "'");
                }
            }
            return;
        }
        naming.columns().forEach((field, column) -> select(schema, field, column, columns, problems));
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

    /** The columns that the sink fills itself. */
    private void addMarks(Map<String, Integer> columns, List<Field> fields, List<String> problems) {
        for (Field mark : marks()) {
            boolean taken = fields.stream().anyMatch(field -> field.name().equals(mark.name()));
            if (taken || columns.containsKey(mark.name())) {
                problems.add("the rows have a field '" + mark.name()
                        + "', which is the name of a column that the sink fills itself; give that one another name");
                continue;
            }
            columns.put(mark.name(), fields.size());
            fields.add(mark);
        }
    }

    private List<Field> marks() {
        Marks names = settings.marks();
        List<Field> marks = new ArrayList<>();
        if (settings.isSoftDelete()) {
            marks.add(Field.nullable(names.deletedAt(), Type.TIMESTAMPTZ));
        }
        if (settings.isHistory()) {
            marks.add(Field.required(names.validFrom(), Type.TIMESTAMPTZ));
            marks.add(Field.required(names.version(), Type.INT64));
        }
        if (settings.hasSideColumn()) {
            marks.add(Field.nullable(names.side(), Type.JSON));
        }
        return marks;
    }

    private List<String> key(@Nullable Datum messageKey, List<String> primaryKey, Map<String, Integer> columns) {
        if (!settings.key().isEmpty()) {
            return settings.key();
        }
        if (!settings.isKeyed()) {
            return List.of();
        }
        if (messageKey instanceof Row row && row.schema().size() > 0) {
            return row.schema().fields().stream()
                    .map(field -> columnOf(field.name(), columns))
                    .toList();
        }
        List<String> found = primaryKey.stream()
                .filter(column ->
                        !settings.isHistory() || !column.equals(settings.marks().version()))
                .toList();
        if (!found.isEmpty()) {
            return found;
        }
        throw new StopException(
                "jdbc.no-key",
                "the messages of topic " + topic
                        + " have no key with fields, so the sink does not know which row of table " + name
                        + " each is about",
                "name the columns in the option 'key', or give the topic a key");
    }

    private String columnOf(String field, Map<String, Integer> columns) {
        return columns.containsKey(field) ? field : settings.naming().column(field);
    }

    private Optional<Type> keyType(@Nullable Datum key, String column, int size) {
        if (key instanceof Row row) {
            return row.schema().fields().stream()
                    .filter(field -> field.name().equals(column)
                            || settings.naming().column(field.name()).equals(column))
                    .map(Field::type)
                    .findFirst();
        }
        return key instanceof Scalar scalar && size == 1 ? Optional.of(scalar.type()) : Optional.empty();
    }

    private void checkNames(Iterable<String> columns) {
        List<String> problems = new ArrayList<>();
        name.schema().flatMap(dialect::badName).ifPresent(problems::add);
        dialect.badName(name.name()).ifPresent(problems::add);
        Map<String, String> seen = new LinkedHashMap<>();
        for (String column : columns) {
            dialect.badName(column).ifPresent(problems::add);
            String other = seen.put(dialect.nameIdentity(column), column);
            if (other != null) {
                problems.add("the columns '" + other + "' and '" + column + "' are one and the same for "
                        + dialect.name() + "; rename one with the option 'columns'");
            }
        }
        stopFor(problems);
    }

    /** The statements that the table needs before rows of this kind can be written; the policy allows them. */
    List<String> changes(Wanted wanted, TableInfo table) {
        return missing(wanted, table).stream()
                .map(column -> dialect.addColumn(
                        dialect.quote(name),
                        dialect.quote(column),
                        columnType(column, wanted.field(column).type(), false) + dialect.nullable()))
                .toList();
    }

    /** The columns that these add. */
    List<String> missing(Wanted wanted, TableInfo table) {
        return wanted.columns().keySet().stream()
                .filter(column -> table.column(column).isEmpty())
                .filter(column -> settings.mayAdd()
                        || settings.hasSideColumn()
                                && column.equals(settings.marks().side()))
                .toList();
    }

    /** The type of a column that the sink makes. */
    String columnType(String column, Type type, boolean key) {
        String chosen = settings.columnTypes().get(column);
        return chosen == null ? dialect.columnType(type, key) : chosen;
    }

    /**
     * The statements that make a column hold a value that it refused; none when the policy or the database does not allow it.
     *
     * @param code why it was refused, as {@link BadValueException} has it
     */
    List<String> widen(TablePlan.Binding binding, String code, List<String> key) {
        ColumnInfo column = binding.column();
        if (!settings.mayWiden() || key.contains(column.name())) {
            return List.of();
        }
        String table = dialect.quote(name);
        String quoted = dialect.quote(column.name());
        if (code.equals(BadValueException.NULL)) {
            return dialect.letBeNull(table, quoted);
        }
        return Widening.of(binding.type(), column, dialect.typeOf(column))
                .map(wider -> dialect.widenColumn(
                        table, quoted, dialect.columnType(wider, false), column.nullable(), column.filled()))
                .orElse(List.of());
    }

    /**
     * The plan.
     *
     * @throws StopException with everything that does not fit
     */
    Planned plan(Wanted wanted, TableInfo table) {
        return plan(wanted, table, Set.of());
    }

    /**
     * The same for a table that is not quite there.
     *
     * @param fresh the columns that the sink will make, which suit their fields
     */
    Planned plan(Wanted wanted, TableInfo table, Set<String> fresh) {
        List<String> problems = new ArrayList<>();
        List<TablePlan.Binding> bindings = new ArrayList<>();
        Set<Integer> aside = new TreeSet<>();
        for (String column : keyFirst(wanted)) {
            int field = wanted.columns().getOrDefault(column, 0);
            boolean mayGoAside = settings.hasSideColumn()
                    && field < wanted.valueFields()
                    && !wanted.key().contains(column);
            Optional<ColumnInfo> found = table.column(column);
            if (found.isPresent() && found.get().generated()) {
                // The database computes it; what the field says is the same, or would be refused.
                continue;
            }
            Optional<String> problem = found.isEmpty()
                    ? Optional.of("field '" + wanted.field(column).name() + "' has no column '" + column + "'"
                            + Nearest.hint(column, table.columnNames()))
                    : fresh.contains(column) ? Optional.empty() : unfit(wanted.field(column), found.get());
            if (problem.isPresent() && mayGoAside) {
                aside.add(field);
                continue;
            }
            problem.ifPresent(problems::add);
            found.ifPresent(info -> bindings.add(
                    new TablePlan.Binding(info, field, wanted.field(column).type())));
        }
        checkUnfilled(wanted, table, problems);
        checkKey(wanted.key(), table, problems);
        stopFor(problems);
        List<String> key = settings.isKeyed() ? wanted.key() : List.of();
        return new Planned(
                new TablePlan(table, wanted.whole(), bindings, key, settings.effect(), settings.marks()), aside);
    }

    private void checkUnfilled(Wanted wanted, TableInfo table, List<String> problems) {
        if (settings.effect() == Effect.UPDATE) {
            return;
        }
        for (ColumnInfo column : table.columns()) {
            if (!column.nullable()
                    && !column.filled()
                    && !column.generated()
                    && !wanted.columns().containsKey(column.name())) {
                problems.add("column '" + column.name() + "' may not be null, has no default, and no field fills it"
                        + Nearest.hint(column.name(), wanted.columns().keySet()));
            }
        }
    }

    private void checkKey(List<String> key, TableInfo table, List<String> problems) {
        if (!problems.isEmpty() || settings.mode() != SinkOptions.Mode.UPSERT) {
            return;
        }
        List<String> unique = new ArrayList<>(key);
        if (settings.isHistory()) {
            unique.add(settings.marks().version());
            if (table.column(settings.marks().validTo()).isEmpty()) {
                problems.add("a history needs a column '" + settings.marks().validTo() + "'");
            }
        }
        if (!table.isUnique(unique)) {
            problems.add("upsert needs a primary key or a unique constraint on exactly the columns " + unique);
        }
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
        return dialect.unsuited(field.type(), column)
                .map(why -> "field '" + field.name() + "' of type " + field.type() + " cannot go into column '"
                        + column.name() + "' of type " + column.typeText() + ": " + why);
    }

    /** The plan for deletions: the key's columns, in the table's types, and those that the sink fills. */
    TablePlan deletes(@Nullable Datum messageKey, TableInfo table) {
        List<String> key = key(messageKey, table.primaryKey(), Map.of());
        List<Field> fields = new ArrayList<>();
        List<TablePlan.Binding> bindings = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<Field> wanted = new ArrayList<>();
        key.forEach(column -> wanted.add(
                Field.nullable(column, table.column(column).map(dialect::typeOf).orElse(Type.STRING))));
        marks().stream()
                .filter(mark -> !mark.name().equals(settings.marks().side()))
                .forEach(wanted::add);
        for (Field field : wanted) {
            Optional<ColumnInfo> found = table.column(field.name());
            if (found.isEmpty()) {
                problems.add("the column '" + field.name() + "' is not there"
                        + Nearest.hint(field.name(), table.columnNames()));
                continue;
            }
            dialect.unsuited(field.type(), found.get())
                    .ifPresent(why -> problems.add("the column '" + field.name() + "' cannot be used: " + why));
            bindings.add(new TablePlan.Binding(found.get(), fields.size(), field.type()));
            fields.add(field);
        }
        stopFor(problems);
        return new TablePlan(table, Schema.of("key", fields), bindings, key, settings.deleteEffect(), settings.marks());
    }

    /** The statements that make the table. */
    List<String> createTable(Wanted wanted) {
        List<String> lines = new ArrayList<>();
        List<String> primaryKey = primaryKey(wanted);
        for (String column : wanted.columns().keySet()) {
            Field field = wanted.field(column);
            boolean required = !field.isNullable() || primaryKey.contains(column);
            lines.add(line(column, field.type(), primaryKey.contains(column), required));
            if (settings.isHistory() && column.equals(settings.marks().validFrom())) {
                lines.add(line(settings.marks().validTo(), Type.TIMESTAMPTZ, false, false));
            }
        }
        if (!primaryKey.isEmpty()) {
            lines.add("PRIMARY KEY (" + dialect.quote(primaryKey) + ")");
        }
        List<String> statements = new ArrayList<>(List.of("CREATE TABLE " + dialect.quote(name) + " ("
                + String.join(", ", lines) + ")" + dialect.tableOptions()));
        if (settings.isHistory()) {
            dialect.oneOpenRow(name, wanted.key(), settings.marks().validTo()).ifPresent(statements::add);
        }
        return statements;
    }

    /** The primary key of a table that the sink makes. */
    List<String> primaryKey(Wanted wanted) {
        List<String> primaryKey = new ArrayList<>(wanted.key());
        if (settings.isHistory()) {
            primaryKey.add(settings.marks().version());
        }
        return primaryKey;
    }

    private String line(String column, Type type, boolean key, boolean required) {
        return dialect.quote(column) + " " + columnType(column, type, key)
                + (required ? " NOT NULL" : dialect.nullable());
    }

    private void stopFor(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new StopException(
                    "jdbc.table-mismatch",
                    "the rows of topic " + topic + " do not fit table " + name + " in "
                            + settings.connection().shownUrl() + ": " + String.join("; ", problems),
                    "change the table, choose and rename fields with the option 'columns' or a transform, or say with "
                            + "'evolve' what the sink may change: add, widen, side-column");
        }
    }
}
