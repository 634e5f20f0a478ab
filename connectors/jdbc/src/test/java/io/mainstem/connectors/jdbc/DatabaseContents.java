package io.mainstem.connectors.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** All that is in a database of PostgreSQL, as lines: tables with their columns, indexes, sequences, and rows. */
public final class DatabaseContents {

    private static final String STRUCTURE = """
            SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable FROM information_schema.columns
            WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            UNION ALL SELECT sequencename || ' ' || coalesce(last_value, -1) FROM pg_sequences
            ORDER BY 1""";
    private static final String TABLES =
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";

    private DatabaseContents() {}

    /** Reads all of it. */
    public static List<String> of(Connection connection) throws SQLException {
        List<String> lines = new ArrayList<>(query(connection, STRUCTURE));
        for (String table : query(connection, TABLES)) {
            lines.addAll(query(connection, "SELECT t::text FROM \"" + table + "\" t ORDER BY 1"));
        }
        return lines;
    }

    private static List<String> query(Connection connection, String sql) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                lines.add(found.getString(1));
            }
        }
        return lines;
    }
}
