package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** SQL Server, 2016 and later. */
final class SqlServerDialect extends SqlDialect {

    private static final int DIGITS_MAX = 38;
    private static final String BINARY = " COLLATE Latin1_General_100_BIN2";

    @Override
    public String name() {
        return "SQL Server";
    }

    @Override
    public List<String> prefixes() {
        return List.of("jdbc:sqlserver:");
    }

    @Override
    public Map<String, String> driverProperties(Duration connectTimeout, Duration statementTimeout) {
        return Map.of(
                "loginTimeout", String.valueOf(Math.max(1, connectTimeout.toSeconds())),
                "queryTimeout", String.valueOf(Math.max(1, statementTimeout.toSeconds())),
                "sendTimeAsDatetime", "false");
    }

    /** ANSI_WARNINGS: a value that is too long is an error and not cut. */
    @Override
    public List<String> sessionStatements(Duration statementTimeout) {
        return List.of("SET ANSI_WARNINGS ON", "SET XACT_ABORT OFF", "SET LOCK_TIMEOUT 10000");
    }

    @Override
    public String nameIdentity(String identifier) {
        return identifier.toLowerCase(Locale.ROOT);
    }

    @Override
    public String ledgerText(int length) {
        return "NVARCHAR(" + length + ")" + BINARY;
    }

    @Override
    public String selectLocked(String columns, String table, String where) {
        return "SELECT " + columns + " FROM " + table + " WITH (UPDLOCK, ROWLOCK, HOLDLOCK) WHERE " + where;
    }

    @Override
    public String selectAny(String table) {
        return "SELECT TOP 1 1 FROM " + table;
    }

    @Override
    public String nullable() {
        return " NULL";
    }

    @Override
    public String columnType(Type type, boolean key) {
        return switch (type.kind()) {
            case BOOLEAN -> "BIT";
            case INT8, INT16 -> "SMALLINT";
            case INT32 -> "INT";
            case INT64 -> "BIGINT";
            case FLOAT32 -> "REAL";
            case FLOAT64 -> "FLOAT(53)";
            case DECIMAL ->
                type.precision() > 0 && type.precision() <= DIGITS_MAX
                        ? "DECIMAL(" + type.precision() + ", " + type.scale() + ")"
                        : text(key);
            case STRING, JSON, ARRAY, MAP, STRUCT -> text(key);
            case BYTES -> key ? "VARBINARY(400)" : "VARBINARY(MAX)";
            case DATE -> "DATE";
            case TIME -> "TIME(7)";
            case TIMESTAMP -> "DATETIME2(7)";
            case TIMESTAMPTZ -> "DATETIMEOFFSET(7)";
            case UUID -> "UNIQUEIDENTIFIER";
        };
    }

    private static String text(boolean key) {
        return (key ? "NVARCHAR(400)" : "NVARCHAR(MAX)") + BINARY;
    }

    @Override
    public Optional<Type> typeOf(String typeName, int size, int digits) {
        return Optional.ofNullable(
                switch (typeName) {
                    case "bit" -> Type.BOOLEAN;
                    case "tinyint" -> Type.INT16;
                    case "smallint" -> Type.INT16;
                    case "int", "int identity" -> Type.INT32;
                    case "bigint", "bigint identity" -> Type.INT64;
                    case "real" -> Type.FLOAT32;
                    case "float" -> Type.FLOAT64;
                    case "decimal", "numeric" -> Type.decimal(size, digits);
                    case "money" -> Type.decimal(19, 4);
                    case "smallmoney" -> Type.decimal(10, 4);
                    case "nvarchar", "nchar", "ntext" -> Type.STRING;
                    case "varbinary" -> Type.BYTES;
                    case "date" -> Type.DATE;
                    case "time" -> Type.time(9);
                    case "datetime2" -> Type.timestamp(9);
                    case "datetimeoffset" -> Type.timestamptz(9);
                    case "uniqueidentifier" -> Type.UUID;
                    // varchar has a code page that may lack characters; datetime rounds to 3 milliseconds.
                    default -> null;
                });
    }

    @Override
    public Object parameter(Type column, Object value) {
        return value instanceof UUID ? value.toString() : super.parameter(column, value);
    }

    @Override
    public Optional<String> changed(Type column, String typeName, Object value) {
        boolean outside = value instanceof LocalDate date && isOutside(date)
                || value instanceof LocalDateTime time && isOutside(time.toLocalDate())
                || value instanceof Instant instant && isOutside(LocalDate.ofInstant(instant, ZoneOffset.UTC));
        if (outside) {
            return Optional.of("is outside what SQL Server's dates hold (the years 1 to 9999)");
        }
        return isNotFinite(value) ? Optional.of("is not a number that SQL Server has") : Optional.empty();
    }

    private static boolean isNotFinite(Object value) {
        return (value instanceof Double || value instanceof Float) && !Double.isFinite(((Number) value).doubleValue());
    }

    private static boolean isOutside(LocalDate date) {
        return date.getYear() < 1 || date.getYear() > 9999;
    }

    @Override
    public String upsert(String table, List<String> columns, List<String> key) {
        return merge(
                                table + " WITH (HOLDLOCK)",
                                "(VALUES ("
                                        + columns.stream().map(column -> "?").collect(Collectors.joining(", "))
                                        + ")) s (" + String.join(", ", columns) + ")",
                                columns,
                                key)
                        .replace(" WITH (HOLDLOCK) t ", " WITH (HOLDLOCK) AS t ")
                + ";";
    }

    @Override
    public List<String> widenColumn(String table, String column, String type, boolean nullable, boolean filled) {
        return List.of(
                "ALTER TABLE " + table + " ALTER COLUMN " + column + " " + type + (nullable ? " NULL" : " NOT NULL"));
    }

    @Override
    public List<String> savepoint(String name) {
        return List.of("SAVE TRANSACTION " + name, "ROLLBACK TRANSACTION " + name, "");
    }

    @Override
    public Fault fault(SQLException error) {
        return switch (error.getErrorCode()) {
            case 547 -> String.valueOf(error.getMessage()).contains("FOREIGN KEY") ? Fault.FOREIGN_KEY : Fault.RECORD;
            // Null, duplicates, too long, out of range, not convertible, raised by a trigger.
            case 515, 2601, 2627, 2628, 8152, 220, 232, 241, 242, 245, 295, 8114, 8115, 50000 -> Fault.RECORD;
            // Login, database, permission, names, syntax, columns.
            case 18456, 4060, 229, 208, 207, 102, 2812, 213, 544 -> Fault.STOP;
            default -> Fault.RETRY;
        };
    }
}
