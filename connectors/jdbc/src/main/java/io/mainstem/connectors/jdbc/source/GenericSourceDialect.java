package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.Drivers;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Any database, by what JDBC says of it. */
class GenericSourceDialect implements SourceDialect {

    private static final String UNSIGNED = " unsigned";
    private static final JdbcValues VALUES = new GenericValues();

    @Override
    public String name() {
        return "the database";
    }

    @Override
    public boolean takes(String url) {
        return true;
    }

    @Override
    public Connection connect(SourceSettings settings, Context context) throws SQLException {
        Connection connection = Drivers.connect(
                settings.connection().url(), settings.connection().driverProperties(Map.of()));
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public Optional<TableFacts> table(Handle handle, TableId name) throws SQLException {
        DatabaseMetaData metadata = handle.getConnection().getMetaData();
        Optional<TableId> found = find(metadata, name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        TableId id = found.get();
        String schema = id.schema().orElse(null);
        List<ColumnFacts> columns = new ArrayList<>();
        try (ResultSet rows =
                metadata.getColumns(null, escaped(metadata, schema), escaped(metadata, id.name()), null)) {
            while (rows.next()) {
                columns.add(column(
                        rows.getString("COLUMN_NAME"),
                        rows.getInt("DATA_TYPE"),
                        rows.getString("TYPE_NAME"),
                        rows.getInt("COLUMN_SIZE"),
                        rows.getInt("DECIMAL_DIGITS"),
                        rows.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls));
            }
        }
        return Optional.of(new TableFacts(
                id, columns, primaryKey(metadata, schema, id.name()), indexed(metadata, schema, id.name()), 0, true));
    }

    private static @Nullable String escaped(DatabaseMetaData metadata, @Nullable String name) throws SQLException {
        String escape = metadata.getSearchStringEscape();
        return name == null ? null : name.replace("_", escape + "_").replace("%", escape + "%");
    }

    private static Optional<TableId> find(DatabaseMetaData metadata, TableId name) throws SQLException {
        String wanted = name.schema().orElseGet(() -> currentSchema(metadata));
        try (ResultSet rows =
                metadata.getTables(null, escaped(metadata, wanted), escaped(metadata, name.name()), null)) {
            return rows.next()
                    ? Optional.of(new TableId(
                            Optional.ofNullable(rows.getString("TABLE_SCHEM")), rows.getString("TABLE_NAME")))
                    : Optional.empty();
        }
    }

    private static @Nullable String currentSchema(DatabaseMetaData metadata) {
        try {
            return metadata.getConnection().getSchema();
        } catch (SQLException e) {
            return null;
        }
    }

    private static List<String> primaryKey(DatabaseMetaData metadata, @Nullable String schema, String table)
            throws SQLException {
        TreeMap<Integer, String> key = new TreeMap<>();
        try (ResultSet rows = metadata.getPrimaryKeys(null, schema, table)) {
            while (rows.next()) {
                key.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(key.values());
    }

    private static Set<String> indexed(DatabaseMetaData metadata, @Nullable String schema, String table)
            throws SQLException {
        Set<String> indexed = new TreeSet<>();
        try (ResultSet rows = metadata.getIndexInfo(null, schema, table, false, true)) {
            while (rows.next()) {
                if (rows.getInt("ORDINAL_POSITION") == 1) {
                    indexed.add(rows.getString("COLUMN_NAME"));
                }
            }
        }
        return indexed;
    }

    private static ColumnFacts column(String name, int type, String declared, int size, int digits, boolean nullable) {
        String upper = declared.toUpperCase(Locale.ROOT);
        String kind = type == Types.OTHER || type == Types.BINARY && upper.equals("UUID")
                ? upper.toLowerCase(Locale.ROOT)
                : typeName(type).toLowerCase(Locale.ROOT);
        return new ColumnFacts(
                name, upper.contains("UNSIGNED") ? kind + UNSIGNED : kind, declared, size, digits, nullable);
    }

    private static String typeName(int type) {
        try {
            return JDBCType.valueOf(type).getName();
        } catch (IllegalArgumentException e) {
            return "other";
        }
    }

    @Override
    public TableFacts query(Connection connection, String query) throws SQLException {
        List<ColumnFacts> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM (" + query + ") q WHERE 1 = 0");
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData metadata = rows.getMetaData();
            for (int i = 1; i <= metadata.getColumnCount(); i++) {
                columns.add(column(
                        metadata.getColumnLabel(i),
                        metadata.getColumnType(i),
                        metadata.getColumnTypeName(i),
                        metadata.getPrecision(i),
                        metadata.getScale(i),
                        metadata.isNullable(i) != ResultSetMetaData.columnNoNulls));
            }
        }
        return new TableFacts(new TableId(Optional.empty(), "query"), columns, List.of(), Set.of(), 0, false);
    }

    @Override
    public List<TableId> tables(Handle handle) throws SQLException {
        List<TableId> tables = new ArrayList<>();
        DatabaseMetaData metadata = handle.getConnection().getMetaData();
        try (ResultSet rows = metadata.getTables(null, null, null, null)) {
            while (rows.next()) {
                String type = String.valueOf(rows.getString("TABLE_TYPE"));
                String schema = rows.getString("TABLE_SCHEM");
                if (!type.contains("SYSTEM")
                        && !type.contains("VIEW")
                        && !"INFORMATION_SCHEMA".equalsIgnoreCase(schema)) {
                    tables.add(new TableId(Optional.ofNullable(schema), rows.getString("TABLE_NAME")));
                }
            }
        }
        return tables;
    }

    @Override
    public Type typeOf(ColumnFacts column) {
        boolean unsigned = column.type().endsWith(UNSIGNED);
        return switch (column.type().replace(UNSIGNED, "")) {
            case "bit" -> column.precision() > 1 ? Type.BYTES : Type.BOOLEAN;
            case "boolean" -> Type.BOOLEAN;
            case "tinyint" -> unsigned ? Type.INT16 : Type.INT8;
            case "smallint" -> unsigned ? Type.INT32 : Type.INT16;
            case "integer" -> unsigned ? Type.INT64 : Type.INT32;
            case "bigint" -> unsigned ? Type.decimal(20, 0) : Type.INT64;
            case "real" -> Type.FLOAT32;
            case "float", "double" -> Type.FLOAT64;
            case "numeric", "decimal" ->
                column.precision() < 1
                                || column.precision() > Type.PRECISION_MAX
                                || column.scale() < 0
                                || column.scale() > column.precision()
                        ? Type.DECIMAL
                        : Type.decimal(column.precision(), column.scale());
            case "binary", "varbinary", "longvarbinary", "blob" -> Type.BYTES;
            case "date" -> Type.DATE;
            case "time" -> Type.time(digits(column));
            case "timestamp" -> Type.timestamp(digits(column));
            case "timestamp_with_timezone" -> Type.timestamptz(digits(column));
            case "uuid" -> Type.UUID;
            case "json" -> Type.JSON;
            default -> Type.STRING;
        };
    }

    private static int digits(ColumnFacts column) {
        return column.scale() > 6 ? 9 : 6;
    }

    @Override
    public String expression(ColumnFacts column, Type type) {
        return quote(column.name());
    }

    @Override
    public OrderColumn order(ColumnFacts column, Type type, int field) {
        return new OrderColumn(
                column.name(), quote(column.name()), quote(column.name()), column.declared(), typeOf(column), field);
    }

    @Override
    public List<OrderColumn> rowAddress(TableFacts table) {
        return List.of();
    }

    @Override
    public boolean isTime(ColumnFacts column, Type type) {
        return type.kind() == Type.Kind.TIMESTAMP || type.kind() == Type.Kind.TIMESTAMPTZ;
    }

    @Override
    public List<Finding> findings(Handle handle, TablePlan plan, SourceSettings settings) throws SQLException {
        if (!plan.settings().mode().isIncremental()
                || !plan.facts().isTable()
                || plan.facts().indexed().contains(plan.cursor().name())) {
            return List.of();
        }
        return List.of(new Finding(
                "jdbc.no-index",
                "no index of " + plan.id() + " begins with the cursor column '"
                        + plan.cursor().name() + "', so that each look for new rows reads the whole table",
                "create an index on " + plan.cursor().name(),
                false));
    }

    @Override
    public Function<TablePlan, Watermark> watermarks(SourceSettings settings, Context context) {
        return plan -> new DelayWatermark(
                connection -> highest(connection, plan, "MAX"), settings.lateCommits(), context.clock());
    }

    /** What the driver takes for a size with which it does not fetch all rows at once. */
    int fetchSize(Connection connection, SourceSettings settings) throws SQLException {
        return settings.fetchRows();
    }

    /** The highest or lowest value of the cursor that is visible. */
    final Optional<String> highest(Connection connection, TablePlan plan, String which) throws SQLException {
        return extreme(connection, plan, plan.cursor(), which, "");
    }

    /** The expression of the highest or lowest value of a column. */
    String extreme(String which, OrderColumn column) {
        return which + "(" + column.selected() + ")";
    }

    /** The highest or lowest value of a column among the rows of a condition. */
    final Optional<String> extreme(
            Connection connection, TablePlan plan, OrderColumn column, String which, String where) throws SQLException {
        String sql = "SELECT " + extreme(which, column) + " FROM " + plan.from() + where;
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            if (!found.next()) {
                return Optional.empty();
            }
            Object value = values().get(found, 1, column.type());
            return value == null ? Optional.empty() : Optional.of(Exact.text(Exact.convert(value, column.type())));
        } catch (UnreadableValueException e) {
            throw new SQLException("column '" + column.name() + "': " + e.getMessage(), "22000", e);
        }
    }

    @Override
    public void begin(Connection connection, SourceSettings settings, Optional<String> snapshot) throws SQLException {
        connection.commit();
        if (connection.getTransactionIsolation() != settings.isolation().level()) {
            connection.setTransactionIsolation(settings.isolation().level());
        }
    }

    @Override
    public RowStream stream(Connection connection, TablePlan plan, ReadRequest request, SourceSettings settings)
            throws SQLException {
        return new ResultSetStream(connection, plan, request, fetchSize(connection, settings), values());
    }

    /** How its values are read. */
    JdbcValues values() {
        return VALUES;
    }

    @Override
    public Optional<String[]> span(Connection connection, TablePlan plan, OrderColumn column) throws SQLException {
        String where =
                plan.settings().where().map(text -> " WHERE (" + text + ")").orElse("");
        Optional<String> low = extreme(connection, plan, column, "MIN", where);
        Optional<String> high = extreme(connection, plan, column, "MAX", where);
        return low.isEmpty() || high.isEmpty() ? Optional.empty() : Optional.of(new String[] {low.get(), high.get()});
    }

    @Override
    public boolean isTransient(SQLException error) {
        return switch (SourceFaults.stateClass(error.getSQLState())) {
            case "21", "22", "28", "3D", "3F", "42" -> false;
            default -> true;
        };
    }

    @Override
    public boolean isMissing(SQLException error) {
        return "42S02".equals(error.getSQLState()) || "42S22".equals(error.getSQLState());
    }
}
