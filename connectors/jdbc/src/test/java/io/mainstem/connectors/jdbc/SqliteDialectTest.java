package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Map;
import java.util.Set;

/** The contract of dialects on SQLite. */
final class SqliteDialectTest extends DialectContract {

    @Override
    Map<String, Object> connection() {
        return Map.of("url", "jdbc:sqlite:target.db");
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("target.db"));
    }

    @Override
    Object read(ResultSet found, Type type) throws SQLException {
        return switch (type.kind()) {
            case DECIMAL -> new BigDecimal(found.getString(1));
            case DATE -> LocalDate.parse(found.getString(1));
            case TIME -> LocalTime.parse(found.getString(1));
            case TIMESTAMP -> LocalDateTime.parse(found.getString(1));
            case TIMESTAMPTZ -> Instant.parse(found.getString(1));
            default -> super.read(found, type);
        };
    }

    /** Its columns hold texts of any length; numbers keep their digits as texts. */
    @Override
    boolean widens() {
        return false;
    }

    @Override
    Set<String> refusedEdges() {
        return Set.of("string a\\0b", "float32 NaN", "float64 NaN");
    }
}
