package io.mainstem.connectors.jdbc.source;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a database says of a table or a query.
 *
 * @param key the primary key, else a unique index over columns that cannot be null, else empty
 * @param unique sets of columns of which no two rows have the same values, as far as the database says
 * @param indexed columns that an index begins with
 * @param rows about how many rows there are; 0 when it does not know
 * @param isTable whether it is a table that keeps rows itself, not a view or a query
 * @param hasParts whether its rows lie in tables of their own too: partitions or children
 * @param identity what a table that is made anew under the same name has other; empty when the database does not tell
 */
record TableFacts(
        TableId id,
        List<ColumnFacts> columns,
        List<String> key,
        Set<Set<String>> unique,
        Set<String> indexed,
        long rows,
        boolean isTable,
        boolean hasParts,
        String identity) {

    TableFacts {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        unique = Set.copyOf(unique);
        indexed = Set.copyOf(indexed);
    }

    /** A table in one piece, of which no other unique columns than the key are known. */
    TableFacts(
            TableId id, List<ColumnFacts> columns, List<String> key, Set<String> indexed, long rows, boolean isTable) {
        this(id, columns, key, key.isEmpty() ? Set.of() : Set.of(Set.copyOf(key)), indexed, rows, isTable, false, "");
    }

    /** Whether no two rows can have the same values in these columns. */
    boolean isUnique(List<String> names) {
        return unique.stream().anyMatch(names::containsAll);
    }

    Optional<ColumnFacts> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    List<String> columnNames() {
        return columns.stream().map(ColumnFacts::name).toList();
    }
}
