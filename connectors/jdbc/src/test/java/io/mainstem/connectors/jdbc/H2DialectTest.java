package io.mainstem.connectors.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of dialects on H2. */
final class H2DialectTest extends DialectContract {

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID();
    private Connection keepsItAlive;

    @BeforeEach
    void open() throws SQLException {
        keepsItAlive = connect();
    }

    @AfterEach
    void close() throws SQLException {
        keepsItAlive.close();
    }

    @Override
    Map<String, Object> connection() {
        return Map.of("url", url);
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    @Override
    Set<String> refusedEdges() {
        return Set.of();
    }
}
