package io.mainstem.connectors.jdbc;

import io.mainstem.testkit.SinkContract;
import io.mainstem.testkit.SinkHarness;
import java.sql.SQLException;
import java.util.Map;

/** The sink's contract on MySQL or MariaDB, mode upsert, into a table that it makes. */
final class MySqlServerUpsertSinkTest extends SinkContract {

    @Override
    protected SinkHarness open() throws SQLException {
        MySqlServer server = MySqlServer.shared();
        String database = server.database();
        return new SqlHarness(
                        () -> server.connect(database),
                        Map.of("url", server.url(database), "user", "root", "mode", "upsert", "evolve", "add"))
                .takingNul();
    }
}
