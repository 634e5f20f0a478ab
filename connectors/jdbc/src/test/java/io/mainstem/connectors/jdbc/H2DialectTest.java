package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.Field;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.Schema;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.Type;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    @Test
    void aPlanDoesNotMakeTheFileOfADatabase() throws Exception {
        String file = "jdbc:h2:file:" + folder.resolve("missing");
        Plan plan = ((Plannable) open("url", file))
                .plan(StreamSchema.of("orders", Schema.of("orders", Field.required("id", Type.INT64)), List.of()));
        assertThat(plan.changes())
                .extracting(Plan.Request::purpose)
                .containsExactly("make the database", "make the table of offsets", "make the table");
        assertThat(folder).isEmptyDirectory();
    }
}
