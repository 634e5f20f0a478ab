package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.UuidText;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** MySQL's: times are the texts of a session in UTC, truths are numbers. */
final class MySqlValues implements JdbcValues {

    @Override
    public @Nullable Object get(ResultSet row, int column, Type type) throws SQLException, UnreadableValueException {
        Object value = switch (type.kind()) {
            case BOOLEAN -> truth(row.getLong(column));
            case INT8, INT16, INT32, INT64 -> row.getLong(column);
            case FLOAT32 -> (float) row.getDouble(column);
            case FLOAT64 -> row.getDouble(column);
            case DECIMAL -> row.getBigDecimal(column);
            case BYTES -> row.getBytes(column);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID -> parsed(row.getString(column), type);
            default -> row.getString(column);
        };
        return row.wasNull() ? null : value;
    }

    private static Boolean truth(long number) throws UnreadableValueException {
        if (number != 0 && number != 1) {
            throw new UnreadableValueException(number + " is neither 0 nor 1, as a boolean is");
        }
        return number == 1;
    }

    private static @Nullable Object parsed(@Nullable String text, Type type) throws UnreadableValueException {
        if (text == null) {
            return null;
        }
        try {
            return switch (type.kind()) {
                case DATE -> LocalDate.parse(text);
                case TIME -> LocalTime.parse(text);
                case TIMESTAMP -> LocalDateTime.parse(text.replace(' ', 'T'));
                case TIMESTAMPTZ -> LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
                default -> UuidText.parse(text);
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new UnreadableValueException(Exact.shown(text) + " is no " + type);
        }
    }

    @Override
    public void set(PreparedStatement statement, int parameter, OrderColumn column, String value) throws SQLException {
        switch (column.type().kind()) {
            case BOOLEAN -> statement.setBoolean(parameter, Boolean.parseBoolean(value));
            case INT8, INT16, INT32, INT64 -> statement.setLong(parameter, Long.parseLong(value));
            case FLOAT32, FLOAT64 -> statement.setDouble(parameter, Double.parseDouble(value));
            case DECIMAL -> statement.setBigDecimal(parameter, new BigDecimal(value));
            case BYTES -> statement.setBytes(parameter, HexFormat.of().parseHex(value.substring(2)));
            case TIMESTAMP -> statement.setString(parameter, value.replace('T', ' '));
            case TIMESTAMPTZ ->
                statement.setString(parameter, value.replace('T', ' ').replace("Z", ""));
            default -> statement.setString(parameter, value);
        }
    }
}
