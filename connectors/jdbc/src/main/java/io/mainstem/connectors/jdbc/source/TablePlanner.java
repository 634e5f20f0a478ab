package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Field;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes the plan of a table out of its facts and settings, or says all that is wrong. */
final class TablePlanner {

    private final SourceDialect dialect;
    private final SourceSettings settings;
    private final List<String> problems = new ArrayList<>();

    TablePlanner(SourceDialect dialect, SourceSettings settings) {
        this.dialect = dialect;
        this.settings = settings;
    }

    /**
     * The plan.
     *
     * @param stream the name of its stream
     * @throws StopException when it cannot be read so
     */
    TablePlan plan(String stream, TableFacts facts, TableSettings how) {
        problems.clear();
        List<String> keyNames = keyNames(facts, how);
        List<ReadColumn> columns = columns(facts, how, keyNames);
        List<OrderColumn> cursors = cursors(facts, how, columns);
        List<OrderColumn> keys = keys(facts, keyNames, columns);
        if (keys.isEmpty() && (how.mode() == Mode.SNAPSHOT || how.mode() == Mode.TIMESTAMP)) {
            problems.add(
                    "it has no primary key, so that a read that was interrupted would not know where to go on; name the "
                            + "columns that tell its rows apart with 'key'");
        }
        if (how.detectDeletes().isPresent()) {
            deletesCanBeSeen(facts, keyNames);
        }
        if (!problems.isEmpty()) {
            throw new StopException(
                    "jdbc.columns",
                    facts.id() + " cannot be read so: " + String.join("; ", problems),
                    "correct the options that are named, then start again");
        }
        Schema schema = Schema.of(
                facts.id().name(),
                columns.stream()
                        .map(column -> column.facts().nullable()
                                ? Field.nullable(column.facts().name(), column.type())
                                : Field.required(column.facts().name(), column.type()))
                        .toList());
        String from = settings.query()
                .map(query -> "(" + query + ") " + dialect.quote("mainstem_query"))
                .orElseGet(() -> dialect.quote(facts.id()));
        return new TablePlan(StreamSchema.of(stream, schema, keyNames), facts, how, from, columns, cursors, keys);
    }

    private void deletesCanBeSeen(TableFacts facts, List<String> keyNames) {
        if (keyNames.isEmpty()) {
            problems.add(
                    "it has no primary key, so that 'detect-deletes' could not name a row that is gone; name the columns "
                            + "that tell its rows apart with 'key'");
        } else if (facts.isTable() && !facts.isUnique(keyNames)) {
            problems.add(
                    "no unique index says that " + keyNames
                            + " tells its rows apart, and 'detect-deletes' would not see that one of two rows of a key is gone");
        }
    }

    private List<String> keyNames(TableFacts facts, TableSettings how) {
        List<String> wanted = how.key().isEmpty() ? facts.key() : how.key();
        return known(wanted, facts, "key") ? wanted : List.of();
    }

    private boolean known(List<String> names, TableFacts facts, String option) {
        boolean known = true;
        for (String name : names) {
            if (facts.column(name).isEmpty()) {
                known = false;
                problems.add("there is no column '" + name + "' for '" + option + "'"
                        + Nearest.hint(name, facts.columnNames()));
            }
        }
        return known;
    }

    private List<ReadColumn> columns(TableFacts facts, TableSettings how, List<String> keyNames) {
        Set<String> wanted = new LinkedHashSet<>(how.select().isEmpty() ? facts.columnNames() : how.select());
        known(how.select(), facts, "select");
        wanted.addAll(how.cursor());
        wanted.addAll(keyNames);
        return facts.columns().stream()
                .filter(column -> wanted.contains(column.name()))
                .map(column -> column(facts, column))
                .toList();
    }

    private ReadColumn column(TableFacts facts, ColumnFacts column) {
        Type natural = dialect.typeOf(column);
        Type type = settings.typeOf(facts.id(), column.name()).orElse(natural);
        if (!dialect.canBecome(natural, type)) {
            problems.add("column '" + column.name() + "' of type " + column.declared() + " is " + natural
                    + " and cannot be read as " + type
                    + " without a loss; choose string, or another number for a number");
        }
        return new ReadColumn(column, type, dialect.expression(column, type));
    }

    private List<OrderColumn> cursors(TableFacts facts, TableSettings how, List<ReadColumn> columns) {
        if (!known(how.cursor(), facts, "cursor")) {
            return List.of();
        }
        List<OrderColumn> cursors = new ArrayList<>();
        for (String name : how.cursor()) {
            ColumnFacts column = facts.column(name).orElseThrow();
            if (column.nullable() && settings.nullCursors() == SourceOptions.NullCursors.REFUSE) {
                problems.add(
                        "the cursor column '" + name
                                + "' may be null, and rows where it is are never read; make it NOT NULL, or set 'null-cursors: skip'");
            }
            cursors.add(order(column, columns));
        }
        if (!cursors.isEmpty()) {
            boolean isTime = how.mode().hasTime();
            ColumnFacts first = facts.column(how.cursor().get(0)).orElseThrow();
            if (isTime && !dialect.isTime(first, dialect.typeOf(first))) {
                problems.add("the cursor column '" + first.name() + "' is " + first.declared()
                        + ", and mode timestamp needs a timestamp");
            }
            if (!isTime && !isWholeNumber(dialect.typeOf(first))) {
                problems.add("the cursor column '" + first.name() + "' is " + first.declared()
                        + ", and mode incrementing needs a whole number");
            }
        }
        return cursors;
    }

    static boolean isWholeNumber(Type type) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64 -> true;
            case DECIMAL -> type.precision() > 0 && type.scale() == 0;
            default -> false;
        };
    }

    private List<OrderColumn> keys(TableFacts facts, List<String> names, List<ReadColumn> columns) {
        if (names.isEmpty()) {
            return dialect.rowAddress(facts);
        }
        List<OrderColumn> keys = new ArrayList<>();
        for (String name : names) {
            ColumnFacts column = facts.column(name).orElseThrow();
            boolean isQuery = settings.query().isPresent();
            if (column.nullable() && !isQuery) {
                problems.add("the key column '" + name + "' may be null; name columns that are NOT NULL");
            }
            Type type = dialect.typeOf(column);
            switch (type.kind()) {
                case ARRAY, MAP, STRUCT, JSON ->
                    problems.add(
                            "the key column '" + name + "' is " + column.declared() + ", by which rows have no order");
                default -> keys.add(order(column, columns));
            }
        }
        if (!facts.isUnique(names)) {
            keys.addAll(dialect.rowAddress(facts));
        }
        return keys;
    }

    private OrderColumn order(ColumnFacts column, List<ReadColumn> columns) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).facts().equals(column)) {
                return dialect.order(column, columns.get(i).type(), i);
            }
        }
        throw new IllegalStateException("column " + column + " is not read");
    }
}
