package io.mainstem.connectors.jdbc;

import io.mainstem.api.Type;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a database does in its own way: the one class that makes the sink write into it, by prepared statements and the
 * driver's metadata.
 *
 * <p>To add a database, extend this class, name the class in {@code META-INF/services/io.mainstem.connectors.jdbc.SqlDialect}
 * of a jar, and put the jar beside the driver's into the plugin's folder {@code ext}. It is asked before the built-in
 * dialects, so that it may also replace one.
 *
 * <ul>
 *   <li>A dialect has no state, and is used by many threads.
 *   <li>It never lets the database change a value silently: {@link #columnType} and {@link #typeOf} promise that a column keeps
 *       each value of its type exactly, within the limits that they name; the sink refuses values beyond them, by name.
 *   <li>Table and column names are handed over in the database's quotes.
 * </ul>
 */
public abstract class SqlDialect {

    /** Of Oracle and SQL Server; most others have at least as much. */
    private static final int NAME_LENGTH = 128;

    /** For inheritors. */
    protected SqlDialect() {}

    /** The database's name, for messages. */
    public abstract String name();

    /** How its addresses begin, such as {@code jdbc:h2:}. */
    public abstract List<String> prefixes();

    /**
     * The type of a column that the sink makes. It holds every value of the type, or the database or the sink refuses it.
     *
     * @param key whether the column is part of a primary key, which many databases do not allow for long texts
     */
    public abstract String columnType(Type type, boolean key);

    /**
     * The type of the values that a column keeps exactly; empty when the sink should not write into such a column.
     *
     * @param typeName as the driver's metadata has it, in lower case and without parameters
     * @param size the length of a text or bytes, the digits of a number
     * @param digits the digits behind the point, of a number or of a second
     */
    public abstract Optional<Type> typeOf(String typeName, int size, int digits);

    /** The digits of a second that a column of a time keeps, from the metadata of the driver. */
    public int secondDigits(String typeName, int size, int digits) {
        return digits;
    }

    /**
     * A statement with a parameter for each column, in their order, that replaces the row with the same key or adds it.
     *
     * @param key some of the columns, under a primary key or unique constraint
     */
    public abstract String upsert(String table, List<String> columns, List<String> key);

    /**
     * A further condition, with the value as its parameter, for a column of a key by which = takes texts for equal that differ, such as
     * in upper and lower case; empty where = is exact.
     *
     * @param column its name, quoted
     * @param type the driver's name of its type, in lower case
     */
    public Optional<String> exactly(String column, String type) {
        return Optional.empty();
    }

    /** The error in words that a person understands, where the database's are about how {@link #upsert} is made. */
    public SQLException inWords(SQLException error) {
        return error;
    }

    /** What an error means. */
    public abstract Fault fault(SQLException error);

    /** The dialect for the version that answers; this one, unless versions differ. */
    public SqlDialect adapted(DatabaseMetaData server) throws SQLException {
        return this;
    }

    /** Properties for the driver; the user's own stand before them. */
    public Map<String, String> driverProperties(Duration connectTimeout, Duration statementTimeout) {
        return Map.of();
    }

    /** Statements for each new connection: modes without which values would be changed, and timeouts. */
    public List<String> sessionStatements(Duration statementTimeout) {
        return List.of();
    }

    /** The address by which a look at the database does not make one that is not there. */
    public String urlToLook(String url) {
        return url;
    }

    /** Whether an error says that there is no database at {@link #urlToLook}, and that connecting otherwise makes it. */
    public boolean isMissingDatabase(SQLException error) {
        return false;
    }

    /** A name in quotes. */
    public String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** The most characters of a name. */
    public int nameLengthMax() {
        return NAME_LENGTH;
    }

    /** What the database compares names by: equal for two names that cannot both be columns of one table. */
    public String nameIdentity(String identifier) {
        return identifier;
    }

    /** The type of a text column of the ledger's key, which tells upper from lower case. */
    public String ledgerText(int length) {
        return "VARCHAR(" + length + ")";
    }

    /** The type of a whole number of 64 bits. */
    public String bigint() {
        return "BIGINT";
    }

    /** What stands behind a column that may be null. */
    public String nullable() {
        return "";
    }

    /** What stands at the end of a statement that makes a table. */
    public String tableOptions() {
        return "";
    }

    /** A query that locks what it reads until the end of the transaction. */
    public String selectLocked(String columns, String table, String where) {
        return "SELECT " + columns + " FROM " + table + " WHERE " + where + " FOR UPDATE";
    }

    /** A query that has a row when the table has one. */
    public String selectAny(String table) {
        return "SELECT 1 FROM " + table + " FETCH FIRST 1 ROWS ONLY";
    }

    /** The statement that adds a column. */
    public String addColumn(String table, String column, String type) {
        return "ALTER TABLE " + table + " ADD " + column + " " + type;
    }

    /**
     * The statements that give a column a wider type; none where that cannot be done without a loss.
     *
     * @param nullable whether it may be null, which stays so
     * @param filled whether it has a default, which stays so
     */
    public List<String> widenColumn(String table, String column, String type, boolean nullable, boolean filled) {
        return List.of();
    }

    /** The statements that let a column be null; none where that cannot be said without its type. */
    public List<String> letBeNull(String table, String column) {
        return List.of();
    }

    /** The statements that begin a savepoint of this name, go back to it, and forget it; an empty text where there is none. */
    public List<String> savepoint(String name) {
        return List.of("SAVEPOINT " + name, "ROLLBACK TO SAVEPOINT " + name, "RELEASE SAVEPOINT " + name);
    }

    /** The value as the driver is given it: by default java.time's classes, texts, numbers, booleans and bytes. */
    public Object parameter(Type column, Object value) {
        return value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value;
    }

    /** Why a value that fits the column's type would not be kept as it is; empty when it would. */
    public Optional<String> changed(Type column, String typeName, Object value) {
        return Optional.empty();
    }

    /** Why a table cannot be written safely, such as one whose engine has no transactions; empty when it can. */
    public Optional<String> unusable(Connection connection, Optional<String> schema, String table) throws SQLException {
        return Optional.empty();
    }

    /** The driver's word for a schema: some have catalogs instead. */
    public boolean hasCatalogsForSchemas() {
        return false;
    }

    /** Whether each foreign key that the driver knows holds: none can be switched off by itself. */
    boolean hasLastingForeignKeys() {
        return false;
    }

    /** A MERGE as the SQL standard has it, for {@link #upsert}. */
    protected static String merge(String table, String source, List<String> columns, List<String> key) {
        String updates = columns.stream()
                .filter(column -> !key.contains(column))
                .map(column -> "t." + column + " = s." + column)
                .collect(Collectors.joining(", "));
        return "MERGE INTO " + table + " t USING " + source + " ON ("
                + key.stream().map(column -> "t." + column + " = s." + column).collect(Collectors.joining(" AND "))
                + ")" + (updates.isEmpty() ? "" : " WHEN MATCHED THEN UPDATE SET " + updates)
                + " WHEN NOT MATCHED THEN INSERT (" + String.join(", ", columns) + ") VALUES ("
                + columns.stream().map(column -> "s." + column).collect(Collectors.joining(", ")) + ")";
    }

    /** What an error means by its SQLSTATE alone, where the database follows the standard. */
    protected static Fault faultByState(SQLException error) {
        return switch (Faults.stateClass(error.getSQLState())) {
            case "21", "22", "23", "44" -> Fault.RECORD;
            case "28", "3D", "3F", "42" -> Fault.STOP;
            default -> Fault.RETRY;
        };
    }
}
