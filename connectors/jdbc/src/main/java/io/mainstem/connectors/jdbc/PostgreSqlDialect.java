package io.mainstem.connectors.jdbc;

import io.mainstem.api.Context;
import io.mainstem.api.Plan;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.ConnectionSettings;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** PostgreSQL, 11 and later. */
final class PostgreSqlDialect implements Dialect {

    private static final String APPLICATION = "mainstem";
    private static final String TOO_MANY_COLUMNS = "54011";
    private static final long DDL_LOCK = 0x6d61696e7374656dL;
    private static final long DDL_LOCK_WAIT_MILLIS = 10_000;
    private static final long SOCKET_GRACE_MILLIS = 10_000;
    private static final int KEEPALIVE_SECONDS = 15;

    private static final String READ_TABLE =
            "SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = "
                    + "c.relnamespace WHERE c.oid = to_regclass(?) AND c.relkind IN ('r', 'p', 'f', 'v')";
    /** What lies below a domain, or below a domain of that; nothing for other types. */
    private static final String BASE =
            " LEFT JOIN LATERAL (WITH RECURSIVE base(oid, modifier, required) AS (SELECT t.typbasetype, t.typtypmod, t.typnotnull WHERE "
                    + "t.typtype = 'd' UNION ALL SELECT d.typbasetype, d.typtypmod, base.required OR d.typnotnull FROM pg_type d JOIN "
                    + "base ON d.oid = base.oid WHERE d.typtype = 'd') SELECT y.*, y.oid AS id, base.modifier, base.required FROM base JOIN "
                    + "pg_type y ON y.oid = base.oid WHERE y.typtype <> 'd') b ON true ";

    private static final String NAME =
            "CASE WHEN coalesce(b.typtype, t.typtype) = 'e' THEN 'enum' WHEN pg_type_is_visible(coalesce(b.id, t.oid)) THEN "
                    + "coalesce(b.typname, t.typname) ELSE (SELECT nspname FROM pg_namespace WHERE oid = coalesce(b.typnamespace, "
                    + "t.typnamespace)) || '.' || coalesce(b.typname, t.typname) END";
    private static final String READ_COLUMNS = "SELECT a.attname, " + NAME
            + ", CASE WHEN t.typtype = 'd' THEN b.modifier ELSE a.atttypmod END, a.attnotnull OR coalesce(b.required, false), a.atthasdef "
            + "OR a.attidentity <> '' OR t.typdefault IS NOT NULL, coalesce(to_jsonb(a) ->> 'attgenerated', '') <> '' FROM pg_attribute a JOIN "
            + "pg_type t ON t.oid = a.atttypid" + BASE
            + "WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY "
            + "a.attnum";
    private static final String TYPE_NAME = "SELECT " + NAME + " FROM pg_type t" + BASE + "WHERE t.oid = to_regtype(?)";
    private static final String READ_KEYS =
            "SELECT i.indexrelid, i.indisprimary, a.attname FROM pg_index i CROSS JOIN LATERAL "
                    + "unnest(i.indkey) WITH ORDINALITY k(attnum, place) JOIN pg_attribute a ON a.attrelid "
                    + "= i.indrelid AND a.attnum = k.attnum AND k.place <= i.indnkeyatts WHERE i.indrelid = ?::oid AND i.indisunique AND i.indisvalid AND i.indpred IS "
                    + "NULL AND i.indexprs IS NULL ORDER BY i.indexrelid, k.place";

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public List<String> prefixes() {
        return List.of("jdbc:postgresql:");
    }

    @Override
    public int nameBytesMax() {
        return 63;
    }

    @Override
    public Connection connect(SinkSettings settings, Context context) throws SQLException {
        ConnectionSettings wanted = settings.connection();
        String connect = String.valueOf(Math.max(1, wanted.connectTimeout().toSeconds()));
        long socket = (wanted.statementTimeout().toMillis() + SOCKET_GRACE_MILLIS) / 1000;
        Connection connection = driver().connect(
                        wanted.url(),
                        wanted.driverProperties(Map.of(
                                "connectTimeout", connect,
                                "loginTimeout", connect,
                                "socketTimeout", String.valueOf(socket),
                                "tcpKeepAlive", "true",
                                "ApplicationName", APPLICATION)));
        if (connection == null) {
            throw new SQLException("the driver does not take this address", "08001");
        }
        try (Statement statement = connection.createStatement()) {
            long timeout = wanted.statementTimeout().toMillis();
            statement.execute(
                    "SET statement_timeout = " + timeout + "; SET idle_in_transaction_session_timeout = " + timeout
                            + "; SET tcp_keepalives_idle = " + KEEPALIVE_SECONDS + "; SET tcp_keepalives_interval = "
                            + KEEPALIVE_SECONDS
                            + "; SET tcp_keepalives_count = 2; SET client_min_messages = warning");
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** By the plugin's own loader; DriverManager would look into the caller's. */
    private static Driver driver() throws SQLException {
        return ServiceLoader.load(Driver.class, PostgreSqlDialect.class.getClassLoader()).stream()
                .filter(provider -> provider.type().getName().startsWith("org.postgresql."))
                .findFirst()
                .orElseThrow(
                        () -> new SQLException("the driver of PostgreSQL is not in the plugin's lib folder", "08001"))
                .get();
    }

    @Override
    public String columnType(Type type, boolean key) {
        return PgTypes.columnType(type);
    }

    @Override
    public Type typeOf(ColumnInfo column) {
        return PgTypes.typeOf(column);
    }

    @Override
    public Optional<String> unsuited(Type type, ColumnInfo column) {
        try {
            PgColumns.of(type, column);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Optional<TableInfo> readTable(Handle handle, TableName name) {
        return handle.select(READ_TABLE, quote(name))
                .map((row, context) -> new String[] {row.getString(1), row.getString(2), row.getString(3)})
                .findOne()
                .map(found -> readTable(handle, found[0], new TableName(Optional.of(found[1]), found[2])));
    }

    private static TableInfo readTable(Handle handle, String oid, TableName name) {
        List<ColumnInfo> columns = handle.select(READ_COLUMNS, oid)
                .map((row, context) -> column(row))
                .list();
        List<String> primaryKey = new ArrayList<>();
        Map<Long, Set<String>> unique = new LinkedHashMap<>();
        handle.select(READ_KEYS, oid)
                .map((row, context) -> {
                    unique.computeIfAbsent(row.getLong(1), index -> new HashSet<>())
                            .add(row.getString(3));
                    return row.getBoolean(2) ? primaryKey.add(row.getString(3)) : false;
                })
                .list();
        return new TableInfo(name, oid + " " + name, columns, List.copyOf(primaryKey), List.copyOf(unique.values()));
    }

    private static ColumnInfo column(ResultSet row) throws SQLException {
        String type = row.getString(2);
        int modifier = row.getInt(3);
        String element = type.startsWith("_") ? type.substring(1) : type;
        int length = -1;
        int precision = -1;
        int scale = 0;
        switch (element) {
            case "varchar", "bpchar" -> length = modifier < 0 ? element.equals("bpchar") ? 1 : -1 : modifier - 4;
            case "numeric" -> {
                precision = modifier < 0 ? -1 : (modifier - 4) >> 16 & 0xFFFF;
                scale = modifier < 0 ? 0 : ((modifier - 4) & 0x7FF ^ 1024) - 1024;
            }
            case "time", "timetz", "timestamp", "timestamptz" -> precision = modifier;
            case "interval" -> precision = modifier < 0 || (modifier & 0xFFFF) == 0xFFFF ? -1 : modifier & 0xFFFF;
            default -> {}
        }
        return new ColumnInfo(
                row.getString(1),
                type,
                length,
                precision,
                scale,
                !row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6));
    }

    @Override
    public RowWriter writer(Connection connection, SinkSettings settings, RowWriter.Transaction transaction)
            throws SQLException {
        return new CopyWriter(connection, this, transaction);
    }

    @Override
    public List<Plan.Request> statements(TablePlan plan, Optional<TablePlan> deletes) {
        return new CopyStage(plan, this, 1).requests(deletes.map(TablePlan::effect));
    }

    @Override
    public String typeName(Handle handle, String declared) {
        return handle.select(TYPE_NAME, declared).mapTo(String.class).findOne().orElse(declared);
    }

    @Override
    public Fault fault(SQLException error) {
        String state = error.getSQLState();
        if (state == null) {
            return Fault.RETRY;
        }
        if (state.equals("23503")) {
            return Fault.FOREIGN_KEY;
        }
        if (state.equals(TOO_MANY_COLUMNS)) {
            return Fault.STOP;
        }
        return switch (Faults.stateClass(state)) {
            // 21: two rows of one key in one upsert; 44: a view's check; 54: a value too large for an index; P0: a
            // trigger.
            case "21", "22", "23", "44", "54", "P0" -> Fault.RECORD;
            case "28", "3D", "3F", "42" -> Fault.STOP;
            default -> Fault.RETRY;
        };
    }

    @Override
    public boolean isLockTimeout(SQLException error) {
        return "55P03".equals(error.getSQLState());
    }

    @Override
    public void lockForChange(Handle handle) {
        limitLockWait(handle, DDL_LOCK_WAIT_MILLIS);
        handle.execute("SELECT pg_advisory_xact_lock(?)", DDL_LOCK);
    }

    @Override
    public List<String> widenColumn(String table, String column, String type, boolean nullable, boolean filled) {
        return List.of("ALTER TABLE " + table + " ALTER COLUMN " + column + " TYPE " + type);
    }

    @Override
    public List<String> letBeNull(String table, String column) {
        return List.of("ALTER TABLE " + table + " ALTER COLUMN " + column + " DROP NOT NULL");
    }

    @Override
    public Optional<String> oneOpenRow(TableName table, List<String> key, String validTo) {
        return Optional.of("CREATE UNIQUE INDEX ON " + quote(table) + " (" + quote(key) + ") WHERE " + quote(validTo)
                + " IS NULL");
    }

    @Override
    public String owner(Handle handle) {
        return handle.select(
                        "SELECT pid || '@' || extract(epoch FROM backend_start) FROM pg_stat_activity WHERE pid = pg_backend_pid()")
                .mapTo(String.class)
                .one();
    }

    @Override
    public void limitLockWait(Handle handle, long millis) {
        handle.execute("SET LOCAL lock_timeout = " + millis);
    }

    @Override
    public boolean evict(Handle handle, String owner) {
        int at = owner.indexOf('@');
        if (at < 0) {
            return false;
        }
        return handle.select(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ?::int AND extract(epoch FROM backend_start)::text = ? "
                                + "AND "
                                + "pid <> pg_backend_pid() AND application_name = ?",
                        owner.substring(0, at),
                        owner.substring(at + 1),
                        APPLICATION)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }
}
