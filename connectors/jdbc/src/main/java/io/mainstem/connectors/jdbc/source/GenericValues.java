package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.UuidText;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** By the getters and setters that JDBC has for each type. */
final class GenericValues implements JdbcValues {

    @Override
    public @Nullable Object get(ResultSet row, int column, Type type) throws SQLException {
        Object value = switch (type.kind()) {
            case BOOLEAN -> row.getBoolean(column);
            case INT8, INT16, INT32, INT64 -> row.getLong(column);
            case FLOAT32 -> row.getFloat(column);
            case FLOAT64 -> row.getDouble(column);
            case DECIMAL -> row.getBigDecimal(column);
            case BYTES -> row.getBytes(column);
            case DATE -> row.getObject(column, LocalDate.class);
            case TIME -> row.getObject(column, LocalTime.class);
            case TIMESTAMP -> row.getObject(column, LocalDateTime.class);
            case TIMESTAMPTZ -> instant(row.getObject(column, OffsetDateTime.class));
            case UUID -> uuid(row.getObject(column));
            default -> row.getString(column);
        };
        return row.wasNull() ? null : value;
    }

    private static @Nullable Object instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static @Nullable Object uuid(@Nullable Object value) {
        return value == null || value instanceof UUID ? value : UuidText.parse(value.toString());
    }

    @Override
    public void set(PreparedStatement statement, int parameter, OrderColumn column, String value) throws SQLException {
        switch (column.type().kind()) {
            case BOOLEAN -> statement.setBoolean(parameter, Boolean.parseBoolean(value));
            case INT8, INT16, INT32, INT64 -> statement.setLong(parameter, Long.parseLong(value));
            case FLOAT32, FLOAT64 -> statement.setDouble(parameter, Double.parseDouble(value));
            case DECIMAL -> statement.setBigDecimal(parameter, new BigDecimal(value));
            case BYTES -> statement.setBytes(parameter, HexFormat.of().parseHex(value.substring(2)));
            case DATE -> statement.setObject(parameter, LocalDate.parse(value));
            case TIME -> statement.setObject(parameter, LocalTime.parse(value));
            case TIMESTAMP -> statement.setObject(parameter, LocalDateTime.parse(value.replace(' ', 'T')));
            case TIMESTAMPTZ ->
                statement.setObject(parameter, Instant.parse(value).atOffset(ZoneOffset.UTC));
            case UUID -> statement.setObject(parameter, UuidText.parse(value));
            default -> statement.setString(parameter, value);
        }
    }
}
