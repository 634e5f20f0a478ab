package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Factory;
import io.mainstem.connectors.jdbc.DatabaseContents;
import io.mainstem.testkit.PlanContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a plan of the source leaves as it was. */
final class SourcePlanTest extends PlanContract {

    private final PostgreSqlTable table;

    SourcePlanTest() throws SQLException {
        table = PostgreSqlTable.create(
                "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)",
                "INSERT INTO orders (name) SELECT 'order ' || n FROM generate_series(1, 100) n");
    }

    @Override
    protected Factory<?> factory() {
        return new JdbcSourceFactory();
    }

    @Override
    protected Map<String, ?> prepare() {
        return table.options("table", "orders", "mode", "incrementing", "cursor", "id");
    }

    @Override
    protected Object outside() throws SQLException {
        try (Connection connection = table.connect()) {
            return DatabaseContents.of(connection);
        }
    }

    @Override
    protected Optional<Map<String, ?>> askingTheDeaf(int port) {
        Map<String, Object> deaf = new HashMap<>(table.options("table", "orders", "connect-timeout", "1s"));
        deaf.put("url", "jdbc:postgresql://127.0.0.1:" + port + "/none");
        return Optional.of(deaf);
    }
}
