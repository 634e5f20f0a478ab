package io.mainstem.connectors.jdbc;

import io.mainstem.api.Row;
import io.mainstem.api.SinkFactory;
import io.mainstem.testkit.SinkContract;
import io.mainstem.testkit.SinkHarness;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at a table of the contract's rows. */
final class SqlHarness implements SinkHarness {

    /** Opens connections for looking. */
    interface Connector {
        Connection connect() throws SQLException;
    }

    private final Connector connector;
    private final Map<String, Object> options;

    private final AutoCloseable database;
    private boolean takesNul;

    SqlHarness(Connector connector, Map<String, Object> options) {
        this(connector, options, () -> {});
    }

    /** With something that is closed at the end. */
    SqlHarness(Connector connector, Map<String, Object> options, AutoCloseable database) {
        this.connector = connector;
        this.options = options;
        this.database = database;
    }

    /** For a database that stores the character U+0000 like others, so that a row with it is not bad. */
    SqlHarness takingNul() {
        takesNul = true;
        return this;
    }

    @Override
    public SinkFactory factory() {
        return new JdbcSinkFactory();
    }

    @Override
    public Map<String, ?> options() {
        return options;
    }

    @Override
    public Optional<Map<String, ?>> deletingOptions() {
        Map<String, Object> deleting = new HashMap<>(options);
        deleting.put("mode", "upsert");
        deleting.put("delete", "true");
        return Optional.of(deleting);
    }

    @Override
    public List<Map<String, Object>> rows() throws SQLException {
        try (Connection connection = connector.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT * FROM \"contract\"")) {
            List<Map<String, Object>> rows = new ArrayList<>();
            while (found.next()) {
                rows.add(row(found));
            }
            return rows;
        }
    }

    private static Map<String, Object> row(ResultSet found) throws SQLException {
        Map<String, Object> row = new HashMap<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
            String name = found.getMetaData().getColumnName(i);
            row.put(
                    name,
                    switch (name) {
                        case "id" -> found.getLong(i);
                        case "amount" ->
                            Optional.ofNullable(found.getString(i))
                                    .map(BigDecimal::new)
                                    .orElse(null);
                        default -> found.getString(i);
                    });
        }
        return row;
    }

    @Override
    public void close() {
        try {
            database.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<Row> badRow(long id) {
        if (takesNul) {
            return Optional.empty();
        }
        return Optional.of(Row.of(SinkContract.SCHEMA, id, "a\0b", BigDecimal.ONE.setScale(2)));
    }
}
