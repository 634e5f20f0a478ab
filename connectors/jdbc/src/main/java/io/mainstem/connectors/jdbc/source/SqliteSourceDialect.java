package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.Drivers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/** SQLite: types by declaration, one writer at a time. */
final class SqliteSourceDialect extends GenericSourceDialect {

    private static final String PREFIX = "jdbc:sqlite:";
    private static final Pattern DECLARED = Pattern.compile("([^(]*)(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?.*");
    private static final JdbcValues VALUES = new SqliteValues();

    @Override
    public String name() {
        return "SQLite";
    }

    @Override
    public boolean takes(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public Connection connect(SourceSettings settings, Context context) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(settings.connection().properties());
        SQLiteConfig config = new SQLiteConfig(properties);
        config.setBusyTimeout(Math.toIntExact(Math.min(
                Integer.MAX_VALUE, settings.connection().connectTimeout().toMillis())));
        config.setReadOnly(true);
        Connection connection = Drivers.connect(resolved(settings.connection().url(), context), config.toProperties());
        connection.setAutoCommit(false);
        return connection;
    }

    /** The address with the file beside the pipeline's. */
    private static String resolved(String url, Context context) {
        String rest = url.substring(PREFIX.length());
        int parameters = rest.indexOf('?');
        String file = parameters < 0 ? rest : rest.substring(0, parameters);
        if (file.isEmpty() || file.startsWith(":") || file.startsWith("file:")) {
            return url;
        }
        return PREFIX + context.resolve(file) + (parameters < 0 ? "" : rest.substring(parameters));
    }

    @Override
    public Optional<TableFacts> table(Handle handle, TableId name) {
        String schema = name.schema().orElse("main");
        Optional<String> kind = handle.select(
                        "SELECT type FROM " + quote(schema)
                                + ".sqlite_schema WHERE type IN ('table', 'view') AND name = ?",
                        name.name())
                .mapTo(String.class)
                .findOne();
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        TreeMap<Integer, String> key = new TreeMap<>();
        List<ColumnFacts> columns = handle.select(
                        "SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?, ?) WHERE hidden <> 1",
                        name.name(),
                        schema)
                .map((row, context) -> {
                    if (row.getInt(4) > 0) {
                        key.put(row.getInt(4), row.getString(1));
                    }
                    return column(row.getString(1), row.getString(2), row.getInt(3) == 0 && row.getInt(4) == 0);
                })
                .list();
        Set<String> indexed = new TreeSet<>(handle.select(
                        "SELECT i.name FROM pragma_index_list(?, ?) l, pragma_index_info(l.name, ?) i WHERE i.seqno = 0 AND i.name "
                                + "IS NOT NULL",
                        name.name(),
                        schema,
                        schema)
                .mapTo(String.class)
                .list());
        key.values().stream().findFirst().ifPresent(indexed::add);
        return Optional.of(new TableFacts(
                new TableId(Optional.of(schema), name.name()),
                columns,
                List.copyOf(key.values()),
                indexed,
                0,
                kind.get().equals("table")));
    }

    private static ColumnFacts column(String name, String declared, boolean nullable) {
        Matcher matcher = DECLARED.matcher(declared);
        int first = matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : -1;
        int second = first >= 0 && matcher.group(3) != null ? Integer.parseInt(matcher.group(3)) : 0;
        String type = matcher.matches() ? matcher.group(1).strip().toLowerCase(Locale.ROOT) : "";
        return new ColumnFacts(name, type, declared, first, second, nullable);
    }

    @Override
    public List<String> explain(Handle handle, TablePlan plan, ReadRequest request) {
        return handle.select("EXPLAIN QUERY PLAN " + statement(plan, request))
                .map((row, context) -> row.getString("detail"))
                .list();
    }

    @Override
    public TableFacts query(Connection connection, String query) throws SQLException {
        List<ColumnFacts> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM (" + query + ") q WHERE 1 = 0");
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData metadata = rows.getMetaData();
            for (int i = 1; i <= metadata.getColumnCount(); i++) {
                columns.add(column(metadata.getColumnLabel(i), metadata.getColumnTypeName(i), true));
            }
        }
        return new TableFacts(new TableId(Optional.empty(), "query"), columns, List.of(), Set.of(), 0, false);
    }

    @Override
    public List<TableId> tables(Handle handle) {
        return handle.select(
                        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE "
                                + "'\\' ORDER BY name")
                .mapTo(String.class)
                .map(name -> new TableId(Optional.of("main"), name))
                .list();
    }

    @Override
    public Type typeOf(ColumnFacts column) {
        String declared = column.type();
        return switch (declared) {
            case "boolean" -> Type.BOOLEAN;
            case "decimal_text" ->
                column.precision() < 1 ? Type.DECIMAL : Type.decimal(column.precision(), column.scale());
            case "date_text" -> Type.DATE;
            case "time_text" -> Type.time(digits(column));
            case "timestamp_text" -> Type.timestamp(digits(column));
            case "timestamptz_text" -> Type.timestamptz(digits(column));
            case "uuid_text" -> Type.UUID;
            case "json_text" -> Type.JSON;
            default -> byAffinity(declared);
        };
    }

    private static int digits(ColumnFacts column) {
        return column.precision() == 3 || column.precision() == 9 ? column.precision() : 6;
    }

    private static Type byAffinity(String declared) {
        if (declared.contains("int")) {
            return Type.INT64;
        }
        if (declared.isEmpty() || declared.contains("char") || declared.contains("clob") || declared.contains("text")) {
            return Type.STRING;
        }
        if (declared.contains("blob")) {
            return Type.BYTES;
        }
        if (declared.contains("real") || declared.contains("floa") || declared.contains("doub")) {
            return Type.FLOAT64;
        }
        return declared.contains("date") || declared.contains("time") ? Type.STRING : Type.DECIMAL;
    }

    /** What is not kept as a number is compared as it was written. */
    @Override
    public OrderColumn order(ColumnFacts column, Type type, int field) {
        boolean isAsWritten = switch (typeOf(column).kind()) {
            case INT64, FLOAT64, STRING, BYTES -> false;
            default -> true;
        };
        String quoted = quote(column.name());
        return isAsWritten
                ? new OrderColumn(column.name(), quoted, quoted, "", Type.STRING, -1)
                : new OrderColumn(column.name(), quoted, quoted, "", typeOf(column), field);
    }

    @Override
    public List<OrderColumn> rowAddress(TableFacts table) {
        return table.isTable() ? List.of(new OrderColumn("rowid", "rowid", "rowid", "", Type.INT64, -1)) : List.of();
    }

    @Override
    public boolean isTime(ColumnFacts column, Type type) {
        return type.kind() != Type.Kind.BYTES && type.kind() != Type.Kind.BOOLEAN;
    }

    /** Who draws an id holds the write lock until it commits, so that ids become visible in their order. */
    @Override
    public Function<TablePlan, Watermark> watermarks(SourceSettings settings, Context context) {
        return plan -> new DelayWatermark(
                connection -> highest(connection, plan, "MAX"),
                plan.settings().mode() == Mode.INCREMENTING ? Duration.ZERO : settings.lateCommits(),
                context.clock());
    }

    /** Its transactions are all serializable. */
    @Override
    public void begin(Connection connection, SourceSettings settings, Optional<String> snapshot) throws SQLException {
        connection.commit();
    }

    @Override
    JdbcValues values() {
        return VALUES;
    }

    @Override
    public boolean isTransient(SQLException error) {
        return switch (SQLiteErrorCode.getErrorCode(error.getErrorCode() & 0xFF)) {
            case SQLITE_ERROR,
                    SQLITE_PERM,
                    SQLITE_CANTOPEN,
                    SQLITE_AUTH,
                    SQLITE_NOTADB,
                    SQLITE_CORRUPT,
                    SQLITE_MISUSE -> false;
            default -> true;
        };
    }

    @Override
    public boolean isMissing(SQLException error) {
        String message = String.valueOf(error.getMessage());
        return message.contains("no such table") || message.contains("no such column");
    }
}
