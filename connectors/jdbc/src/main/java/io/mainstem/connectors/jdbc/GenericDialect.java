package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.StopException;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.ConnectionSettings;
import io.mainstem.connectors.jdbc.sql.Drivers;
import io.mainstem.connectors.jdbc.sql.SafeUrl;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Any database, by what its {@link SqlDialect} says, the metadata of its driver, and prepared statements. Takes over from an
 * earlier owner by the ledger's locks alone: it waits for them, and cannot end the other's connection.
 */
final class GenericDialect implements Dialect {

    private final SqlDialect sql;

    GenericDialect(SqlDialect sql) {
        this.sql = sql;
    }

    @Override
    public String name() {
        return sql.name();
    }

    @Override
    public List<String> prefixes() {
        return sql.prefixes();
    }

    @Override
    public Dialect adapted(Connection connection) throws SQLException {
        return new GenericDialect(sql.adapted(connection.getMetaData()));
    }

    @Override
    public int nameBytesMax() {
        return sql.nameLengthMax();
    }

    @Override
    public String nameIdentity(String identifier) {
        return sql.nameIdentity(identifier);
    }

    @Override
    public Optional<String> badName(String identifier) {
        int length = identifier.codePointCount(0, identifier.length());
        if (length > sql.nameLengthMax()) {
            return Optional.of("the name '" + identifier + "' has " + length + " characters, and " + name()
                    + " takes only " + sql.nameLengthMax() + "; give it a shorter one");
        }
        return identifier.isEmpty() || identifier.indexOf('\0') >= 0
                ? Optional.of("the name '" + identifier.replace("\0", "\\0") + "' is empty or has a NUL character")
                : Optional.empty();
    }

    @Override
    public Connection connect(SinkSettings settings, Context context) throws SQLException {
        return connect(settings, settings.connection().url());
    }

    @Override
    public Optional<Connection> connectToLook(SinkSettings settings, Context context) throws SQLException {
        try {
            Connection connection =
                    connect(settings, sql.urlToLook(settings.connection().url()));
            connection.setReadOnly(true);
            return Optional.of(connection);
        } catch (SQLException e) {
            if (sql.isMissingDatabase(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Connection connect(SinkSettings settings, String url) throws SQLException {
        ConnectionSettings wanted = settings.connection();
        Connection connection = driver(url)
                .connect(
                        url,
                        wanted.driverProperties(
                                sql.driverProperties(wanted.connectTimeout(), wanted.statementTimeout())));
        if (connection == null) {
            throw new SQLException("the driver does not take this address", "08001");
        }
        try (Statement statement = connection.createStatement()) {
            for (String set : sql.sessionStatements(wanted.statementTimeout())) {
                statement.execute(set);
            }
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Driver driver(String url) throws SQLException {
        return Drivers.find(url)
                .orElseThrow(() -> new StopException(
                        "jdbc.no-driver",
                        "no driver takes the address " + SafeUrl.of(url),
                        "put the jar of the JDBC driver for " + name()
                                + " into the folder plugins/jdbc/ext, then start again"));
    }

    @Override
    public String columnType(Type type, boolean key) {
        return sql.columnType(type, key);
    }

    @Override
    public Type typeOf(ColumnInfo column) {
        return find(column).orElse(Type.STRING);
    }

    private Optional<Type> find(ColumnInfo column) {
        return sql.typeOf(column.type(), Math.max(column.length(), column.precision()), column.scale());
    }

    private StatementColumn column(Type type, ColumnInfo column) {
        Type target = find(column)
                .orElseThrow(() -> new IllegalArgumentException("columns of type " + column.type() + " of " + name()
                        + " are not written, since they may change values; choose another type"));
        return SqlColumns.of(type, column, target, sql);
    }

    @Override
    public Optional<String> unsuited(Type type, ColumnInfo column) {
        try {
            column(type, column);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Optional<TableInfo> readTable(Handle handle, TableName name) {
        try {
            return readTable(handle.getConnection(), name);
        } catch (SQLException e) {
            throw new TableReadException(e);
        }
    }

    @Override
    public List<ForeignKey> foreignKeys(Connection connection, TableName table) throws SQLException {
        return sql.hasLastingForeignKeys()
                ? ForeignKeys.read(connection, this, table, sql.hasCatalogsForSchemas())
                : List.of();
    }

    /** The driver's metadata failed; the cause says how. */
    private static final class TableReadException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TableReadException(SQLException cause) {
            super(cause);
        }
    }

    /** Where the driver's metadata has a table. */
    private record Place(@Nullable String catalog, @Nullable String schema, String table) {}

    private Optional<TableInfo> readTable(Connection connection, TableName name) throws SQLException {
        DatabaseMetaData metadata = connection.getMetaData();
        boolean catalogs = sql.hasCatalogsForSchemas();
        String catalog = catalogs ? name.schema().orElse(connection.getCatalog()) : connection.getCatalog();
        String schema = catalogs ? null : name.schema().orElse(connection.getSchema());
        Place place = new Place(catalog, schema, name.name());
        if (!isThere(metadata, place)) {
            return Optional.empty();
        }
        Optional<String> unusable = sql.unusable(connection, name.schema(), name.name());
        if (unusable.isPresent()) {
            throw new StopException(
                    "jdbc.not-transactional",
                    "table " + name + " cannot be written exactly once: " + unusable.get(),
                    "change the table, then start again");
        }
        List<String> primaryKey = primaryKey(metadata, place);
        Set<Set<String>> unique = new HashSet<>(uniqueIndexes(metadata, place));
        if (!primaryKey.isEmpty()) {
            unique.add(Set.copyOf(primaryKey));
        }
        return Optional.of(new TableInfo(name, name.name(), columns(metadata, place), primaryKey, List.copyOf(unique)));
    }

    private static String pattern(DatabaseMetaData metadata, String name) throws SQLException {
        String escape = metadata.getSearchStringEscape();
        return escape == null || escape.isEmpty()
                ? name
                : name.replace(escape, escape + escape)
                        .replace("_", escape + "_")
                        .replace("%", escape + "%");
    }

    private static boolean isThere(DatabaseMetaData metadata, Place place) throws SQLException {
        try (ResultSet found =
                metadata.getTables(place.catalog(), place.schema(), pattern(metadata, place.table()), null)) {
            boolean there = false;
            while (found.next()) {
                there |= place.table().equals(found.getString("TABLE_NAME"));
            }
            return there;
        }
    }

    private List<ColumnInfo> columns(DatabaseMetaData metadata, Place place) throws SQLException {
        Map<Integer, ColumnInfo> columns = new TreeMap<>();
        try (ResultSet found =
                metadata.getColumns(place.catalog(), place.schema(), pattern(metadata, place.table()), null)) {
            while (found.next()) {
                if (place.table().equals(found.getString("TABLE_NAME"))) {
                    columns.put(found.getInt("ORDINAL_POSITION"), column(found));
                }
            }
        }
        return List.copyOf(columns.values());
    }

    private ColumnInfo column(ResultSet found) throws SQLException {
        String defaultText = found.getString("COLUMN_DEF");
        String name = found.getString("COLUMN_NAME");
        String typeName = found.getString("TYPE_NAME");
        String type = (typeName.indexOf('(') < 0 ? typeName : typeName.replaceAll("\\s*\\([^)]*\\)", ""))
                .toLowerCase(Locale.ROOT);
        int size = (int) Math.min(Integer.MAX_VALUE, found.getLong("COLUMN_SIZE"));
        int digits = found.getInt("DECIMAL_DIGITS");
        boolean nullable = found.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls;
        boolean generated = "YES".equals(found.getString("IS_GENERATEDCOLUMN"));
        boolean identity = "YES".equals(found.getString("IS_AUTOINCREMENT"));
        Type.Kind kind = sql.typeOf(type, size, digits).map(Type::kind).orElse(Type.Kind.STRING);
        int length = kind == Type.Kind.STRING || kind == Type.Kind.BYTES ? Math.max(-1, size) : -1;
        int precision = switch (kind) {
            case DECIMAL -> size;
            case TIME, TIMESTAMP, TIMESTAMPTZ -> sql.secondDigits(type, size, digits);
            default -> -1;
        };
        return new ColumnInfo(
                name,
                type,
                length == 0 ? -1 : length,
                precision,
                digits,
                nullable,
                identity || defaultText != null && !defaultText.equalsIgnoreCase("NULL"),
                generated && !identity);
    }

    private static List<String> primaryKey(DatabaseMetaData metadata, Place place) throws SQLException {
        Map<Integer, String> key = new TreeMap<>();
        try (ResultSet found = metadata.getPrimaryKeys(place.catalog(), place.schema(), place.table())) {
            while (found.next()) {
                key.put(found.getInt("KEY_SEQ"), found.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(key.values());
    }

    private static Collection<Set<String>> uniqueIndexes(DatabaseMetaData metadata, Place place) throws SQLException {
        Map<String, Set<String>> indexes = new LinkedHashMap<>();
        Set<String> partial = new HashSet<>();
        try (ResultSet found = metadata.getIndexInfo(place.catalog(), place.schema(), place.table(), true, true)) {
            while (found.next()) {
                String index = found.getString("INDEX_NAME");
                String column = found.getString("COLUMN_NAME");
                if (index == null || found.getBoolean("NON_UNIQUE")) {
                    continue;
                }
                if (column == null || found.getString("FILTER_CONDITION") != null) {
                    partial.add(index);
                    continue;
                }
                indexes.computeIfAbsent(index, name -> new HashSet<>()).add(column);
            }
        }
        indexes.keySet().removeAll(partial);
        return new ArrayList<>(indexes.values());
    }

    @Override
    public RowWriter writer(Connection connection, SinkSettings settings, RowWriter.Transaction transaction) {
        return new StatementWriter(connection, this, transaction, this::column);
    }

    @Override
    public Fault fault(SQLException error) {
        return sql.fault(batchCause(error));
    }

    /** Drivers hide the error of a batch behind one of the whole batch. */
    private static SQLException batchCause(SQLException error) {
        SQLException next = error.getNextException();
        return error instanceof java.sql.BatchUpdateException && next != null && error.getErrorCode() == 0
                ? next
                : error;
    }

    @Override
    public void lockForChange(Handle handle) {
        // Two sessions that change a table at once find out by an error, and look again.
    }

    @Override
    public String selectLocked(String columns, String table, String where) {
        return sql.selectLocked(columns, table, where);
    }

    @Override
    public String selectAny(TableName table) {
        return sql.selectAny(quote(table));
    }

    @Override
    public String upsert(String table, List<String> columns, List<String> key) {
        return sql.upsert(table, columns, key);
    }

    @Override
    public String nullable() {
        return sql.nullable();
    }

    @Override
    public Optional<String> exactly(String column, String type) {
        return sql.exactly(column, type);
    }

    @Override
    public SQLException inWords(SQLException error) {
        return sql.inWords(error);
    }

    @Override
    public String tableOptions() {
        return sql.tableOptions();
    }

    @Override
    public String ledgerText(int length) {
        return sql.ledgerText(length);
    }

    @Override
    public String bigint() {
        return sql.bigint();
    }

    @Override
    public String addColumn(String table, String column, String type) {
        return sql.addColumn(table, column, type);
    }

    @Override
    public List<String> widenColumn(String table, String column, String type, boolean nullable, boolean filled) {
        return sql.widenColumn(table, column, type, nullable, filled);
    }

    @Override
    public List<String> letBeNull(String table, String column) {
        return sql.letBeNull(table, column);
    }

    @Override
    public List<String> savepoint(String name) {
        return sql.savepoint(name);
    }

    @Override
    public boolean isDuplicate(SQLException error) {
        return fault(error) == Fault.RECORD;
    }

    @Override
    public String quote(String identifier) {
        return sql.quote(identifier);
    }

    @Override
    public String owner(Handle handle) {
        return "";
    }

    @Override
    public void limitLockWait(Handle handle, long millis) {
        // The session's own limit holds.
    }

    @Override
    public boolean isLockTimeout(SQLException error) {
        return false;
    }

    @Override
    public boolean evict(Handle handle, String owner) {
        return false;
    }
}
