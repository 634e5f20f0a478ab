package io.mainstem.connectors.jdbc;

import io.mainstem.api.Field;
import io.mainstem.api.Plan;
import io.mainstem.api.Plan.Change;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What the sink will do with one table: the statements that make or change it, where each field goes, the statements that
 * write. For one look. Not thread-safe.
 */
final class TablePreview {

    private final SinkSettings settings;
    private final Dialect dialect;
    private final Optional<Handle> handle;
    private final StreamSchema topic;
    private final TableName name;
    private final Planner planner;
    private final Plan.Builder plan;
    private final Map<String, String> declared = new HashMap<>();

    TablePreview(
            SinkSettings settings,
            Dialect dialect,
            Optional<Handle> handle,
            StreamSchema topic,
            TableName name,
            Plan.Builder plan) {
        this.settings = settings;
        this.dialect = dialect;
        this.handle = handle;
        this.topic = topic;
        this.name = name;
        this.planner = new Planner(settings, dialect, topic.name(), name);
        this.plan = plan;
    }

    /** There is no such table, and it will be made. */
    void make() {
        Planner.Wanted wanted = planner.wanted(topic.schema(), key(), List.of());
        plan.target(described(), Change.CREATE);
        showMaking(wanted);
        showRows(wanted, made(wanted), Change.CREATE);
    }

    private void showMaking(Planner.Wanted wanted) {
        List<String> statements = planner.createTable(wanted);
        plan.change("make the table", statements.get(0));
        statements.stream().skip(1).forEach(statement -> plan.change("make its index", statement));
    }

    /**
     * Messages name the tables, so that one stands for all.
     *
     * @param isFirst whether none of them is written yet
     */
    void standIn(TableTemplate template, boolean isFirst) {
        Planner.Wanted wanted = planner.wanted(topic.schema(), key(), List.of());
        boolean makes = isFirst && settings.createTable();
        plan.target(described(), makes ? Change.CREATE : Change.NONE);
        if (makes) {
            showMaking(wanted);
        }
        showRows(wanted, made(wanted), makes ? Change.CREATE : Change.NONE);
        plan.warning("messages name the tables, and " + name + " stands for all of them: each is "
                + (settings.createTable() ? "made, or compared with the rows," : "compared with the rows")
                + " when the first message names it");
        template.valueFields().stream()
                .filter(field -> topic.schema().indexOf(field) < 0)
                .forEach(field -> plan.warning("the rows have no field '" + field
                        + "', which names the table: each message would be a bad record"));
    }

    /** There is such a table. */
    void compare(TableInfo table) {
        Planner.Wanted wanted = planner.wanted(topic.schema(), key(), table.primaryKey());
        List<String> missing = planner.missing(wanted, table);
        plan.target(described(), missing.isEmpty() ? Change.NONE : Change.ALTER);
        planner.changes(wanted, table).forEach(statement -> plan.change("add the column", statement));
        List<ColumnInfo> columns = new ArrayList<>(table.columns());
        missing.forEach(column -> columns.add(fresh(column, wanted.field(column).type(), false, true)));
        TableInfo changed =
                new TableInfo(table.name(), table.identity(), columns, table.primaryKey(), table.uniqueKeys());
        TablePlan rows = showRows(wanted, changed, Change.CREATE);
        showWidening(rows);
        warnOfUnfilled(wanted, table);
    }

    private String described() {
        return "table " + name + " in " + settings.connection().shownUrl();
    }

    /** The table as the sink will make it. */
    private TableInfo made(Planner.Wanted wanted) {
        List<String> primaryKey = planner.primaryKey(wanted);
        List<ColumnInfo> columns = new ArrayList<>();
        for (String column : wanted.columns().keySet()) {
            Field field = wanted.field(column);
            boolean isKey = primaryKey.contains(column);
            columns.add(fresh(column, field.type(), isKey, field.isNullable() && !isKey));
        }
        if (settings.isHistory()) {
            columns.add(fresh(settings.marks().validTo(), Type.TIMESTAMPTZ, false, true));
        }
        return new TableInfo(name, "", columns, primaryKey, List.of(Set.copyOf(primaryKey)));
    }

    private ColumnInfo fresh(String column, Type type, boolean isKey, boolean nullable) {
        String text = planner.columnType(column, type, isKey);
        declared.put(column, text);
        String listed = handle.map(open -> dialect.typeName(open, text)).orElse(text);
        return new ColumnInfo(column, listed, -1, -1, 0, nullable, false, false);
    }

    private TablePlan showRows(Planner.Wanted wanted, TableInfo table, Change ofFresh) {
        Planner.Planned planned = planner.plan(wanted, table, declared.keySet());
        TablePlan rows = planned.plan();
        for (String column : wanted.columns().keySet()) {
            if (rows.indexOf(column) >= 0) {
                showColumn(wanted.field(column).name(), column, table, ofFresh);
            }
            if (settings.isHistory() && column.equals(settings.marks().validFrom())) {
                showColumn(settings.marks().validTo(), settings.marks().validTo(), table, ofFresh);
            }
        }
        planned.aside()
                .forEach(field -> plan.warning("no column holds field '"
                        + wanted.whole().field(field).name() + "': its values go into column '"
                        + settings.marks().side() + "'"));
        Optional<TablePlan> deletes =
                settings.takesDeletes() ? Optional.of(rows.with(settings.deleteEffect())) : Optional.empty();
        dialect.statements(rows, deletes).forEach(statement -> plan.request(statement.purpose(), statement.text()));
        return rows;
    }

    private void showColumn(String field, String column, TableInfo table, Change ofFresh) {
        ColumnInfo info = table.column(column).orElseThrow();
        String type = declared.getOrDefault(column, dialect.typeText(info));
        Change change = declared.containsKey(column) ? ofFresh : Change.NONE;
        plan.column(field, column, type + (info.nullable() ? "" : " not null"), change);
    }

    /** What will be sent only when a value does not fit. */
    private void showWidening(TablePlan rows) {
        for (TablePlan.Binding binding : rows.bindings()) {
            if (declared.containsKey(binding.column().name())) {
                continue;
            }
            planner.widen(binding, "", rows.key())
                    .forEach(statement -> plan.request("widen the column, once a value needs it", statement));
            boolean mayLack = !binding.column().nullable()
                    && rows.schema().field(binding.field()).isNullable();
            if (mayLack) {
                showLoosening(binding, rows);
            }
        }
    }

    private void showLoosening(TablePlan.Binding binding, TablePlan rows) {
        List<String> statements = planner.widen(binding, BadValueException.NULL, rows.key());
        statements.forEach(statement -> plan.request("let the column be null, once a value is", statement));
        if (statements.isEmpty()) {
            plan.warning("field '" + rows.schema().field(binding.field()).name() + "' may be null, and column '"
                    + binding.column().name() + "' is not null: a row without a value is a bad record");
        }
    }

    private void warnOfUnfilled(Planner.Wanted wanted, TableInfo table) {
        String validTo = settings.isHistory() ? settings.marks().validTo() : "";
        List<String> unfilled = table.columns().stream()
                .filter(column -> !column.filled() && !column.generated())
                .map(ColumnInfo::name)
                .filter(column -> !wanted.columns().containsKey(column) && !column.equals(validTo))
                .toList();
        if (!unfilled.isEmpty()) {
            plan.warning(unfilled.stream()
                    .collect(Collectors.joining(
                            ", ",
                            "no field goes into " + (unfilled.size() == 1 ? "column " : "columns "),
                            " of table " + table.name())));
        }
    }

    /** A key as the records of the topic have it, without values. */
    private @Nullable Row key() {
        if (topic.key().isEmpty()) {
            return null;
        }
        Schema schema = topic.schema();
        List<Field> fields = topic.key().stream()
                .map(field -> Field.nullable(
                        field, schema.field(schema.indexOf(field)).type()))
                .toList();
        return Row.builder(Schema.of("key", fields)).build();
    }
}
