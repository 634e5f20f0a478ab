package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.StopException;
import io.mainstem.api.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * SQLite, 3.35 and later. A database has one writer at a time; so a transaction begins with the write lock and is short:
 * rows are kept in memory until it.
 */
final class SqliteDialect implements Dialect {

    private static final String PREFIX = "jdbc:sqlite:";
    private static final Pattern DECLARED = Pattern.compile("([^(]*)(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?.*");

    @Override
    public String name() {
        return "SQLite";
    }

    @Override
    public List<String> prefixes() {
        return List.of(PREFIX);
    }

    @Override
    public int nameBytesMax() {
        return 1_000;
    }

    @Override
    public Connection connect(SinkSettings settings, Context context) throws SQLException {
        file(settings.connection().url(), context).ifPresent(SqliteDialect::createFolder);
        return open(settings, context, false);
    }

    @Override
    public Optional<Connection> connectToLook(SinkSettings settings, Context context) throws SQLException {
        Optional<Path> file = file(settings.connection().url(), context);
        return file.isPresent() && !Files.exists(file.get())
                ? Optional.empty()
                : Optional.of(open(settings, context, true));
    }

    private Connection open(SinkSettings settings, Context context, boolean toLook) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(settings.connection().properties());
        SQLiteConfig config = new SQLiteConfig(properties);
        config.setBusyTimeout(Math.toIntExact(Math.min(
                Integer.MAX_VALUE, settings.connection().connectTimeout().toMillis())));
        config.enforceForeignKeys(true);
        config.setReadOnly(toLook);
        Connection connection =
                new org.sqlite.JDBC().connect(resolved(settings.connection().url(), context), config.toProperties());
        if (connection == null) {
            throw new SQLException("the driver does not take this address", "08001");
        }
        return connection;
    }

    /** The driver's own transactions begin right after each commit, and would hold the write lock all the time. */
    @Override
    public void begin(Connection connection) throws SQLException {
        execute(connection, "BEGIN IMMEDIATE");
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        end(connection, "COMMIT");
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        end(connection, "ROLLBACK");
    }

    private static void end(Connection connection, String how) throws SQLException {
        try {
            execute(connection, how);
        } catch (SQLException e) {
            if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
                throw e;
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The address with the file beside the pipeline's. */
    private String resolved(String url, Context context) {
        int parameters = url.indexOf('?');
        return file(url, context)
                .map(file -> PREFIX + file + (parameters < 0 ? "" : url.substring(parameters)))
                .orElse(url);
    }

    /** The file of an address, unless the address has a form of the driver's own. */
    private Optional<Path> file(String url, Context context) {
        String rest = url.substring(PREFIX.length());
        int parameters = rest.indexOf('?');
        String file = parameters < 0 ? rest : rest.substring(0, parameters);
        return file.isEmpty() || file.startsWith(":") || file.startsWith("file:")
                ? Optional.empty()
                : Optional.of(context.resolve(file));
    }

    /** SQLite makes the file and not its folder, and says no more than that it cannot open it. */
    private static void createFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new StopException(
                    "jdbc.folder",
                    "the folder '" + folder + "' of the database cannot be made: " + e,
                    "Make it, or correct 'url'.",
                    e);
        }
    }

    @Override
    public String columnType(Type type, boolean key) {
        return SqliteColumns.columnType(type);
    }

    @Override
    public Type typeOf(ColumnInfo column) {
        return SqliteColumns.typeOf(column);
    }

    @Override
    public Optional<String> unsuited(Type type, ColumnInfo column) {
        try {
            SqliteColumns.of(type, column);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Optional<TableInfo> readTable(Handle handle, TableName name) {
        String schema = quote(name.schema().orElse("main"));
        Optional<String> found = handle.select(
                        "SELECT name FROM " + schema + ".sqlite_schema WHERE type = 'table' AND name = ?", name.name())
                .mapTo(String.class)
                .findOne();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        TreeMap<Integer, String> primaryKey = new TreeMap<>();
        List<ColumnInfo> columns = handle.select(
                        "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk, hidden FROM pragma_table_xinfo(?, ?) WHERE "
                                + "hidden <> 1",
                        name.name(),
                        name.schema().orElse("main"))
                .map((row, context) -> {
                    int place = row.getInt(5);
                    if (place > 0) {
                        primaryKey.put(place, row.getString(1));
                    }
                    boolean rowid = place > 0 && row.getString(2).equalsIgnoreCase("INTEGER");
                    return column(
                            row.getString(1),
                            row.getString(2),
                            row.getInt(3) == 0,
                            row.getBoolean(4) || rowid,
                            row.getInt(6) > 1);
                })
                .list();
        Set<Set<String>> unique = new LinkedHashSet<>();
        if (!primaryKey.isEmpty()) {
            unique.add(new HashSet<>(primaryKey.values()));
        }
        unique.addAll(uniqueIndexes(handle, name));
        return Optional.of(
                new TableInfo(name, name.name(), columns, List.copyOf(primaryKey.values()), List.copyOf(unique)));
    }

    @Override
    public List<ForeignKey> foreignKeys(Connection connection, TableName table) throws SQLException {
        return ForeignKeys.read(connection, this, table, false);
    }

    private static List<Set<String>> uniqueIndexes(Handle handle, TableName name) {
        Map<String, Set<String>> indexes = new TreeMap<>();
        handle.select(
                        "SELECT l.name, i.name FROM pragma_index_list(?, ?) l, pragma_index_info(l.name, ?) i WHERE "
                                + "l.\"unique\" = 1 AND l.partial = 0",
                        name.name(),
                        name.schema().orElse("main"),
                        name.schema().orElse("main"))
                .map((row, context) -> indexes.computeIfAbsent(row.getString(1), index -> new HashSet<>())
                        .add(String.valueOf(row.getString(2))))
                .list();
        return new ArrayList<>(indexes.values());
    }

    private static ColumnInfo column(
            String name, String declared, boolean nullable, boolean filled, boolean generated) {
        Matcher matcher = DECLARED.matcher(declared);
        int first = matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : -1;
        int second = first >= 0 && matcher.group(3) != null ? Integer.parseInt(matcher.group(3)) : 0;
        String type = matcher.matches() ? matcher.group(1).strip().toLowerCase(Locale.ROOT) : "";
        return new ColumnInfo(name, type, -1, first, second, nullable, filled, generated);
    }

    @Override
    public String typeText(ColumnInfo column) {
        return SqliteColumns.typeText(column);
    }

    @Override
    public RowWriter writer(Connection connection, SinkSettings settings, RowWriter.Transaction transaction) {
        return new StatementWriter(connection, this, transaction, SqliteColumns::of);
    }

    @Override
    public Fault fault(SQLException error) {
        if ("22000".equals(error.getSQLState())) {
            return Fault.RECORD;
        }
        int primary = error.getErrorCode() & 0xFF;
        if ((error.getErrorCode() == SQLiteErrorCode.SQLITE_CONSTRAINT.code
                        || primary == SQLiteErrorCode.SQLITE_CONSTRAINT.code)
                && String.valueOf(error.getMessage()).toUpperCase(Locale.ROOT).contains("FOREIGN KEY")) {
            return Fault.FOREIGN_KEY;
        }
        return switch (SQLiteErrorCode.getErrorCode(primary)) {
            case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG -> Fault.RECORD;
            case SQLITE_ERROR,
                    SQLITE_PERM,
                    SQLITE_READONLY,
                    SQLITE_CANTOPEN,
                    SQLITE_AUTH,
                    SQLITE_NOTADB,
                    SQLITE_CORRUPT,
                    SQLITE_MISUSE -> Fault.STOP;
            default -> Fault.RETRY;
        };
    }

    /** There is one write lock, and the session waited for it as long as it may. */
    @Override
    public boolean isLockTimeout(SQLException error) {
        return false;
    }

    /** The transaction holds the write lock from its begin on. */
    @Override
    public void lockForChange(Handle handle) {}

    /** The transaction holds the write lock already. */
    @Override
    public String selectLocked(String columns, String table, String where) {
        return "SELECT " + columns + " FROM " + table + " WHERE " + where;
    }

    /** SQLite compares the letters of ASCII alone without their case. */
    @Override
    public String nameIdentity(String identifier) {
        return identifier
                .chars()
                .map(c -> c >= 'A' && c <= 'Z' ? c + 32 : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Override
    public String tableIdentity(String identifier) {
        return nameIdentity(identifier);
    }

    @Override
    public Optional<String> oneOpenRow(TableName table, List<String> key, String validTo) {
        String index = quote("mainstem_open_" + table.name());
        return Optional.of("CREATE UNIQUE INDEX "
                + table.schema().map(schema -> quote(schema) + ".").orElse("") + index + " ON " + quote(table.name())
                + " (" + quote(key) + ") WHERE " + quote(validTo) + " IS NULL");
    }

    @Override
    public String owner(Handle handle) {
        return "";
    }

    @Override
    public void limitLockWait(Handle handle, long millis) {}

    @Override
    public boolean evict(Handle handle, String owner) {
        return false;
    }
}
