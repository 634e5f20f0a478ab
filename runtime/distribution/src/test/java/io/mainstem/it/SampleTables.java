package io.mainstem.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Two schemas in a PostgreSQL: the public sample of a music shop, Chinook, whose script a library brings; and a business that rents films,
 * which has what makes schemas hard to copy.
 */
final class SampleTables {

    private static final String TABLES =
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid ="
                    + " c.relnamespace WHERE n.nspname IN ('chinook', 'rental', 'Rental Shop') AND c.relkind IN ('r', 'p') AND NOT"
                    + " c.relispartition ORDER BY 1";
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

    private SampleTables() {}

    /** Makes the tables, without rows. */
    static void make(Database database) throws Exception {
        database.execute(resource("schema.sql"));
        database.execute("CREATE SCHEMA chinook");
        database.execute(chinook("CREATE MEMORY TABLE").replace("CREATE MEMORY TABLE", "CREATE TABLE"));
        database.execute(chinook("ALTER TABLE"));
    }

    /** Makes the tables and fills them. */
    static void makeWithRows(Database database) throws Exception {
        make(database);
        database.execute("BEGIN; SET LOCAL session_replication_role = replica; " + chinook("INSERT INTO \"chinook\"")
                + "; COMMIT");
        database.execute(resource("data.sql"));
    }

    static String resource(String name) throws IOException {
        return read("/rental/" + name);
    }

    private static String read(String path) throws IOException {
        try (InputStream stream = Objects.requireNonNull(SampleTables.class.getResourceAsStream(path), path)) {
            return new String(stream.readAllBytes(), UTF_8);
        }
    }

    /** The statements of the library's script that begin so. */
    private static String chinook(String beginning) throws IOException {
        return read("/chinook.script")
                .lines()
                .filter(line -> line.startsWith(beginning))
                .map(line -> ESCAPE.matcher(line).replaceAll(SampleTables::character))
                .collect(Collectors.joining(";\n"));
    }

    private static String character(MatchResult escape) {
        return String.valueOf((char) Integer.parseInt(escape.group(1), 16));
    }

    /** The tables, without partitions, as SQL writes their names. */
    static List<String> names(Database database) throws SQLException {
        return database.rows(TABLES);
    }

    /** The name of a table's copy in one schema, where upper and lower case may be the same. */
    static String nameOfCopy(String table) {
        String name = table.substring(table.indexOf('.') + 1).replace("\"", "");
        return table.contains("Price")
                ? "\"price-list\""
                : table.startsWith("chinook.") ? "\"music_" + name + '"' : '"' + name + '"';
    }

    /** Of each table, how many rows there are and a digest of all their values. */
    static Map<String, String> digests(Database database) throws SQLException {
        Map<String, String> digests = new TreeMap<>();
        for (String table : names(database)) {
            digests.put(
                    table,
                    database.row(
                            "SELECT count(*), md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\"), ''))"
                                    + " FROM " + table + " t"));
        }
        return digests;
    }
}
