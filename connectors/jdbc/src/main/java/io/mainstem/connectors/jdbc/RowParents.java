package io.mainstem.connectors.jdbc;

import io.mainstem.api.RecordException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks any database for the parents of rows: once for each parent, however many rows point to it. For the state of the database at one moment,
 * within a transaction. Not thread-safe.
 */
final class RowParents {

    private final Connection connection;
    private final Dialect dialect;
    private final Map<TableName, List<ForeignKey>> keys = new HashMap<>();
    private final Map<ForeignKey, Map<List<Object>, Optional<RecordException>>> answers = new HashMap<>();

    RowParents(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    /** Why a row cannot be: the first of its foreign keys whose parent is not there. A row that can be is one for those behind it. */
    Optional<RecordException> lacking(TablePlan plan, List<@Nullable Object> parameters) throws SQLException {
        if (!plan.effect().writesRows()) {
            return Optional.empty();
        }
        List<ForeignKey> all = keys(plan.table().name());
        for (ForeignKey key : all) {
            Optional<RecordException> missing = missing(key, plan, parameters);
            if (missing.isPresent()) {
                return missing;
            }
        }
        for (ForeignKey key : all) {
            if (key.isOwn()) {
                values(key.parentColumns(), plan, parameters)
                        .ifPresent(values -> answers(key).put(values, Optional.empty()));
            }
        }
        return Optional.empty();
    }

    private Map<List<Object>, Optional<RecordException>> answers(ForeignKey key) {
        return answers.computeIfAbsent(key, other -> new HashMap<>());
    }

    /** The values of columns; empty when one has none. */
    private static Optional<List<Object>> values(
            List<String> columns, TablePlan plan, List<@Nullable Object> parameters) {
        List<Object> values = new ArrayList<>();
        for (String column : columns) {
            int place = plan.indexOf(column);
            Object value = place < 0 ? null : parameters.get(place);
            if (value == null) {
                return Optional.empty();
            }
            values.add(value);
        }
        return Optional.of(values);
    }

    private List<ForeignKey> keys(TableName table) throws SQLException {
        List<ForeignKey> known = keys.get(table);
        if (known == null) {
            known = dialect.foreignKeys(connection, table);
            keys.put(table, known);
        }
        return known;
    }

    private Optional<RecordException> missing(ForeignKey key, TablePlan plan, List<@Nullable Object> parameters)
            throws SQLException {
        List<Object> asked = values(key.columns(), plan, parameters).orElse(List.of());
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        Map<List<Object>, Optional<RecordException>> known = answers(key);
        Optional<RecordException> answer = known.get(asked);
        if (answer == null) {
            answer = isThere(key, asked)
                    ? Optional.empty()
                    : Optional.of(key.missing(
                            plan.table().name(),
                            asked.stream().map(String::valueOf).collect(Collectors.joining(", "))));
            known.put(asked, answer);
        }
        return answer;
    }

    private boolean isThere(ForeignKey key, List<Object> values) throws SQLException {
        String where = key.parentColumns().stream()
                .map(column -> dialect.quote(column) + " = ?")
                .collect(Collectors.joining(" AND "));
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT 1 FROM " + key.parent() + " WHERE " + where)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            try (ResultSet found = statement.executeQuery()) {
                return found.next();
            }
        }
    }
}
