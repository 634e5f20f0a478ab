package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;
import java.lang.module.ModuleDescriptor;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * MySQL 8 and later, and MariaDB 10.5 and later. Its session refuses what MySQL would otherwise cut or guess (strict mode);
 * what strict mode still rounds (digits behind the point, fractions of a second), the sink refuses itself.
 */
final class MySqlDialect extends SqlDialect {

    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final Instant TIMESTAMP_MIN = Instant.parse("1970-01-01T00:00:01Z");
    private static final Instant TIMESTAMP_MAX = Instant.parse("2038-01-19T03:14:07.999999Z");
    private static final Pattern NUMBER = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|-?\\d[\\d.eE+-]*");
    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)*");
    /** What fails when it is looked at, and is of any type. */
    private static final String FAILING = "(SELECT NULL FROM (SELECT 1 UNION ALL SELECT 2) another_row)";

    private static final Set<String> TEXTS = Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext");
    private static final int MORE_THAN_ONE_ROW = 1242;
    private static final int DUPLICATE = 1062;

    /** Not NO_BACKSLASH_ESCAPES: Connector/J writes values into its statements, and would double their backslashes. */
    private static final String MODE =
            "sql_mode = 'ANSI_QUOTES,STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,"
                    + "NO_AUTO_VALUE_ON_ZERO'";

    private static final int DIGITS_MAX = 65;
    private static final int SCALE_MAX = 30;
    private static final int JSON_DIGITS_MAX = 15;
    private static final int KEY_CHARACTERS = 255;

    /** The first version with utf8mb4_0900_bin. */
    private static final ModuleDescriptor.Version TELLS_SPACES_APART = ModuleDescriptor.Version.parse("8.0.17");

    /** The servers that differ, and their collation that tells all texts apart. */
    private enum Kind {
        MYSQL("utf8mb4_0900_bin"),
        /** Its binary collation does not tell texts apart that differ in spaces at their end. */
        MYSQL_BEFORE_8_0_17("utf8mb4_bin"),
        MARIADB("utf8mb4_nopad_bin");

        private final String binary;

        Kind(String binary) {
            this.binary = binary;
        }
    }

    private final Kind kind;

    MySqlDialect() {
        this(Kind.MYSQL);
    }

    private MySqlDialect(Kind kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return "MySQL";
    }

    @Override
    public List<String> prefixes() {
        return List.of("jdbc:mysql:", "jdbc:mariadb:");
    }

    @Override
    public SqlDialect adapted(DatabaseMetaData server) throws SQLException {
        boolean isMaria = (server.getDatabaseProductName() + server.getDatabaseProductVersion())
                .toLowerCase(Locale.ROOT)
                .contains("mariadb");
        if (isMaria) {
            return new MySqlDialect(Kind.MARIADB);
        }
        boolean isOld = versionOf(server.getDatabaseProductVersion()).compareTo(TELLS_SPACES_APART) < 0;
        return new MySqlDialect(isOld ? Kind.MYSQL_BEFORE_8_0_17 : Kind.MYSQL);
    }

    /** Of a text such as {@code 8.0.12-log}. */
    private static ModuleDescriptor.Version versionOf(String text) {
        Matcher numbers = VERSION.matcher(text);
        return ModuleDescriptor.Version.parse(numbers.find() ? numbers.group() : "0");
    }

    @Override
    public Map<String, String> driverProperties(Duration connectTimeout, Duration statementTimeout) {
        return Map.of(
                "connectTimeout", String.valueOf(connectTimeout.toMillis()),
                "socketTimeout", String.valueOf(statementTimeout.toMillis() + 10_000),
                "rewriteBatchedStatements", "true",
                "tinyInt1isBit", "false",
                "characterEncoding", "UTF-8",
                "useAffectedRows", "false",
                // From here the driver knows how names are quoted.
                "sessionVariables", MODE,
                "useBulkStmts", "true");
    }

    @Override
    public List<String> sessionStatements(Duration statementTimeout) {
        return List.of(
                "SET SESSION " + MODE,
                "SET SESSION time_zone = '+00:00'",
                "SET SESSION innodb_lock_wait_timeout = 10",
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    }

    @Override
    public int nameLengthMax() {
        return 64;
    }

    @Override
    public String nameIdentity(String identifier) {
        return identifier.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean hasCatalogsForSchemas() {
        return true;
    }

    @Override
    public String ledgerText(int length) {
        return "VARCHAR(" + length + ")" + text();
    }

    private String text() {
        return " CHARACTER SET utf8mb4 COLLATE " + kind.binary;
    }

    @Override
    public String nullable() {
        return " NULL";
    }

    @Override
    public String tableOptions() {
        return " ENGINE = InnoDB";
    }

    @Override
    public String selectAny(String table) {
        return "SELECT 1 FROM " + table + " LIMIT 1";
    }

    @Override
    public String columnType(Type type, boolean key) {
        return switch (type.kind()) {
            case BOOLEAN -> "BOOLEAN";
            case INT8, INT16 -> "SMALLINT";
            case INT32 -> "INT";
            case INT64 -> "BIGINT";
            // FLOAT keeps all digits and shows six of them.
            case FLOAT32, FLOAT64 -> "DOUBLE";
            case DECIMAL -> decimal(type, key);
            case STRING, JSON, ARRAY, MAP, STRUCT -> text(key);
            case BYTES -> key ? "VARBINARY(" + KEY_CHARACTERS + ")" : "LONGBLOB";
            case DATE -> "DATE";
            case TIME -> "TIME(6)";
            case TIMESTAMP -> "DATETIME(6)";
            case TIMESTAMPTZ -> "TIMESTAMP(6)";
            case UUID -> "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin";
        };
    }

    private String text(boolean key) {
        return (key ? "VARCHAR(" + KEY_CHARACTERS + ")" : "LONGTEXT") + text();
    }

    private String decimal(Type type, boolean key) {
        if (type.precision() == 0) {
            return "DECIMAL(" + DIGITS_MAX + ", " + SCALE_MAX + ")";
        }
        return type.precision() <= DIGITS_MAX && type.scale() <= SCALE_MAX
                ? "DECIMAL(" + type.precision() + ", " + type.scale() + ")"
                : text(key);
    }

    @Override
    public Optional<Type> typeOf(String typeName, int size, int digits) {
        return Optional.ofNullable(
                switch (typeName) {
                    case "boolean", "bool" -> Type.BOOLEAN;
                    case "tinyint" -> Type.INT8;
                    case "tinyint unsigned", "smallint" -> Type.INT16;
                    case "smallint unsigned", "mediumint", "mediumint unsigned", "int", "integer" -> Type.INT32;
                    case "int unsigned", "integer unsigned", "bigint" -> Type.INT64;
                    case "bigint unsigned" -> Type.decimal(20, 0);
                    case "float" -> Type.FLOAT32;
                    case "double" -> Type.FLOAT64;
                    case "decimal", "numeric", "decimal unsigned" -> Type.decimal(size, digits);
                    case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum" -> Type.STRING;
                    case "json" -> Type.JSON;
                    case "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> Type.BYTES;
                    case "date" -> Type.DATE;
                    case "time" -> Type.TIME;
                    case "datetime" -> Type.TIMESTAMP;
                    case "timestamp" -> Type.TIMESTAMPTZ;
                    case "uuid" -> Type.UUID;
                    default -> null;
                });
    }

    /** The drivers have them only in the length of the text: 19 characters and a point, or 8, of which MariaDB counts 10. */
    @Override
    public int secondDigits(String typeName, int size, int digits) {
        int whole = typeName.equals("time") ? kind == Kind.MARIADB ? 10 : 8 : 19;
        return size <= whole ? 0 : size - whole - 1;
    }

    @Override
    public Object parameter(Type column, Object value) {
        if (value instanceof LocalDateTime time) {
            return DATE_TIME.format(time);
        }
        if (value instanceof Instant instant) {
            return DATE_TIME.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
        }
        if (value instanceof LocalTime time) {
            return TIME.format(time);
        }
        return value instanceof LocalDate || value instanceof UUID ? value.toString() : value;
    }

    @Override
    public Optional<String> changed(Type column, String typeName, Object value) {
        if (value instanceof Instant instant && (instant.isBefore(TIMESTAMP_MIN) || instant.isAfter(TIMESTAMP_MAX))) {
            return Optional.of("is outside what timestamp holds (1970 to 2038)");
        }
        if (value instanceof LocalDateTime time && isOutside(time.toLocalDate())
                || value instanceof LocalDate date && isOutside(date)) {
            return Optional.of("is outside what dates hold (the years 1 to 9999)");
        }
        if (isNotFinite(value)) {
            return Optional.of("is not a number that MySQL has");
        }
        if (value instanceof String text) {
            return textChange(typeName, text);
        }
        return Optional.empty();
    }

    private Optional<String> textChange(String typeName, String text) {
        return switch (typeName) {
            case "json" -> jsonChange(text);
            case "char" ->
                text.endsWith(" ") ? Optional.of("ends with a space, which char does not keep") : Optional.empty();
            case "varchar" ->
                kind == Kind.MYSQL_BEFORE_8_0_17 && text.endsWith(" ")
                        ? Optional.of("ends with a space, which keys of MySQL before 8.0.17 do not tell from none")
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean isNotFinite(Object value) {
        return (value instanceof Double || value instanceof Float) && !Double.isFinite(((Number) value).doubleValue());
    }

    private static boolean isOutside(LocalDate date) {
        return date.getYear() < 1 || date.getYear() > 9999;
    }

    /** MySQL reads fractions in JSON as double precision. */
    private static Optional<String> jsonChange(String json) {
        Matcher matcher = NUMBER.matcher(json);
        while (matcher.find()) {
            String number = matcher.group();
            long digits = number.chars().filter(Character::isDigit).count();
            if (number.charAt(0) != '"' && digits > JSON_DIGITS_MAX) {
                return Optional.of("has the number " + number + ", whose digits MySQL's json does not keep");
            }
        }
        return Optional.empty();
    }

    /** The row that is replaced may have another key: any unique index finds it, and a collation that takes texts for equal. Then it fails. */
    @Override
    public String upsert(String table, List<String> columns, List<String> key) {
        String isSame = key.stream()
                .map(column -> "CAST(" + column + " AS BINARY) <=> CAST(VALUES(" + column + ") AS BINARY)")
                .collect(Collectors.joining(" AND "));
        String first = key.get(0);
        String updates = columns.stream()
                .filter(column -> !key.contains(column))
                .map(column -> ", " + column + " = VALUES(" + column + ")")
                .collect(Collectors.joining());
        return "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES ("
                + columns.stream().map(column -> "?").collect(Collectors.joining(", "))
                + ") ON DUPLICATE KEY UPDATE " + first + " = IF(" + isSame + ", " + first + ", " + FAILING + ")"
                + updates;
    }

    @Override
    public Optional<String> exactly(String column, String type) {
        return TEXTS.contains(type) ? Optional.of(column + " = ? COLLATE " + kind.binary) : Optional.empty();
    }

    @Override
    public SQLException inWords(SQLException error) {
        return error.getErrorCode() == MORE_THAN_ONE_ROW
                ? new SQLException(
                        "Duplicate entry: another row has a value of it that is unique, or a key that the collation of the key's column takes for "
                                + "the same",
                        "23000",
                        DUPLICATE,
                        error)
                : error;
    }

    @Override
    public List<String> widenColumn(String table, String column, String type, boolean nullable, boolean filled) {
        // MODIFY forgets a default that it is not told.
        if (filled) {
            return List.of();
        }
        return List.of(
                "ALTER TABLE " + table + " MODIFY COLUMN " + column + " " + type + (nullable ? " NULL" : " NOT NULL"));
    }

    @Override
    public Optional<String> unusable(Connection connection, Optional<String> schema, String table) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT engine FROM information_schema.tables WHERE table_schema = "
                        + "coalesce(?, database()) AND table_name = ?")) {
            statement.setString(1, schema.orElse(null));
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                String engine = found.next() ? found.getString(1) : "InnoDB";
                return engine == null || engine.equalsIgnoreCase("InnoDB")
                        ? Optional.empty()
                        : Optional.of("its engine " + engine
                                + " has no transactions, so a crash would leave records twice or lose them; make it "
                                + "ENGINE = InnoDB");
            }
        }
    }

    @Override
    public Fault fault(SQLException error) {
        return switch (error.getErrorCode()) {
            // A parent is missing.
            case 1216, 1452 -> Fault.FOREIGN_KEY;
            // Values that do not fit, checks, duplicates, and what a trigger signals.
            case 1048,
                    DUPLICATE,
                    1169,
                    MORE_THAN_ONE_ROW,
                    1264,
                    1265,
                    1292,
                    1364,
                    1366,
                    1367,
                    1406,
                    1411,
                    1451,
                    1644,
                    3140,
                    3819,
                    4025,
                    1690 -> Fault.RECORD;
            // Lock waits, deadlocks, timeouts, shutdown, full disks, too many connections.
            case 1205, 1213, 1969, 3024, 1053, 1021, 1040, 1203, 1226, 1317, 1927 -> Fault.RETRY;
            // Who may come in, what there is, what is wrong in a statement, read-only servers.
            case 1044, 1045, 1049, 1054, 1064, 1142, 1143, 1146, 1227, 1290, 1698, 1118, 1117, 1071 -> Fault.STOP;
            default -> faultByState(error);
        };
    }

    @Override
    boolean hasLastingForeignKeys() {
        return true;
    }
}
