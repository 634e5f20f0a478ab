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
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** PostgreSQL, 11 and later. */
final class PgSourceDialect implements SourceDialect {

    /** How its sessions are called; they only read, and so hold no watermark back. */
    static final String APPLICATION = "mainstem source";

    private static final int KEEPALIVE_SECONDS = 15;
    /** A look that waits behind a change of a table would keep that change waiting for what the source itself has locked. */
    private static final int LOCK_WAIT_MILLIS = 5_000;

    private static final String FIND =
            "SELECT c.oid::bigint, n.nspname, c.relname, greatest(c.reltuples, 0)::bigint, c.relkind IN ('r', 'p'), c.relkind "
                    + "= 'p', EXISTS (SELECT FROM pg_inherits i JOIN pg_class k ON k.oid = i.inhrelid WHERE i.inhparent = c.oid AND NOT "
                    + "k.relispartition) FROM pg_class c "
                    + "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(?) AND c.relkind IN ('r', 'p', 'v', 'm', "
                    + "'f')";
    private static final String ROWS =
            "WITH RECURSIVE family(oid) AS (SELECT ?::bigint::oid UNION SELECT i.inhrelid FROM pg_inherits "
                    + "i JOIN family f ON i.inhparent = f.oid) SELECT sum(greatest(c.reltuples, 0))::bigint FROM pg_class c JOIN family "
                    + "USING (oid)";
    /** Types that are not PostgreSQL's own may have the names of such: they are called 'other'. */
    private static final String COLUMNS =
            "SELECT a.attname, CASE WHEN coalesce(b.typcategory, t.typcategory) = 'A' AND e.oid IS NOT NULL THEN '_' || CASE WHEN "
                    + "e.typtype = 'e' THEN 'enum' WHEN e.typnamespace <> 'pg_catalog'::regnamespace THEN 'other' ELSE e.typname END "
                    + "WHEN coalesce(b.typtype, t.typtype) = 'e' THEN 'enum' WHEN coalesce(b.typnamespace, t.typnamespace) <> "
                    + "'pg_catalog'::regnamespace THEN 'other' ELSE coalesce(b.typname, t.typname) END, format_type(a.atttypid, "
                    + "a.atttypmod), CASE WHEN t.typtype = 'd' THEN b.domainmod ELSE a.atttypmod END, a.attnotnull OR t.typnotnull, "
                    + "coalesce(o.operators, '') FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN LATERAL (WITH "
                    + "RECURSIVE base(oid, domainmod) AS (SELECT t.typbasetype, t.typtypmod WHERE t.typtype = 'd' UNION ALL SELECT "
                    + "d.typbasetype, d.typtypmod FROM pg_type d JOIN base ON d.oid = base.oid WHERE d.typtype = 'd') SELECT y.oid, y.typname, "
                    + "y.typtype, y.typcategory, y.typnamespace, y.typelem, base.domainmod FROM base JOIN pg_type y ON y.oid = base.oid WHERE y.typtype <> 'd') b ON true LEFT JOIN pg_type "
                    + "e ON e.oid = coalesce(b.typelem, t.typelem) AND e.typarray = coalesce(b.oid, t.oid) LEFT JOIN LATERAL (SELECT "
                    + "quote_ident(n.nspname) AS operators FROM pg_opclass c JOIN pg_am m ON m.oid = c.opcmethod AND m.amname = 'btree' "
                    + "JOIN pg_amop p ON p.amopfamily = c.opcfamily AND p.amoplefttype = c.opcintype AND p.amoprighttype = c.opcintype "
                    + "AND p.amopstrategy = 5 JOIN pg_operator q ON q.oid = p.amopopr AND q.oprname = '>' JOIN pg_namespace n ON n.oid = "
                    + "q.oprnamespace WHERE c.opcdefault AND c.opcintype = coalesce(b.oid, t.oid) AND n.nspname <> 'pg_catalog' LIMIT "
                    + "1) o ON true WHERE a.attrelid = ?::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

    private static final String INDEXES =
            "SELECT i.indexrelid::bigint, i.indisprimary, i.indisunique AND i.indpred IS NULL, a.attname, a.attnotnull FROM pg_index i "
                    + "CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(attnum, place) JOIN pg_attribute a ON a.attrelid = "
                    + "i.indrelid AND a.attnum = k.attnum AND k.place <= i.indnkeyatts WHERE i.indrelid = ?::bigint::oid AND "
                    + "i.indisvalid AND i.indexprs IS NULL ORDER BY i.indisprimary DESC, i.indexrelid, k.place";
    private static final String TABLES =
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', "
                    + "'f') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' "
                    + "AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1, 2";
    private static final String SEQUENCE_CACHE =
            "SELECT max(s.seqcache) FROM pg_attribute a LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum JOIN "
                    + "pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass OR "
                    + "d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND "
                    + "d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i') JOIN pg_sequence s ON s.seqrelid = CASE WHEN d.classid = "
                    + "'pg_class'::regclass THEN d.objid ELSE d.refobjid END WHERE a.attrelid = to_regclass(?) AND a.attname = ?";

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public boolean takes(String url) {
        return url.startsWith("jdbc:postgresql:");
    }

    @Override
    public Connection connect(SourceSettings settings, Context context) throws SQLException {
        ConnectionSettings wanted = settings.connection();
        String connect = String.valueOf(Math.max(1, wanted.connectTimeout().toSeconds()));
        long socket = Math.max(1, wanted.statementTimeout().toSeconds()) + KEEPALIVE_SECONDS;
        Connection connection = Drivers.connect(
                wanted.url(),
                wanted.driverProperties(Map.of(
                        "connectTimeout",
                        connect,
                        "loginTimeout",
                        connect,
                        "socketTimeout",
                        String.valueOf(socket),
                        "tcpKeepAlive",
                        "true",
                        "ApplicationName",
                        APPLICATION,
                        "readOnly",
                        "true")));
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = "
                    + wanted.statementTimeout().toMillis() + "; SET lock_timeout = " + LOCK_WAIT_MILLIS
                    + "; SET idle_in_transaction_session_timeout = 0; SET default_transaction_read_only = on; SET IntervalStyle = "
                    + "iso_8601; SET DateStyle = ISO; SET bytea_output = hex; SET synchronize_seqscans = off; SET "
                    + "client_min_messages = warning; SET tcp_keepalives_idle = " + KEEPALIVE_SECONDS
                    + "; SET tcp_keepalives_interval = " + KEEPALIVE_SECONDS);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A table as the catalogue knows it. */
    private record Found(
            long oid, TableId id, long rows, boolean isTable, boolean isPartitioned, boolean hasChildren) {}

    @Override
    public Optional<TableFacts> table(Handle handle, TableId name) {
        return handle.select(FIND, quote(name))
                .map((row, context) -> new Found(
                        row.getLong(1),
                        new TableId(Optional.of(row.getString(2)), row.getString(3)),
                        row.getLong(4),
                        row.getBoolean(5),
                        row.getBoolean(6),
                        row.getBoolean(7)))
                .findOne()
                .map(found -> facts(handle, found));
    }

    private static TableFacts facts(Handle handle, Found found) {
        List<ColumnFacts> columns = handle.select(COLUMNS, found.oid())
                .map((row, context) -> column(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getInt(4),
                        !row.getBoolean(5),
                        row.getString(6)))
                .list();
        Map<Long, List<String>> unique = new LinkedHashMap<>();
        Set<String> indexed = new TreeSet<>();
        Set<Long> nullable = new TreeSet<>();
        Set<Long> seen = new TreeSet<>();
        handle.select(INDEXES, found.oid())
                .map((row, context) -> {
                    long index = row.getLong(1);
                    if (seen.add(index)) {
                        indexed.add(row.getString(4));
                    }
                    if (row.getBoolean(2) || row.getBoolean(3)) {
                        unique.computeIfAbsent(index, key -> new ArrayList<>()).add(row.getString(4));
                    }
                    return !row.getBoolean(5) && nullable.add(index);
                })
                .list();
        List<String> key = unique.entrySet().stream()
                .filter(entry -> !nullable.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(List.of());
        long rows = handle.select(ROWS, found.oid()).mapTo(Long.class).findOne().orElse(0L);
        // An index of a parent says nothing of the rows of its children.
        Set<Set<String>> sets = new HashSet<>();
        if (!found.hasChildren()) {
            unique.values().forEach(names -> sets.add(Set.copyOf(names)));
        }
        return new TableFacts(
                found.id(),
                columns,
                found.hasChildren() ? List.of() : key,
                sets,
                indexed,
                rows,
                found.isTable(),
                found.isPartitioned() || found.hasChildren(),
                found.isTable() ? String.valueOf(found.oid()) : "");
    }

    private static ColumnFacts column(
            String name, String type, String declared, int modifier, boolean nullable, String operators) {
        String element = type.startsWith("_") ? type.substring(1) : type;
        int precision = -1;
        int scale = 0;
        if (element.equals("numeric") && modifier >= 4) {
            precision = (modifier - 4) >> 16 & 0xFFFF;
            scale = ((modifier - 4) & 0x7FF ^ 1024) - 1024;
        }
        return new ColumnFacts(name, type, declared, precision, scale, nullable, operators);
    }

    @Override
    public List<TableId> tables(Handle handle) {
        return handle.select(TABLES)
                .map((row, context) -> new TableId(Optional.of(row.getString(1)), row.getString(2)))
                .list();
    }

    @Override
    public TableFacts query(Connection connection, String query) throws SQLException {
        List<ColumnFacts> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM (" + query + ") q LIMIT 0");
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData metadata = rows.getMetaData();
            for (int i = 1; i <= metadata.getColumnCount(); i++) {
                String type = metadata.getColumnTypeName(i).replaceAll("^(small|big)?serial$", "$1int");
                boolean isBounded = type.equals("numeric") && metadata.getPrecision(i) > 0;
                columns.add(new ColumnFacts(
                        metadata.getColumnLabel(i),
                        switch (type) {
                            case "int" -> "int4";
                            case "bigint" -> "int8";
                            case "smallint" -> "int2";
                            default -> type;
                        },
                        type.startsWith("_") ? type.substring(1) + "[]" : type,
                        isBounded ? metadata.getPrecision(i) : -1,
                        isBounded ? metadata.getScale(i) : 0,
                        metadata.isNullable(i) != ResultSetMetaData.columnNoNulls));
            }
        }
        return new TableFacts(new TableId(Optional.empty(), "query"), columns, List.of(), Set.of(), 0, false);
    }

    @Override
    public Type typeOf(ColumnFacts column) {
        return PgTypes.typeOf(column);
    }

    @Override
    public String expression(ColumnFacts column, Type type) {
        return PgTypes.expression(quote(column.name()), column, type);
    }

    @Override
    public OrderColumn order(ColumnFacts column, Type type, int field) {
        return new OrderColumn(
                column.name(),
                quote(column.name()),
                quote(column.name()),
                column.declared(),
                column.operators(),
                type,
                field);
    }

    /** An address within its table, and before it which table, where there is more than one. */
    @Override
    public List<OrderColumn> rowAddress(TableFacts table) {
        if (!table.isTable()) {
            return List.of();
        }
        OrderColumn address = new OrderColumn("ctid", "ctid", "ctid::text AS \"(text)\"", "tid", Type.STRING, -1);
        return table.hasParts()
                ? List.of(
                        new OrderColumn("tableoid", "tableoid", "tableoid::text AS \"(oid)\"", "oid", Type.STRING, -1),
                        address)
                : List.of(address);
    }

    @Override
    public boolean isTime(ColumnFacts column, Type type) {
        return type.equals(Type.TIMESTAMP) || type.equals(Type.TIMESTAMPTZ);
    }

    @Override
    public List<Finding> findings(Handle handle, TablePlan plan, SourceSettings settings) {
        List<Finding> findings = new ArrayList<>();
        looseKey(plan).ifPresent(findings::add);
        if (!plan.settings().mode().isIncremental()) {
            return findings;
        }
        if (plan.settings().mode().hasTime()) {
            wallClock(plan, settings).ifPresent(findings::add);
            endless(handle, plan).ifPresent(findings::add);
        }
        if (handle.select("SELECT pg_is_in_recovery()").mapTo(Boolean.class).one()) {
            findings.add(new Finding(
                    "jdbc.standby",
                    "the server is a standby, which does not know the open transactions of its primary, so that rows could be lost",
                    "read from the primary, or use mode snapshot",
                    true));
        }
        if (plan.facts().isTable() && plan.settings().mode() == Mode.INCREMENTING) {
            sequenceCache(handle, plan).ifPresent(findings::add);
        }
        if (plan.facts().isTable()
                && !plan.facts().indexed().contains(plan.cursor().name())) {
            findings.add(new Finding(
                    "jdbc.no-index",
                    "no index of " + plan.id() + " begins with the cursor column '"
                            + plan.cursor().name() + "', so that each look for new rows reads the whole table",
                    "create an index on " + plan.cursor().name(),
                    false));
        }
        return findings;
    }

    private static Optional<Finding> looseKey(TablePlan plan) {
        List<String> key = plan.settings().key();
        if (key.isEmpty() || !plan.facts().isTable() || plan.facts().isUnique(key)) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                "jdbc.key-not-unique",
                "no unique index of " + plan.id() + " makes sure that the key " + key
                        + " names one row; rows of the same key are read one by one, but a sink by key keeps only one of them",
                "create a unique index on those columns, or name others with 'key'",
                false));
    }

    private static Optional<Finding> wallClock(TablePlan plan, SourceSettings settings) {
        if (hasZone(plan) || settings.cursorZone().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                "jdbc.cursor-zone",
                "the cursor column '" + plan.cursor().name() + "' of " + plan.id()
                        + " is a timestamp without zone, and it is not known which clock it shows: by a wrong one, rows that commit "
                        + "late would be lost",
                "set 'cursor-zone' to the zone of those who write: UTC, +02:00, or a name such as Europe/Berlin; SHOW TimeZone in "
                        + "a session of theirs tells it",
                true));
    }

    /** Whether the cursor is a time with a zone, whatever its field is read as. */
    static boolean hasZone(TablePlan plan) {
        ColumnFacts cursor = plan.facts().column(plan.cursor().name()).orElseThrow();
        return PgTypes.typeOf(cursor).equals(Type.TIMESTAMPTZ);
    }

    private static Optional<Finding> endless(Handle handle, TablePlan plan) {
        if (!plan.facts().isTable()) {
            return Optional.empty();
        }
        String where =
                plan.settings().where().map(text -> " AND (" + text + ")").orElse("");
        long count = handle.select("SELECT count(*) FROM " + plan.from() + " WHERE "
                        + plan.cursor().expression() + " = 'infinity'" + where)
                .mapTo(Long.class)
                .one();
        return count == 0
                ? Optional.empty()
                : Optional.of(new Finding(
                        "jdbc.infinite-cursor",
                        count + " rows of " + plan.id() + " have 'infinity' in the cursor column '"
                                + plan.cursor().name() + "': that time never comes, so they are never read",
                        "give them a time, or leave them out with 'where'",
                        false));
    }

    private Optional<Finding> sequenceCache(Handle handle, TablePlan plan) {
        return handle.select(
                        SEQUENCE_CACHE, quote(plan.facts().id()), plan.cursor().name())
                .map((row, context) -> row.getLong(1))
                .findOne()
                .filter(cache -> cache > 1)
                .map(cache -> new Finding(
                        "jdbc.sequence-cache",
                        "the sequence of " + plan.id() + "." + plan.cursor().name() + " has CACHE " + cache
                                + ": sessions keep ids in stock, so that a lower id can come after a higher one and would be lost",
                        "ALTER SEQUENCE .. CACHE 1, or read by a time (mode timestamp)",
                        true));
    }

    @Override
    public Function<TablePlan, Watermark> watermarks(SourceSettings settings, Context context) {
        return plan -> new PgWatermark(plan, settings, this, context.logger());
    }

    @Override
    public void begin(Connection connection, SourceSettings settings, Optional<String> snapshot) throws SQLException {
        connection.commit();
        connection.setTransactionIsolation(
                snapshot.isPresent()
                        ? Connection.TRANSACTION_REPEATABLE_READ
                        : settings.isolation().level());
        if (snapshot.isPresent()) {
            execute(connection, "SET TRANSACTION SNAPSHOT '" + snapshot.get() + "'");
        }
        // A stream lasts as long as its reader takes; that it does not go silent is the socket's timeout to watch.
        execute(connection, "SET LOCAL statement_timeout = 0");
    }

    @Override
    public Optional<String> shareSnapshot(Connection connection, Collection<TablePlan> tables) throws SQLException {
        connection.commit();
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        for (TablePlan table : tables) {
            hold(connection, table);
        }
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT pg_export_snapshot()")) {
            found.next();
            return Optional.of(found.getString(1));
        }
    }

    @Override
    public void hold(Connection connection, TablePlan plan) throws SQLException {
        if (plan.facts().isTable()) {
            execute(connection, "LOCK TABLE " + plan.from() + " IN ACCESS SHARE MODE");
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public String statement(TablePlan plan, ReadRequest request) {
        return CopyStream.statement(new SelectText(plan, PgSourceDialect::literal).of(request));
    }

    @Override
    public List<String> explain(Handle handle, TablePlan plan, ReadRequest request) {
        return handle.select("EXPLAIN " + new SelectText(plan, PgSourceDialect::literal).of(request))
                .mapTo(String.class)
                .list();
    }

    @Override
    public RowStream stream(Connection connection, TablePlan plan, ReadRequest request, SourceSettings settings)
            throws SQLException {
        String select = new SelectText(plan, PgSourceDialect::literal).of(request);
        return new CopyStream(connection, plan, request.order(), select);
    }

    /** As quote_literal writes it: right whatever standard_conforming_strings is. */
    static String literal(OrderColumn column, String value) {
        String quoted = "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
        return (value.indexOf('\\') >= 0 ? "E" : "") + quoted + "::" + column.declared();
    }

    @Override
    public Optional<String[]> span(Connection connection, TablePlan plan, OrderColumn column) throws SQLException {
        String where =
                plan.settings().where().map(text -> " WHERE (" + text + ")").orElse("");
        String[] ends = new String[2];
        for (int i = 0; i < 2; i++) {
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("SELECT " + column.expression() + " FROM " + plan.from()
                            + where + " ORDER BY 1 " + (i == 0 ? "ASC" : "DESC") + " NULLS LAST LIMIT 1")) {
                if (!found.next() || found.getString(1) == null) {
                    return Optional.empty();
                }
                ends[i] = found.getString(1);
            }
        }
        return Optional.of(ends);
    }

    @Override
    public boolean isTransient(SQLException error) {
        String state = error.getSQLState();
        if (state == null) {
            return true;
        }
        return switch (SourceFaults.stateClass(state)) {
            case "08", "25", "40", "53", "55", "57", "58", "XX" -> true;
            // A plan of a table that was changed; a snapshot whose keeper has lost its connection.
            default ->
                state.equals("0A000") || String.valueOf(error.getMessage()).contains("snapshot");
        };
    }

    @Override
    public boolean isMissing(SQLException error) {
        return "42P01".equals(error.getSQLState()) || "42703".equals(error.getSQLState());
    }
}
