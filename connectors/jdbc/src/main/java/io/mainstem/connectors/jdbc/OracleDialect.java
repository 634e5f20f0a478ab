package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Oracle, 12.2 and later. It knows no empty text: one is refused where a text is wanted, since it would become null. */
final class OracleDialect extends SqlDialect {

    private static final int DIGITS_MAX = 38;
    private static final int TEXT_BYTES = 4000;

    @Override
    public String name() {
        return "Oracle";
    }

    @Override
    public List<String> prefixes() {
        return List.of("jdbc:oracle:");
    }

    @Override
    public Map<String, String> driverProperties(Duration connectTimeout, Duration statementTimeout) {
        return Map.of(
                "oracle.net.CONNECT_TIMEOUT", String.valueOf(connectTimeout.toMillis()),
                "oracle.jdbc.ReadTimeout", String.valueOf(statementTimeout.toMillis() + 10_000));
    }

    @Override
    public int nameLengthMax() {
        return 128;
    }

    @Override
    public String bigint() {
        return "NUMBER(19)";
    }

    @Override
    public String ledgerText(int length) {
        return "VARCHAR2(" + length + " CHAR)";
    }

    @Override
    public String selectAny(String table) {
        return "SELECT 1 FROM " + table + " WHERE ROWNUM = 1";
    }

    @Override
    public String columnType(Type type, boolean key) {
        return switch (type.kind()) {
            case BOOLEAN -> "NUMBER(1)";
            case INT8, INT16 -> "NUMBER(5)";
            case INT32 -> "NUMBER(10)";
            case INT64 -> "NUMBER(19)";
            case FLOAT32 -> "BINARY_FLOAT";
            case FLOAT64 -> "BINARY_DOUBLE";
            case DECIMAL ->
                type.precision() == 0
                        ? "NUMBER"
                        : type.precision() <= DIGITS_MAX
                                ? "NUMBER(" + type.precision() + ", " + type.scale() + ")"
                                : text(key);
            case STRING, JSON, ARRAY, MAP, STRUCT -> text(key);
            case BYTES -> key ? "RAW(1000)" : "BLOB";
            case DATE -> "DATE";
            case TIME -> "VARCHAR2(18)";
            case TIMESTAMP -> "TIMESTAMP(9)";
            case TIMESTAMPTZ -> "TIMESTAMP(9) WITH TIME ZONE";
            case UUID -> "CHAR(36)";
        };
    }

    private static String text(boolean key) {
        return key ? "VARCHAR2(1000 CHAR)" : "CLOB";
    }

    @Override
    public Optional<Type> typeOf(String typeName, int size, int digits) {
        return Optional.ofNullable(
                switch (typeName) {
                    case "number" -> number(size, digits);
                    case "binary_float" -> Type.FLOAT32;
                    case "binary_double" -> Type.FLOAT64;
                    case "varchar2", "nvarchar2", "char", "nchar", "clob", "nclob" -> Type.STRING;
                    case "raw", "blob" -> Type.BYTES;
                    case "date" -> Type.DATE;
                    default ->
                        typeName.endsWith("with time zone")
                                ? Type.timestamptz(9)
                                : typeName.startsWith("timestamp") ? Type.timestamp(9) : null;
                });
    }

    private static Type number(int size, int digits) {
        return size <= 0 || digits < 0 || digits > size ? Type.DECIMAL : Type.decimal(size, digits);
    }

    @Override
    public Object parameter(Type column, Object value) {
        if (value instanceof LocalDateTime time) {
            return Timestamp.valueOf(time);
        }
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        return value instanceof UUID || value instanceof LocalTime ? value.toString() : super.parameter(column, value);
    }

    @Override
    public Optional<String> changed(Type column, String typeName, Object value) {
        if (value instanceof String text && text.isEmpty()) {
            return Optional.of("is an empty text, of which Oracle makes null");
        }
        if (value instanceof BigDecimal number && number.stripTrailingZeros().precision() > DIGITS_MAX) {
            return Optional.of("has more than the " + DIGITS_MAX + " digits that NUMBER keeps");
        }
        if (value instanceof String text
                && typeName.startsWith("varchar2")
                && text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > TEXT_BYTES) {
            return Optional.of("has more than " + TEXT_BYTES + " bytes");
        }
        return Optional.empty();
    }

    @Override
    public String upsert(String table, List<String> columns, List<String> key) {
        return merge(
                table,
                "(SELECT " + columns.stream().map(column -> "? AS " + column).collect(Collectors.joining(", "))
                        + " FROM DUAL) s",
                columns,
                key);
    }

    @Override
    public List<String> widenColumn(String table, String column, String type, boolean nullable, boolean filled) {
        // A text column does not become a CLOB.
        return type.endsWith("LOB")
                ? List.of()
                : List.of("ALTER TABLE " + table + " MODIFY (" + column + " " + type + ")");
    }

    @Override
    public List<String> letBeNull(String table, String column) {
        return List.of("ALTER TABLE " + table + " MODIFY (" + column + " NULL)");
    }

    @Override
    public List<String> savepoint(String name) {
        return List.of("SAVEPOINT " + name, "ROLLBACK TO SAVEPOINT " + name, "");
    }

    @Override
    public Fault fault(SQLException error) {
        return switch (error.getErrorCode()) {
            case 2291 -> Fault.FOREIGN_KEY;
            // Duplicates, null, checks, too long, out of range, not a number or date, raised by a trigger.
            case 1, 1400, 1407, 2290, 2292, 12899, 1438, 1722, 1841, 1858, 1861, 1461, 1426 -> Fault.RECORD;
            // Login, account, names, syntax, rights.
            case 1017, 28000, 942, 904, 900, 1031, 1950, 12514, 12505 -> Fault.STOP;
            default -> error.getErrorCode() >= 20_000 && error.getErrorCode() <= 20_999 ? Fault.RECORD : Fault.RETRY;
        };
    }
}
