package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;

/** The contract of dialects on MariaDB. */
final class MariaDbDialectTest extends DialectContract {

    private final MariaDbServer server = MariaDbServer.shared();
    private String database;

    @BeforeEach
    void makeDatabase() throws SQLException {
        database = server.database();
    }

    @Override
    Map<String, Object> connection() {
        return Map.of("url", server.url(database), "user", "root");
    }

    @Override
    Connection connect() throws SQLException {
        return server.connect(database);
    }

    @Override
    Object read(ResultSet found, Type type) throws SQLException {
        return switch (type.kind()) {
            case DECIMAL -> new BigDecimal(found.getString(1));
            case DATE -> LocalDate.parse(found.getString(1));
            case TIME -> LocalTime.parse(found.getString(1));
            case TIMESTAMP -> LocalDateTime.parse(found.getString(1).replace(' ', 'T'));
            case TIMESTAMPTZ -> Instant.parse(found.getString(1).replace(' ', 'T') + "Z");
            default -> super.read(found, type);
        };
    }

    @Override
    Set<String> refusedEdges() {
        return Set.of();
    }
}
