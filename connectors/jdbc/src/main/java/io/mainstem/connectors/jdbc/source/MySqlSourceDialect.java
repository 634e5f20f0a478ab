package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.ConnectionSettings;
import io.mainstem.connectors.jdbc.sql.Drivers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * MySQL 8 and later, and MariaDB 10.5 and later. Times come as the texts of the server, in a session whose zone is UTC, so that no driver turns them into
 * those of another; a date that is none (0000-00-00) is a bad record.
 */
final class MySqlSourceDialect extends GenericSourceDialect {

    private static final JdbcValues VALUES = new MySqlValues();
    private static final String FIND =
            "SELECT table_schema, table_name, coalesce(table_rows, 0), table_type = 'BASE TABLE' FROM information_schema.tables "
                    + "WHERE table_schema = coalesce(nullif(?, ''), database()) AND table_name = ? ORDER BY BINARY table_name = ? "
                    + "DESC LIMIT 1";
    private static final String COLUMNS =
            "SELECT column_name, data_type, column_type, coalesce(numeric_precision, -1), coalesce(numeric_scale, 0), is_nullable = "
                    + "'YES' FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position";
    private static final String INDEXES =
            "SELECT index_name, column_name, non_unique = 0, nullable = 'YES', seq_in_index FROM information_schema.statistics WHERE "
                    + "table_schema = ? AND table_name = ? ORDER BY index_name <> 'PRIMARY', index_name, seq_in_index";
    private static final String TABLES =
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', "
                    + "'mysql', 'performance_schema', 'sys') AND table_type = 'BASE TABLE' ORDER BY 1, 2";
    private static final String STANDBY = "jdbc.standby";
    private static final String UNSIGNED = " unsigned";
    private static final int TIMEOUT_GRACE_MILLIS = 10_000;

    @Override
    public String name() {
        return "MySQL";
    }

    @Override
    public boolean takes(String url) {
        return url.startsWith("jdbc:mysql:") || url.startsWith("jdbc:mariadb:");
    }

    /** A reader may wait for the log longer than the server waits for a reader by default: so it waits as long as a statement may run. */
    @Override
    public Connection connect(SourceSettings settings, Context context) throws SQLException {
        ConnectionSettings wanted = settings.connection();
        long statement = wanted.statementTimeout().toMillis();
        Connection connection = Drivers.connect(
                wanted.url(),
                wanted.driverProperties(Map.of(
                        "connectTimeout",
                        String.valueOf(wanted.connectTimeout().toMillis()),
                        "socketTimeout",
                        String.valueOf(statement + TIMEOUT_GRACE_MILLIS),
                        "tinyInt1isBit",
                        "false",
                        "yearIsDateType",
                        "false",
                        "characterEncoding",
                        "UTF-8")));
        try (Statement session = connection.createStatement()) {
            session.execute("SET SESSION time_zone = '+00:00'");
            session.execute("SET SESSION net_write_timeout = " + Math.max(60, statement / 1_000));
            session.execute("SET SESSION TRANSACTION READ ONLY");
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public String quote(String identifier) {
        return '`' + identifier.replace("`", "``") + '`';
    }

    /** A table as the catalogue knows it. */
    private record Found(TableId id, long rows, boolean isTable) {

        String schema() {
            return id.schema().orElse("");
        }
    }

    @Override
    public Optional<TableFacts> table(Handle handle, TableId name) {
        return handle.select(FIND, name.schema().orElse(""), name.name(), name.name())
                .map((row, context) -> new Found(
                        new TableId(Optional.of(row.getString(1)), row.getString(2)),
                        row.getLong(3),
                        row.getBoolean(4)))
                .findOne()
                .map(found -> facts(handle, found));
    }

    private static TableFacts facts(Handle handle, Found found) {
        List<ColumnFacts> columns = handle.select(
                        COLUMNS, found.schema(), found.id().name())
                .map((row, context) -> column(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getInt(4),
                        row.getInt(5),
                        row.getBoolean(6)))
                .list();
        Map<String, List<String>> unique = new LinkedHashMap<>();
        Set<String> unusable = new HashSet<>();
        Set<String> indexed = new TreeSet<>();
        handle.select(INDEXES, found.schema(), found.id().name())
                .map((row, context) -> {
                    String index = row.getString(1);
                    String column = row.getString(2);
                    if (column == null || row.getBoolean(4)) {
                        // An expression, or a column that may be null, and then often.
                        unusable.add(index);
                    }
                    if (column != null && row.getInt(5) == 1) {
                        indexed.add(column);
                    }
                    if (column != null && row.getBoolean(3)) {
                        unique.computeIfAbsent(index, key -> new ArrayList<>()).add(column);
                    }
                    return index;
                })
                .list();
        unique.keySet().removeAll(unusable);
        Set<Set<String>> sets = new HashSet<>();
        unique.values().forEach(names -> sets.add(Set.copyOf(names)));
        List<String> key = unique.values().stream().findFirst().orElse(List.of());
        return new TableFacts(found.id(), columns, key, sets, indexed, found.rows(), found.isTable(), false, "");
    }

    private static ColumnFacts column(
            String name, String type, String declared, int precision, int scale, boolean nullable) {
        String lower = declared.toLowerCase(Locale.ROOT);
        String plain = type.toLowerCase(Locale.ROOT);
        return new ColumnFacts(
                name, lower.contains(UNSIGNED) ? plain + UNSIGNED : plain, lower, precision, scale, nullable);
    }

    @Override
    public TableFacts query(Connection connection, String query) throws SQLException {
        List<ColumnFacts> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM (" + query + ") q LIMIT 0");
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData metadata = rows.getMetaData();
            for (int i = 1; i <= metadata.getColumnCount(); i++) {
                String type = metadata.getColumnTypeName(i).toLowerCase(Locale.ROOT);
                columns.add(column(
                        metadata.getColumnLabel(i),
                        type.replace(UNSIGNED, ""),
                        type,
                        metadata.getPrecision(i),
                        metadata.getScale(i),
                        metadata.isNullable(i) != ResultSetMetaData.columnNoNulls));
            }
        }
        return new TableFacts(new TableId(Optional.empty(), "query"), columns, List.of(), Set.of(), 0, false);
    }

    @Override
    public List<TableId> tables(Handle handle) {
        return handle.select(TABLES)
                .map((row, context) -> new TableId(Optional.of(row.getString(1)), row.getString(2)))
                .list();
    }

    @Override
    public Type typeOf(ColumnFacts column) {
        boolean unsigned = column.type().endsWith(UNSIGNED);
        return switch (column.type().replace(UNSIGNED, "")) {
            case "tinyint" ->
                column.declared().startsWith("tinyint(1)") ? Type.BOOLEAN : unsigned ? Type.INT16 : Type.INT8;
            case "smallint" -> unsigned ? Type.INT32 : Type.INT16;
            case "mediumint" -> Type.INT32;
            case "int", "integer" -> unsigned ? Type.INT64 : Type.INT32;
            case "bigint" -> unsigned ? Type.decimal(20, 0) : Type.INT64;
            case "year" -> Type.INT16;
            case "float" -> Type.FLOAT32;
            case "double" -> Type.FLOAT64;
            case "decimal" -> Type.decimal(column.precision(), column.scale());
            case "bit" -> column.precision() == 1 ? Type.BOOLEAN : Type.BYTES;
            case "date" -> Type.DATE;
            case "time" -> Type.TIME;
            case "datetime" -> Type.TIMESTAMP;
            case "timestamp" -> Type.TIMESTAMPTZ;
            case "json" -> Type.JSON;
            case "uuid" -> Type.UUID;
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> Type.BYTES;
            default -> Type.STRING;
        };
    }

    /** A boolean is a number that is 0 or 1, here: so it can be read as what it is. */
    @Override
    public boolean canBecome(Type from, Type to) {
        return from.kind() == Type.Kind.BOOLEAN && TablePlanner.isWholeNumber(to) || super.canBecome(from, to);
    }

    @Override
    public String expression(ColumnFacts column, Type type) {
        String name = quote(column.name());
        return switch (column.type().replace(UNSIGNED, "")) {
            case "date", "time", "datetime", "timestamp", "uuid" -> "CAST(" + name + " AS CHAR)";
            case "year" -> "CAST(" + name + " AS UNSIGNED)";
            // As text it would have six digits.
            case "float" -> type.kind() == Type.Kind.STRING ? name : "(" + name + " + 0e0)";
            case "bit" -> column.precision() == 1 ? "(" + name + " + 0)" : name;
            default -> name;
        };
    }

    @Override
    String extreme(String which, OrderColumn column) {
        return switch (column.type().kind()) {
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID -> "CAST(" + super.extreme(which, column) + " AS CHAR)";
            default -> super.extreme(which, column);
        };
    }

    @Override
    public List<Finding> findings(Handle handle, TablePlan plan, SourceSettings settings) throws SQLException {
        List<Finding> findings = new ArrayList<>(super.findings(handle, plan, settings));
        if (!plan.settings().mode().isIncremental()) {
            return findings;
        }
        standby(MySqlRole.of(handle.getConnection())).ifPresent(findings::add);
        if (!TransactionList.isVisible(handle.getConnection())) {
            findings.add(new Finding(
                    "jdbc.process",
                    "the user may not see open transactions, so that rows of one that is open for longer than 'late-commits' ("
                            + settings.lateCommits().toMillis() + " ms) are lost",
                    "grant the privilege PROCESS, or set 'late-commits' to the longest transaction that there is",
                    false));
        }
        return findings;
    }

    private static Optional<Finding> standby(MySqlRole role) {
        return switch (role) {
            case PRIMARY -> Optional.empty();
            case REPLICA ->
                Optional.of(new Finding(
                        STANDBY,
                        "the server is a replica, which does not know the open transactions of the server that it follows, so that rows "
                                + "could be lost",
                        "read from the server that is written to, or use mode snapshot",
                        true));
            case WRITABLE_REPLICA ->
                Optional.of(new Finding(
                        STANDBY,
                        "the server takes changes of another one, whose open transactions it does not know, so that rows that are written "
                                + "there could be lost",
                        "read from the server on which the rows are written, or use mode snapshot",
                        false));
            case READ_ONLY ->
                Optional.of(new Finding(
                        STANDBY,
                        "the server is read-only and may be a replica, which does not know the open transactions of the server that it "
                                + "follows: nothing is read until it is written to",
                        "read from the server that is written to, or use mode snapshot; one that is no replica is read all the same when the "
                                + "user has the privilege REPLICATION CLIENT (MariaDB: REPLICA MONITOR)",
                        false));
        };
    }

    @Override
    public Function<TablePlan, Watermark> watermarks(SourceSettings settings, Context context) {
        TransactionList transactions = new TransactionList();
        return plan -> new PrimaryWatermark(() -> new MySqlWatermark(
                highMark(plan), transactions, settings.lateCommits(), settings.idleTransactionWait(), context.clock()));
    }

    /** Connector/J reads rows from the socket, as MariaDB's driver does, by this size alone; with a cursor the server would write all rows into a table first. */
    @Override
    int fetchSize(Connection connection, SourceSettings settings) throws SQLException {
        return connection.getMetaData().getDriverName().startsWith("MySQL") ? Integer.MIN_VALUE : settings.fetchRows();
    }

    private DelayWatermark.HighMark highMark(TablePlan plan) {
        OrderColumn cursor = plan.cursor();
        // A moment that has not come may get company.
        String where =
                cursor.type().kind() == Type.Kind.TIMESTAMPTZ ? " WHERE " + cursor.expression() + " <= NOW(6)" : "";
        return connection -> extreme(connection, plan, cursor, "MAX", where);
    }

    /** A table that is read in a transaction keeps its columns until the end of it. */
    @Override
    public void hold(Connection connection, TablePlan plan) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet unused = statement.executeQuery("SELECT 1 FROM " + plan.from() + " LIMIT 0")) {
            unused.next();
        }
    }

    @Override
    JdbcValues values() {
        return VALUES;
    }
}
