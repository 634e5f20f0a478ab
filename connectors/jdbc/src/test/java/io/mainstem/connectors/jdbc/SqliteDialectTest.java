package io.mainstem.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Field;
import io.mainstem.api.Plannable;
import io.mainstem.api.Schema;
import io.mainstem.api.Sink;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.api.Type;
import io.mainstem.testkit.SinkRuntime;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

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
    public boolean widens() {
        return false;
    }

    @Override
    Set<String> refusedEdges() {
        return Set.of("string a\\0b", "float32 NaN", "float64 NaN");
    }

    @Test
    void tablesWhoseNamesDifferInCaseAloneStopTheSinkAndItsPlan() throws Exception {
        SinkRuntime upper = new SinkRuntime(new TopicPartition("Orders", UUID.randomUUID(), 0));
        SinkRuntime lower = new SinkRuntime(new TopicPartition("orders", UUID.randomUUID(), 0));
        Sink sink = open("table", "{topic}");
        assertThatThrownBy(() -> sink.assign(Set.of(upper.partition(), lower.partition()), upper.context()))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("one table to SQLite");
        Schema schema = Schema.of("o", Field.required("id", Type.INT64));
        Plannable plannable = (Plannable) open("table", "{topic}");
        plannable.plan(StreamSchema.of("Orders", schema, List.of("id")));
        assertThatThrownBy(() -> plannable.plan(StreamSchema.of("orders", schema, List.of("id"))))
                .hasMessageContaining("one table to SQLite");
    }
}
