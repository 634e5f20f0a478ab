package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.UuidText;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQLite's: a value is what it is, whatever its column was declared as. */
final class SqliteValues implements JdbcValues {

    @Override
    public @Nullable Object get(ResultSet row, int column, Type type) throws SQLException, UnreadableValueException {
        Object value = row.getObject(column);
        if (value instanceof Double number && type.kind() == Type.Kind.DECIMAL && Double.isFinite(number)) {
            return BigDecimal.valueOf(number);
        }
        return value instanceof String text ? parsed(text, type) : value;
    }

    private static Object parsed(String text, Type type) throws UnreadableValueException {
        try {
            return switch (type.kind()) {
                case DECIMAL -> new BigDecimal(text);
                case DATE -> LocalDate.parse(text);
                case TIME -> LocalTime.parse(text);
                case TIMESTAMP -> LocalDateTime.parse(text.replace(' ', 'T'));
                case TIMESTAMPTZ -> Instant.parse(text.replace(' ', 'T'));
                case UUID -> UuidText.parse(text);
                default -> text;
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new UnreadableValueException(Exact.shown(text) + " is no " + type);
        }
    }

    @Override
    public void set(PreparedStatement statement, int parameter, OrderColumn column, String value) throws SQLException {
        switch (column.type().kind()) {
            case INT8, INT16, INT32, INT64 -> statement.setLong(parameter, Long.parseLong(value));
            case FLOAT32, FLOAT64 -> statement.setDouble(parameter, Double.parseDouble(value));
            default -> statement.setString(parameter, value);
        }
    }
}
