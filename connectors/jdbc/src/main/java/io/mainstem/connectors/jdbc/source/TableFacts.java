package io.mainstem.connectors.jdbc.source;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a database says of a table or a query.
 *
 * @param key the primary key, else a unique index over columns that cannot be null, else empty
 * @param indexed columns that an index begins with
 * @param rows about how many rows there are; 0 when it does not know
 * @param isTable whether it is a table that keeps rows itself, not a view or a query
 */
record TableFacts(
        TableId id, List<ColumnFacts> columns, List<String> key, Set<String> indexed, long rows, boolean isTable) {

    TableFacts {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        indexed = Set.copyOf(indexed);
    }

    Optional<ColumnFacts> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    List<String> columnNames() {
        return columns.stream().map(ColumnFacts::name).toList();
    }
}
