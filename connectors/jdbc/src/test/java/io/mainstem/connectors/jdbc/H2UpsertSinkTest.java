package io.mainstem.connectors.jdbc;

import io.mainstem.testkit.SinkContract;
import io.mainstem.testkit.SinkHarness;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/** The sink's contract on H2, mode upsert, into a table that it makes. */
final class H2UpsertSinkTest extends SinkContract {

    @Override
    protected SinkHarness open() throws SQLException {
        String url = "jdbc:h2:mem:" + UUID.randomUUID();
        Connection keepsItAlive = DriverManager.getConnection(url);
        return new SqlHarness(
                        () -> DriverManager.getConnection(url),
                        Map.of("url", url, "mode", "upsert", "evolve", "add"),
                        keepsItAlive)
                .takingNul();
    }
}
