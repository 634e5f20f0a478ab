package io.mainstem.connectors.jdbc;

import io.mainstem.api.RecordException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds all rows at once that a foreign key of PostgreSQL refuses: they are copied into a temporary table, and asked for their parents.
 * For one connection, in its transaction; nothing stays of it. Not thread-safe.
 */
final class PgParents {

    private static final String KEY =
            "SELECT c.confrelid::regclass::text, c.confrelid = c.conrelid, " + columns("conkey", "conrelid") + ", "
                    + columns("confkey", "confrelid")
                    + " FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = to_regclass(?) AND c.conname = ?";

    private final Connection connection;
    private final Dialect dialect;

    /** Sends the rows by a statement. */
    interface Copy {
        void by(String copy) throws SQLException;
    }

    PgParents(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    private static String columns(String numbers, String table) {
        return "(SELECT array_agg(a.attname::text ORDER BY k.place) FROM unnest(c." + numbers
                + ") WITH ORDINALITY AS k(number, place) JOIN pg_attribute a ON a.attrelid = c." + table
                + " AND a.attnum = k.number)";
    }

    /**
     * The rows that lack the row which a constraint wants, by their places among those that are sent, from 0, with the reason.
     *
     * @param rows sends them
     */
    Map<Integer, RecordException> lacking(CopyStage stage, TablePlan plan, String constraint, Copy rows)
            throws SQLException {
        Optional<ForeignKey> key = find(plan.table().name(), constraint);
        Optional<String> search = key.flatMap(stage::search);
        if (search.isEmpty()) {
            return Map.of();
        }
        execute(stage.makeSearch());
        rows.by(stage.copyToSearch());
        Map<Integer, RecordException> found =
                read(search.get(), key.get(), plan.table().name());
        execute(stage.dropSearch());
        return found;
    }

    private Optional<ForeignKey> find(TableName table, String constraint) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KEY)) {
            statement.setString(1, dialect.quote(table));
            statement.setString(2, constraint);
            try (ResultSet found = statement.executeQuery()) {
                return found.next()
                        ? Optional.of(new ForeignKey(
                                constraint,
                                found.getString(1),
                                found.getBoolean(2),
                                texts(found.getArray(3)),
                                texts(found.getArray(4))))
                        : Optional.empty();
            }
        }
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    /** Rows that lack the same one have one reason. */
    private Map<Integer, RecordException> read(String search, ForeignKey key, TableName table) throws SQLException {
        Map<String, RecordException> reasons = new HashMap<>();
        Map<Integer, RecordException> lacking = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(search)) {
            while (found.next()) {
                lacking.put(
                        found.getInt(1) - 1,
                        reasons.computeIfAbsent(found.getString(2), values -> key.missing(table, values)));
            }
        }
        return lacking;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
