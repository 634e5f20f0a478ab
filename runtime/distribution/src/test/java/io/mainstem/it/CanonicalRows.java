package io.mainstem.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** The rows of a table of PostgreSQL, and those of its copy in any database, each value in a form that is the same for both. */
final class CanonicalRows {

    private static final String COLUMNS =
            "WITH RECURSIVE c(name, place, type) AS (SELECT attname, attnum, atttypid FROM pg_attribute WHERE"
                    + " attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped UNION ALL SELECT name, place, typbasetype FROM c JOIN pg_type t"
                    + " ON t.oid = c.type WHERE t.typtype = 'd') SELECT name, CASE WHEN typname IN ('_bytea', '_jsonb') THEN typname WHEN typcategory = 'A' THEN 'json' WHEN typtype = 'b' THEN"
                    + " typname ELSE 'text' END FROM c JOIN pg_type t ON t.oid = c.type WHERE typtype <> 'd' ORDER BY place";
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final List<Column> columns = new ArrayList<>();

    private record Column(String name, String type) {}

    private CanonicalRows(Database source, String table) throws SQLException {
        for (String row : source.rows(COLUMNS.formatted(table))) {
            int at = row.lastIndexOf('|');
            columns.add(new Column(row.substring(0, at), row.substring(at + 1)));
        }
    }

    /** What is wrong with the copy of a table; nothing when each row is there once, and no other. */
    static List<String> differences(String source, String table, String copy, String copiedTable) throws SQLException {
        CanonicalRows rows = new CanonicalRows(Database.at(source), table);
        List<String> expected = rows.read(
                source + "?user=postgres&options=-c%20TimeZone=UTC%20-c%20IntervalStyle=iso_8601",
                rows.columns.stream().map(CanonicalRows::expression).collect(Collectors.joining(", ")) + " FROM "
                        + table);
        List<String> found = rows.read(copy, "* FROM " + copiedTable);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
            String left = i < expected.size() ? expected.get(i) : "nothing";
            String right = i < found.size() ? found.get(i) : "nothing";
            if (!left.equals(right)) {
                wrong.add(table + ": " + left + " became " + right);
            }
        }
        return wrong;
    }

    private static String expression(Column column) {
        String quoted = '"' + column.name().replace("\"", "\"\"") + '"';
        return switch (column.type()) {
            case "json", "jsonb" -> "to_jsonb(" + quoted + ")::text";
            case "_jsonb" -> "to_jsonb(" + quoted + "::text[])::text";
            case "_bytea" ->
                "(SELECT jsonb_agg(encode(e, 'base64') ORDER BY place)::text FROM unnest(" + quoted
                        + ") WITH ORDINALITY u(e, place))";
            case "money" -> quoted + "::numeric";
            case "text" -> quoted + "::text";
            default -> quoted;
        };
    }

    private List<String> read(String url, String what) throws SQLException {
        List<String> read = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT " + what)) {
            while (rows.next()) {
                StringJoiner row = new StringJoiner(" | ");
                for (int i = 0; i < columns.size(); i++) {
                    row.add(value(columns.get(i), rows, i + 1));
                }
                read.add(row.toString());
            }
        }
        read.sort(null);
        return read;
    }

    private static String value(Column column, ResultSet rows, int at) throws SQLException {
        String text = rows.getString(at);
        if (text == null) {
            return "null";
        }
        return switch (column.type()) {
            case "bool" -> String.valueOf(rows.getBoolean(at));
            case "float4" -> String.valueOf((float) rows.getDouble(at));
            case "float8" -> String.valueOf(rows.getDouble(at));
            case "numeric", "money" -> canonical(new BigDecimal(text));
            case "bytea" -> HexFormat.of().formatHex(rows.getBytes(at));
            case "timestamp", "timestamptz" -> time(text);
            case "time" -> String.valueOf(LocalTime.parse(text));
            case "bpchar" -> text.stripTrailing();
            case "json", "jsonb", "_jsonb", "_bytea" -> json(text);
            default -> text;
        };
    }

    private static String canonical(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /** All are in UTC here. */
    private static String time(String text) {
        return String.valueOf(
                LocalDateTime.parse(text.replaceFirst("(Z|[+]00(:00)?)$", "").replace(' ', 'T')));
    }

    private static String canonical(JsonNode node) {
        if (node.isObject()) {
            return node.properties().stream()
                    .map(entry -> entry.getKey() + ":" + canonical(entry.getValue()))
                    .sorted()
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (node.isArray()) {
            return node.valueStream().map(CanonicalRows::canonical).collect(Collectors.joining(",", "[", "]"));
        }
        return node.isNumber()
                ? canonical(node.decimalValue())
                : node.toString().replace("+00:00\"", "Z\"");
    }

    private static String json(String text) {
        try {
            return canonical(JSON.readTree(text));
        } catch (JsonProcessingException e) {
            throw new AssertionError(text + " is no JSON", e);
        }
    }
}
