package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * How a table, or the query, is read: made by {@link TablePlanner}.
 *
 * @param stream what it becomes
 * @param from what stands behind FROM
 * @param cursors the cursor columns; none in mode snapshot
 * @param keys the columns that name a row, or what stands for them; then the row address when they are not known to be unique; may be empty
 */
record TablePlan(
        StreamSchema stream,
        TableFacts facts,
        TableSettings settings,
        String from,
        List<ReadColumn> columns,
        List<OrderColumn> cursors,
        List<OrderColumn> keys) {

    /** The id of what is read; the id of its split when it is read incrementally. */
    String id() {
        return facts.id().toString();
    }

    /** The same, of which only the columns of the key are read. */
    TablePlan keysOnly() {
        List<ReadColumn> read = columns.stream()
                .filter(column -> stream.key().contains(column.facts().name()))
                .toList();
        Schema schema = Schema.of(
                stream.schema().name(),
                stream.schema().fields().stream()
                        .filter(field -> stream.key().contains(field.name()))
                        .toList());
        return new TablePlan(
                StreamSchema.of(stream.name(), schema, stream.key()), facts, settings, from, read, cursors, keys);
    }

    OrderColumn cursor() {
        return cursors.get(0);
    }

    /** The order of an incremental read: by the cursor, then by the key. */
    List<OrderColumn> cursorOrder() {
        List<OrderColumn> order = new ArrayList<>(cursors);
        boolean isUnique = settings.mode() == Mode.INCREMENTING && facts.isUnique(settings.cursor());
        keys.stream()
                .filter(key -> !isUnique
                        && cursors.stream().noneMatch(cursor -> cursor.name().equals(key.name())))
                .forEach(order::add);
        return order;
    }

    /** The order of the first read: by what it is cut into ranges by. */
    List<OrderColumn> rangeOrder() {
        return settings.mode() == Mode.INCREMENTING ? cursorOrder() : keys;
    }
}
