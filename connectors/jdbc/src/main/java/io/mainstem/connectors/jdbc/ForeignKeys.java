package io.mainstem.connectors.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the foreign keys of a table by the driver's metadata. */
final class ForeignKeys {

    private ForeignKeys() {}

    /** A column of one. */
    private record Part(String key, String parent, boolean isOwn, String column, String parentColumn) {}

    /**
     * Reads them.
     *
     * @param catalogs whether the driver calls a schema a catalog
     */
    static List<ForeignKey> read(Connection connection, Dialect dialect, TableName table, boolean catalogs)
            throws SQLException {
        Map<String, List<Part>> parts = new LinkedHashMap<>();
        for (Part part : parts(connection, dialect, table, catalogs)) {
            parts.computeIfAbsent(part.key(), key -> new ArrayList<>()).add(part);
        }
        return parts.values().stream().map(ForeignKeys::key).toList();
    }

    private static ForeignKey key(List<Part> parts) {
        return new ForeignKey(
                parts.get(0).key(),
                parts.get(0).parent(),
                parts.get(0).isOwn(),
                parts.stream().map(Part::column).toList(),
                parts.stream().map(Part::parentColumn).toList());
    }

    private static List<Part> parts(Connection connection, Dialect dialect, TableName table, boolean catalogs)
            throws SQLException {
        String catalog = catalogs ? table.schema().orElse(connection.getCatalog()) : connection.getCatalog();
        String schema = catalogs ? null : table.schema().orElse(connection.getSchema());
        List<Part> parts = new ArrayList<>();
        int unnamed = 0;
        try (ResultSet found = connection.getMetaData().getImportedKeys(catalog, schema, table.name())) {
            while (found.next()) {
                Optional<String> in = Optional.ofNullable(found.getString(catalogs ? "PKTABLE_CAT" : "PKTABLE_SCHEM"));
                String parent = dialect.quote(new TableName(in, found.getString("PKTABLE_NAME")));
                String name = found.getString("FK_NAME");
                unnamed += found.getInt("KEY_SEQ") <= 1 ? 1 : 0;
                parts.add(new Part(
                        name == null || name.isEmpty() ? "number " + unnamed : name,
                        parent,
                        isOwn(table, in, found.getString("PKTABLE_NAME")),
                        found.getString("FKCOLUMN_NAME"),
                        found.getString("PKCOLUMN_NAME")));
            }
        }
        return parts;
    }

    private static boolean isOwn(TableName table, Optional<String> schema, String name) {
        boolean isElsewhere = table.schema().isPresent()
                && schema.isPresent()
                && !table.schema().equals(schema);
        return table.name().equals(name) && !isElsewhere;
    }
}
