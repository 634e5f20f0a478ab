package io.mainstem.connectors.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;

/** The contract of dialects on PostgreSQL. */
final class PostgreSqlDialectTest extends DialectContract {

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.database();

    @Override
    Map<String, Object> connection() {
        return Map.of("url", server.url(database), "user", server.user(), "password", server.password());
    }

    @Override
    Connection connect() throws SQLException {
        return server.connect(database);
    }

    @Override
    Set<String> refusedEdges() {
        return Set.of("string a\\0b", "timestamp(9) 2026-01-02T03:04:05.123456789");
    }
}
