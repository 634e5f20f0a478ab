package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One table for the messages of one topic, and the plans for the schemas that the rows have had. Not thread-safe. */
final class Target {

    private final SinkSettings settings;
    private final Dialect dialect;
    private final Handle handle;
    private final Context context;
    private final String topic;
    private final TableName name;
    private final Planner planner;
    private @Nullable TableInfo table;
    private final Map<Schema, Prepared> prepared = new HashMap<>();
    private @Nullable Schema lastSchema;
    private @Nullable Prepared last;
    private @Nullable Prepared deletes;

    /** A plan, and how a message becomes a row of it. */
    private record Prepared(TablePlan plan, RowMaker maker) {}

    Target(SinkSettings settings, Dialect dialect, Handle handle, Context context, String topic, TableName name) {
        this.settings = settings;
        this.dialect = dialect;
        this.handle = handle;
        this.context = context;
        this.topic = topic;
        this.name = name;
        this.planner = new Planner(settings, dialect, topic, name);
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
        table = dialect.readTable(handle, name)
                .map(found -> found.readingFromText(settings.fromText()))
                .orElse(null);
        prepared.clear();
        last = null;
        lastSchema = null;
        deletes = null;
    }

    /** Whether the table has a row. */
    boolean hasRows() {
        return handle.select(dialect.selectAny(name))
                .mapTo(Integer.class)
                .findFirst()
                .isPresent();
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
        Planner.Wanted wanted = planner.wanted(schema, key, known.primaryKey());
        if (!planner.changes(wanted, known).isEmpty()) {
            return false;
        }
        Planner.Planned planned = planner.plan(wanted, known);
        noteUnfilled(planned.plan(), schema);
        last = new Prepared(planned.plan(), maker(wanted, planned.aside()));
        lastSchema = schema;
        prepared.put(schema, last);
        return true;
    }

    private RowMaker maker(Planner.Wanted wanted, Set<Integer> aside) {
        int keys = wanted.fromKey().size();
        Schema keySchema = keys == 0
                ? null
                : Schema.of("key", wanted.whole().fields().subList(wanted.valueFields(), wanted.valueFields() + keys));
        return new RowMaker(
                wanted.whole(),
                wanted.valueFields(),
                keySchema == null ? null : new KeyReader(keySchema, settings.naming()),
                keys,
                settings.marks(),
                aside,
                context.clock());
    }

    private void noteUnfilled(TablePlan plan, Schema schema) {
        List<String> unfilled = plan.table().columns().stream()
                .filter(column -> !column.filled() && !column.generated())
                .map(ColumnInfo::name)
                .filter(column -> !plan.columnNames().contains(column))
                .filter(column ->
                        !settings.isHistory() || !column.equals(settings.marks().validTo()))
                .toList();
        if (!unfilled.isEmpty()) {
            context.logger()
                    .log(
                            System.Logger.Level.WARNING,
                            "columns {0} of table {1} stay as they are: the rows of topic {2} have no such fields (they have {3})",
                            unfilled,
                            name,
                            topic,
                            schema.fields().stream().map(field -> field.name()).collect(Collectors.joining(", ")));
        }
    }

    /** Makes the table or changes it, under a lock, in the current transaction, which the caller commits. */
    void change(Schema schema, @Nullable Datum key) {
        dialect.lockForChange(handle);
        read();
        TableInfo known = table;
        if (known == null) {
            if (!settings.createTable()) {
                throw missingTable();
            }
            planner.createTable(planner.wanted(schema, key, List.of())).forEach(handle::execute);
        } else {
            Planner.Wanted wanted = planner.wanted(schema, key, known.primaryKey());
            planner.changes(wanted, known).forEach(handle::execute);
        }
        read();
    }

    StopException missingTable() {
        return new StopException(
                "jdbc.no-table",
                "there is no table " + name + " in " + settings.connection().shownUrl()
                        + ", and 'create-table' is false",
                "make the table, correct the option 'table', or set 'create-table: true'");
    }

    /** The statements after which the table holds a value that it refused; none when there are none. */
    List<String> widenings(Message message, BadValueException refused) {
        Prepared plan = message.value() instanceof Row row ? find(row.schema()) : null;
        if (plan == null) {
            return List.of();
        }
        return binding(plan.plan(), refused)
                .map(binding -> planner.widen(
                        binding, refused.code().orElse(""), plan.plan().key()))
                .orElse(List.of());
    }

    private static Optional<TablePlan.Binding> binding(TablePlan plan, BadValueException refused) {
        return plan.bindings().stream()
                .filter(binding -> binding.column().name().equals(refused.column()))
                .findFirst();
    }

    /** Changes the table by these statements, in the current transaction. */
    void execute(List<String> statements) {
        dialect.lockForChange(handle);
        statements.forEach(handle::execute);
        read();
    }

    /** Makes the plan for deletes. Without a table there is nothing to delete, and the answer is false. */
    boolean prepareDeletes(@Nullable Datum key) {
        TableInfo known = table;
        if (known == null) {
            return false;
        }
        TablePlan plan = planner.deletes(key, known);
        int keys = plan.key().size();
        Schema keySchema = Schema.of("key", plan.schema().fields().subList(0, keys));
        deletes = new Prepared(
                plan,
                new RowMaker(
                        plan.schema(),
                        0,
                        new KeyReader(keySchema, settings.naming()),
                        keys,
                        settings.marks(),
                        Set.of(),
                        context.clock()));
        return true;
    }

    /** Hands one message to the writer; its schema is prepared. */
    void write(Message message, RowWriter writer) throws SQLException, BadValueException {
        if (message.value() == null) {
            Prepared plan = deletes;
            if (plan != null) {
                writer.delete(plan.plan(), plan.maker().make(null, message, Set.of()), message);
            }
            return;
        }
        Row row = (Row) message.value();
        Prepared plan = prepared(row.schema());
        if (plan.maker().isPlain()) {
            writer.add(plan.plan(), row, message);
            return;
        }
        writeWithAside(plan, row, message, writer);
    }

    /** A value that its column refuses goes aside, where the policy is so, and then the next one. */
    private void writeWithAside(Prepared plan, Row row, Message message, RowWriter writer)
            throws SQLException, BadValueException {
        Set<Integer> unfit = new HashSet<>();
        while (true) {
            try {
                writer.add(plan.plan(), plan.maker().make(row, message, unfit), message);
                return;
            } catch (BadValueException e) {
                int field = fieldToPutAside(plan.plan(), row, e);
                if (field < 0 || !unfit.add(field)) {
                    throw e;
                }
            }
        }
    }

    private int fieldToPutAside(TablePlan plan, Row row, BadValueException refused) {
        return settings.hasSideColumn() && !plan.key().contains(refused.column())
                ? binding(plan, refused)
                        .filter(binding -> binding.column().nullable())
                        .map(TablePlan.Binding::field)
                        .filter(field -> field < row.schema().size())
                        .orElse(-1)
                : -1;
    }

    private Prepared prepared(Schema schema) {
        Prepared known = find(schema);
        if (known == null) {
            throw new IllegalStateException("no plan for " + schema);
        }
        return known;
    }
}
