package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Field;
import io.mainstem.api.Plan;
import io.mainstem.api.Plan.Change;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.connectors.jdbc.sql.Handles;
import io.mainstem.connectors.jdbc.sql.SafeUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What the sink will do with a topic: the table it will make or change, where each field goes, the statements. Connects so that the
 * database itself refuses to write. One thread.
 */
final class SinkPreview {

    private static final UUID NO_TOPIC = new UUID(0, 0);

    private final SinkSettings settings;
    private final Dialect dialect;
    private final Context context;
    private boolean hasShownOffsets;

    SinkPreview(SinkSettings settings, Dialect dialect, Context context) {
        this.settings = settings;
        this.dialect = dialect;
        this.context = context;
    }

    Plan of(StreamSchema topic) {
        try {
            Optional<Connection> connection = dialect.connectToLook(settings, context);
            if (connection.isEmpty()) {
                return inNewDatabase(topic);
            }
            try (Handle handle = Handles.open(connection.get())) {
                return in(handle, connection.get(), topic);
            } finally {
                connection.get().close();
            }
        } catch (SQLException e) {
            throw Faults.exception(dialect, settings, "look at", e);
        }
    }

    private Plan inNewDatabase(StreamSchema topic) {
        Plan.Builder plan = Plan.builder();
        if (!hasShownOffsets) {
            plan.change("make the database", SafeUrl.of(settings.url()));
        }
        showOffsets(plan);
        newTable(topic, TableName.of(settings.table(), topic.name()), plan);
        return plan.build();
    }

    private Plan in(Handle handle, Connection connection, StreamSchema topic) {
        Plan.Builder plan = Plan.builder();
        Target target = new Target(settings, dialect, handle, context, topic.name());
        target.read();
        Ledger ledger = new Ledger(connection, handle, dialect, context.pipeline(), context.name());
        boolean hasLedger = ledger.isThere();
        if (!hasLedger) {
            showOffsets(plan);
        }
        boolean isFirst = !hasLedger || ledger.entries(topic.name()).isEmpty();
        if (isFirst) {
            new FirstLook(settings, context, target).at(new TopicPartition(topic.name(), NO_TOPIC, 0), List.of());
        }
        Optional<TableInfo> table = target.table();
        if (table.isPresent()) {
            oldTable(topic, target.name(), table.get(), plan);
        } else if (settings.createTable()) {
            newTable(topic, target.name(), plan);
        } else {
            throw target.missingTable();
        }
        return plan.build();
    }

    /** With the first topic: there is one table for all. */
    private void showOffsets(Plan.Builder plan) {
        if (!hasShownOffsets) {
            plan.change("make the table of offsets", Ledger.CREATE);
            hasShownOffsets = true;
        }
    }

    private String described(TableName name) {
        return "table " + name + " in " + SafeUrl.of(settings.url());
    }

    private void newTable(StreamSchema topic, TableName name, Plan.Builder plan) {
        Planner planner = new Planner(settings, dialect, topic.name(), name);
        Planner.Wanted wanted = planner.wanted(topic.schema(), key(topic), List.of());
        plan.target(described(name), Change.CREATE).change("make the table", planner.createTable(wanted));
        TableInfo table = new TableInfo(
                name,
                "",
                wanted.columns().keySet().stream()
                        .map(column -> added(column, wanted))
                        .toList(),
                wanted.key(),
                List.of(Set.copyOf(wanted.key())));
        columns(wanted, table, Set.copyOf(wanted.columns().keySet()), plan);
        statements(wanted, table, plan);
    }

    /** A column as the sink will make it. */
    private ColumnInfo added(String column, Planner.Wanted wanted) {
        Field field = wanted.field(column);
        boolean nullable = field.isNullable() && !wanted.key().contains(column);
        return new ColumnInfo(column, dialect.columnType(field.type()), -1, -1, 0, nullable, false, false);
    }

    private void oldTable(StreamSchema topic, TableName name, TableInfo table, Plan.Builder plan) {
        Planner planner = new Planner(settings, dialect, topic.name(), name);
        Planner.Wanted wanted = planner.wanted(topic.schema(), key(topic), table.primaryKey());
        List<String> missing = planner.missing(wanted, table);
        if (missing.isEmpty() || settings.evolve() != SinkOptions.Evolve.ADD_COLUMNS) {
            planner.plan(wanted, table);
            plan.target(described(name), Change.NONE);
            columns(wanted, table, Set.of(), plan);
            statements(wanted, table, plan);
            warnings(wanted, table, plan);
            return;
        }
        plan.target(described(name), Change.ALTER);
        planner.addColumns(wanted, table).forEach(statement -> plan.change("add the column", statement));
        List<ColumnInfo> columns = new ArrayList<>(table.columns());
        missing.forEach(column -> columns.add(added(column, wanted)));
        TableInfo changed =
                new TableInfo(table.name(), table.identity(), columns, table.primaryKey(), table.uniqueKeys());
        columns(wanted, changed, Set.copyOf(missing), plan);
        statements(wanted, changed, plan);
        warnings(wanted, changed, plan);
    }

    private static void columns(Planner.Wanted wanted, TableInfo table, Set<String> fresh, Plan.Builder plan) {
        for (String name : wanted.columns().keySet()) {
            table.column(name)
                    .ifPresent(column -> plan.column(
                            wanted.field(name).name(),
                            name,
                            column.typeText() + (column.nullable() ? "" : " not null"),
                            fresh.contains(name) ? Change.CREATE : Change.NONE));
        }
    }

    private void statements(Planner.Wanted wanted, TableInfo table, Plan.Builder plan) {
        List<TablePlan.Binding> bindings = new ArrayList<>();
        for (String name : Planner.keyFirst(wanted)) {
            table.column(name)
                    .ifPresent(column -> bindings.add(new TablePlan.Binding(
                            column,
                            wanted.columns().getOrDefault(name, 0),
                            wanted.field(name).type())));
        }
        List<String> key = settings.upsert() ? wanted.key() : List.of();
        dialect.statements(new TablePlan(table, wanted.whole(), bindings, key), settings)
                .forEach(statement -> plan.request(statement.purpose(), statement.text()));
    }

    private static void warnings(Planner.Wanted wanted, TableInfo table, Plan.Builder plan) {
        List<String> unfilled = table.columns().stream()
                .filter(column -> !column.filled() && !column.generated())
                .map(ColumnInfo::name)
                .filter(column -> !wanted.columns().containsKey(column))
                .toList();
        if (!unfilled.isEmpty()) {
            plan.warning("no field goes into " + (unfilled.size() == 1 ? "column " : "columns ")
                    + String.join(", ", unfilled) + " of table " + table.name());
        }
    }

    /** A key as the records of the topic have it, without values. */
    private static @Nullable Row key(StreamSchema topic) {
        if (topic.key().isEmpty()) {
            return null;
        }
        Schema schema = topic.schema();
        List<Field> fields = topic.key().stream()
                .map(name ->
                        Field.nullable(name, schema.field(schema.indexOf(name)).type()))
                .toList();
        return Row.builder(Schema.of("key", fields)).build();
    }
}
