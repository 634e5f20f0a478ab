package io.mainstem.connectors.jdbc;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table that the database has.
 *
 * @param name its name, with the schema where there are schemas
 * @param identity what tells it from another table that takes its name later
 * @param primaryKey the columns of the primary key, in order; may be none
 * @param uniqueKeys the sets of columns that are unique, the primary key among them
 */
record TableInfo(
        TableName name,
        String identity,
        List<ColumnInfo> columns,
        List<String> primaryKey,
        List<Set<String>> uniqueKeys) {

    Optional<ColumnInfo> column(String columnName) {
        return columns.stream()
                .filter(column -> column.name().equals(columnName))
                .findFirst();
    }

    List<String> columnNames() {
        return columns.stream().map(ColumnInfo::name).toList();
    }

    /** The same, some of whose columns the server reads from texts. */
    TableInfo readingFromText(List<ColumnName> names) {
        List<ColumnInfo> read = columns.stream()
                .map(column -> names.stream().anyMatch(wanted -> wanted.is(name, column.name()))
                        ? column.readFromText()
                        : column)
                .toList();
        return new TableInfo(name, identity, read, primaryKey, uniqueKeys);
    }

    boolean isUnique(List<String> key) {
        return uniqueKeys.contains(new HashSet<>(key));
    }
}
