package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Origin;
import io.mainstem.api.Scalar;
import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of dialects on MySQL or MariaDB. */
final class MySqlServerDialectTest extends DialectContract {

    private final MySqlServer server = MySqlServer.shared();
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

    @Test
    void aRowThatAnotherUniqueIndexFindsIsNotReplaced() throws Exception {
        execute("CREATE TABLE \"orders\" (\"id\" bigint PRIMARY KEY, \"name\" varchar(20) UNIQUE, \"amount\" decimal(10,2))");
        put(1, "x");
        put(2, "y");
        put(3, "x");
        put(2, "z");
        run(log().batchSize(10), "mode", "upsert", "key", "id");
        assertThat(query("SELECT \"id\", \"name\" FROM \"orders\" ORDER BY 1"))
                .containsExactly(List.of("1", "x"), List.of("2", "z"));
        assertThat(log().deadLetters()).extracting(Origin::offset).containsExactly(2L);
    }

    @Test
    void keysThatTheCollationOfAColumnTakesForEqualAreToldApart() throws Exception {
        execute("CREATE TABLE \"orders\" (\"id\" bigint, \"name\" varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY, "
                + "\"amount\" decimal(10,2))");
        put(1, "a");
        put(2, "A");
        put(3, "ä");
        put(4, "b");
        log().append(Message.of(Operation.DELETE, Scalar.text("B"), null).withTimestamp(START));
        put(5, "a");
        run(log().batchSize(10), "mode", "upsert", "key", "name", "delete", "true");
        assertThat(query("SELECT \"id\", \"name\" FROM \"orders\" ORDER BY 1"))
                .containsExactly(List.of("4", "b"), List.of("5", "a"));
        assertThat(log().deadLetters()).extracting(Origin::offset).containsExactlyInAnyOrder(1L, 2L);
    }

    /** MySQL before 8.0.16 takes checks and forgets them. */
    @Override
    public void makeTableWithoutBadNames() throws SQLException {
        execute(
                "CREATE TABLE \"orders\" (\"id\" bigint NOT NULL PRIMARY KEY, \"name\" varchar(20), \"amount\" decimal(10,2))",
                "CREATE TRIGGER refuse BEFORE INSERT ON \"orders\" FOR EACH ROW IF NEW.\"name\" = 'bad' THEN SIGNAL SQLSTATE '45000'; "
                + "END IF");
    }

    @Override
    Set<String> refusedEdges() {
        return Set.of(
                "date -0043-03-15",
                "decimal 1E-200",
                "decimal 9999999999... (80)",
                "float32 NaN",
                "float64 -Infinity",
                "float64 NaN",
                "timestamp -0043-03-15T12:00",
                "timestamp(9) 2026-01-02T03:04:05.123456789",
                "timestamptz -0043-03-15T12:00:00Z",
                "timestamptz 1969-12-31T23:59:59Z",
                "timestamptz 2038-01-19T03:14:08Z");
    }
}
