package io.mainstem.connectors.jdbc;

import io.mainstem.testkit.SinkContract;
import io.mainstem.testkit.SinkHarness;
import java.util.Map;

/** The sink's contract on PostgreSQL, mode upsert. */
final class PostgreSqlUpsertSinkTest extends SinkContract {

    @Override
    protected SinkHarness open() {
        PostgresServer server = PostgresServer.shared();
        String database = server.database();
        return new SqlHarness(
                () -> server.connect(database),
                Map.of(
                        "url",
                        server.url(database),
                        "user",
                        server.user(),
                        "password",
                        server.password(),
                        "mode",
                        "upsert",
                        "key",
                        "id",
                        "evolve",
                        "add"));
    }
}
