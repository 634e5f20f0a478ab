package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.connectors.jdbc.sql.SafeUrl;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table of one topic, and the plans for the schemas that the topic's rows have had. Not thread-safe. */
final class Target {

    private final SinkSettings settings;
    private final Dialect dialect;
    private final Handle handle;
    private final System.Logger logger;
    private final String topic;
    private final TableName name;
    private @Nullable TableInfo table;
    private final Map<Schema, Prepared> prepared = new HashMap<>();
    private @Nullable Schema lastSchema;
    private @Nullable Prepared last;
    private @Nullable Prepared deletes;

    /** A plan, and how a message becomes a row of it. */
    private record Prepared(TablePlan plan, @Nullable KeyReader keys) {}

    Target(SinkSettings settings, Dialect dialect, Handle handle, Context context, String topic) {
        this.settings = settings;
        this.dialect = dialect;
        this.handle = handle;
        this.logger = context.logger();
        this.topic = topic;
        this.name = TableName.of(settings.table(), topic);
    }

    TableName name() {
        return name;
    }

    Optional<TableInfo> table() {
        return Optional.ofNullable(table);
    }

    /** What the ledger says of the table; empty before there is one. */
    String identity() {
        return table == null ? "" : table.identity();
    }

    /** Reads the table anew. */
    void read() {
        table = dialect.readTable(handle, name).orElse(null);
        prepared.clear();
        last = null;
        lastSchema = null;
        deletes = null;
    }

    /** Whether the table has a row. */
    boolean hasRows() {
        return handle.select("SELECT EXISTS (SELECT 1 FROM " + dialect.quote(name) + ")")
                .mapTo(Boolean.class)
                .one();
    }

    /** Whether rows of this schema can be written without a look at the database. */
    boolean isPrepared(Schema schema) {
        return find(schema) != null;
    }

    @SuppressWarnings("ReferenceEquality") // nearly always the same object; an equal one is found by the map
    private @Nullable Prepared find(Schema schema) {
        if (lastSchema != schema) {
            last = prepared.get(schema);
            lastSchema = schema;
        }
        return last;
    }

    /** Whether deletes can be written without a look at the database. */
    boolean isPreparedForDeletes() {
        return deletes != null;
    }

    /**
     * Makes a plan from what is known of the table.
     *
     * @return whether that was possible; if not, {@link #change} is needed first
     */
    boolean prepare(Schema schema, @Nullable Datum key) {
        TableInfo known = table;
        if (known == null) {
            return false;
        }
        Planner planner = new Planner(settings, dialect, topic, name);
        Planner.Wanted wanted = planner.wanted(schema, key, known.primaryKey());
        List<String> missing = planner.missing(wanted, known);
        if (!missing.isEmpty() && settings.evolve() == SinkOptions.Evolve.ADD_COLUMNS) {
            return false;
        }
        TablePlan plan = planner.plan(wanted, known);
        noteUnfilled(plan, schema);
        KeyReader keys = wanted.fromKey().isEmpty() ? null : new KeyReader(keySchema(wanted), settings.columns());
        last = new Prepared(plan, keys);
        lastSchema = schema;
        prepared.put(schema, last);
        return true;
    }

    private static Schema keySchema(Planner.Wanted wanted) {
        return Schema.of(
                "key",
                wanted.whole()
                        .fields()
                        .subList(wanted.valueFields(), wanted.whole().size()));
    }

    private void noteUnfilled(TablePlan plan, Schema schema) {
        List<String> unfilled = plan.table().columns().stream()
                .filter(column -> !column.filled() && !column.generated())
                .map(ColumnInfo::name)
                .filter(column -> !plan.columnNames().contains(column))
                .toList();
        if (!unfilled.isEmpty()) {
            logger.log(
                    System.Logger.Level.WARNING,
                    "columns {0} of table {1} stay as they are: the rows of topic {2} have no such fields (they have {3})",
                    unfilled,
                    name,
                    topic,
                    schema.fields().stream().map(field -> field.name()).collect(Collectors.joining(", ")));
        }
    }

    /** Makes the table or adds columns, under a lock, in the current transaction, which the caller commits. */
    void change(Schema schema, @Nullable Datum key) {
        dialect.lockForChange(handle);
        read();
        Planner planner = new Planner(settings, dialect, topic, name);
        TableInfo known = table;
        if (known == null) {
            if (!settings.createTable()) {
                throw missingTable();
            }
            handle.execute(planner.createTable(planner.wanted(schema, key, List.of())));
        } else if (settings.evolve() == SinkOptions.Evolve.ADD_COLUMNS) {
            Planner.Wanted wanted = planner.wanted(schema, key, known.primaryKey());
            planner.addColumns(wanted, known).forEach(handle::execute);
        }
        read();
    }

    StopException missingTable() {
        return new StopException(
                "jdbc.no-table",
                "there is no table " + name + " in " + SafeUrl.of(settings.url()) + ", and 'create-table' is false",
                "make the table, correct the option 'table', or set 'create-table: true'");
    }

    /** Makes the plan for deletes. Without a table there is nothing to delete, and the answer is false. */
    boolean prepareDeletes(@Nullable Datum key) {
        TableInfo known = table;
        if (known == null) {
            return false;
        }
        TablePlan plan = new Planner(settings, dialect, topic, name).deletes(key, known);
        deletes = new Prepared(plan, new KeyReader(plan.schema(), settings.columns()));
        return true;
    }

    /** Hands one message to the writer; its schema is prepared. */
    void write(Message message, RowWriter writer) throws java.sql.SQLException, BadValueException {
        Datum value = message.value();
        if (value == null) {
            Prepared plan = deletes;
            if (plan != null && plan.keys() != null) {
                writer.delete(plan.plan(), plan.keys().read(message.key()), message);
            }
            return;
        }
        Row row = (Row) value;
        Prepared plan = prepared(row.schema());
        writer.add(plan.plan(), plan.keys() == null ? row : extended(row, plan, message), message);
    }

    private static Row extended(Row row, Prepared plan, Message message) throws BadValueException {
        KeyReader keys = plan.keys();
        return keys == null ? row : keys.extend(row, plan.plan().schema(), message.key());
    }

    private Prepared prepared(Schema schema) {
        Prepared known = find(schema);
        if (known == null) {
            throw new IllegalStateException("no plan for " + schema);
        }
        return known;
    }
}
