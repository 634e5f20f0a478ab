package io.mainstem.connectors.jdbc;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.connectors.jdbc.sql.ConnectionOptions;
import io.mainstem.connectors.jdbc.sql.SafeUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The options of the sink, and the rules between them. */
final class SinkOptions {

    /** What a message does to the table. */
    enum Mode {
        /** Each message adds a row. */
        INSERT,
        /** A message replaces the row of its key, or adds it. */
        UPSERT,
        /** A message changes the row of its key; where there is none, nothing happens. */
        UPDATE
    }

    /** What the table keeps. */
    enum TableMode {
        /** The rows that there are. */
        LIVE,
        /** Those that were deleted too, with the time. */
        SOFT_DELETE,
        /** Each version that each row had. */
        HISTORY
    }

    /** What the sink may do about rows that do not fit the table. */
    enum Evolve {
        /** Nothing: the sink stops. */
        STOP,
        /** A field without a column gets one that may be null. */
        ADD,
        /** A column that is too narrow gets a wider type, or may be null. */
        WIDEN,
        /** What does not fit goes into one JSON column. */
        SIDE_COLUMN
    }

    /** What a first start does when the table has rows already. */
    enum ExistingRows {
        /** The sink stops. */
        STOP,
        /** The new rows are added to them. */
        APPEND
    }

    /** What happens when the table or the topic is another one under its old name. */
    enum Replaced {
        /** The sink stops. */
        STOP,
        /** The sink goes on with the new one. */
        ACCEPT
    }

    static final Option<String> TABLE = Option.text("table")
            .defaultValue("{topic}")
            .doc(
                    "The table, with or without its schema; {topic} stands for the topic's name, {topic.last} for what is "
                            + "behind its last point, {value.FIELD} and {key.FIELD} for what a message has there. Names are taken as they are written, upper and lower case too; double quotes keep a point inside a name.")
            .example("sales.orders");
    static final Option<Map<String, String>> TABLES = Option.map("tables", Option.text("table"))
            .doc("The tables of topics that do not go where the option 'table' says, as {topic: table}.")
            .example("{orders: sales.orders, customers: crm.customers}");
    static final Option<Long> TABLES_MAX = Option.integer("tables-max", 1, 10_000)
            .defaultValue(100L)
            .doc("The most tables of one topic, where messages name them; the sink stops before it makes one more.")
            .example("20");
    static final Option<Mode> MODE = Option.choice("mode", Mode.class)
            .defaultValue(Mode.INSERT)
            .doc(
                    "insert adds a row for each message; upsert replaces the row with the same key, or adds it; update changes the row with the "
                            + "same key and adds none.")
            .example("upsert");
    static final Option<TableMode> TABLE_MODE = Option.choice("table-mode", TableMode.class)
            .defaultValue(TableMode.LIVE)
            .doc(
                    "live keeps the rows that there are; soft-delete keeps deleted ones too, with the time in the column that "
                            + "'deleted-at' names; history keeps each version of each row, from 'valid-from' to 'valid-to'. The latter two need mode upsert.")
            .example("soft-delete");
    static final Option<String> DELETED_AT = Option.text("deleted-at")
            .defaultValue("deleted_at")
            .doc("The column for the time of a deletion, in table mode soft-delete; null while the thing exists.")
            .example("removed");
    static final Option<String> VALID_FROM = Option.text("valid-from")
            .defaultValue("valid_from")
            .doc("The column for the time since which a version holds, in table mode history.")
            .example("since");
    static final Option<String> VALID_TO = Option.text("valid-to")
            .defaultValue("valid_to")
            .doc(
                    "The column for the time until which a version held, in table mode history; null for the one that holds.")
            .example("until");
    static final Option<String> VERSION = Option.text("version")
            .defaultValue("version")
            .doc(
                    "The column for the offset of a version's record, in table mode history; with the key it is the primary key.")
            .example("record_offset");
    static final Option<List<String>> KEY = Option.list("key", Option.text("key"))
            .doc(
                    "The columns that name a row, for upsert and for the primary key of a table that the sink makes. Without it, "
                            + "upsert takes the fields of the message's key, or else the primary key that the table has.")
            .example("[id]");
    static final Option<Map<String, String>> COLUMNS = Option.map("columns", Option.text("column"))
            .doc(
                    "The fields to write, each with the name of its column; fields that are not named are left out. Without it, "
                            + "every field goes into the column of its own name.")
            .example("{id: id, customer: customer_name}");
    static final Option<Naming.Policy> NAMES = Option.choice("names", Naming.Policy.class)
            .defaultValue(Naming.Policy.AS_IS)
            .doc(
                    "How fields that are not in 'columns', and topics in '{topic}', become names: as-is, snake-case (customerId becomes "
                            + "customer_id) or lower. Two fields with one name stop the sink.")
            .example("snake-case");
    static final Option<Map<String, String>> COLUMN_TYPES = Option.map("column-types", Option.text("type"))
            .doc(
                    "The database's types of columns that the sink makes, where they should be others than it would choose, as {column: type}.")
            .example("{price: 'numeric(12,2)', address: inet}");
    static final Option<List<String>> FROM_TEXT = Option.list("from-text", Option.text("column"))
            .doc(
                    "Columns of PostgreSQL into which texts go although they are dates, times, numbers or arrays: the server reads them as it "
                            + "writes them, NaN and infinity among them. Each as COLUMN, for every table of the sink, TABLE.COLUMN or SCHEMA.TABLE.COLUMN. "
                            + "Read such columns in the source with columns: {NAME: {type: string}}.")
            .example("[prices.amount, valid_until]");
    static final Option<Boolean> CREATE_TABLE = Option.bool("create-table")
            .defaultValue(true)
            .doc("Whether a missing table is made, from the fields of the first message.")
            .example("false");
    static final Option<List<Evolve>> EVOLVE = Option.list("evolve", Option.choice("evolve", Evolve.class))
            .defaultValue(List.of(Evolve.STOP))
            .doc(
                    "What the sink may do about rows that do not fit the table: add columns for new fields, widen columns that are too "
                            + "narrow, put what is left into a JSON column of its own (side-column). One or several of them; stop for none.")
            .example("add");
    static final Option<String> SIDE_COLUMN = Option.text("side-column")
            .defaultValue("_unfitted")
            .doc(
                    "The JSON column for what does not fit, with 'evolve: side-column': the fields and their values, or null.")
            .example("extra");
    static final Option<Boolean> DELETE = Option.bool("delete")
            .defaultValue(false)
            .doc(
                    "Whether a delete message removes the row of its key. Needs mode upsert or update. Without it, such a message stops the "
                            + "sink; table modes soft-delete and history take them always.")
            .example("true");
    static final Option<ExistingRows> EXISTING_ROWS = Option.choice("existing-rows", ExistingRows.class)
            .defaultValue(ExistingRows.STOP)
            .doc(
                    "What a first start in mode insert does when the table has rows that this sink did not write: stop, or "
                            + "append to them.")
            .example("append");
    static final Option<Replaced> REPLACED = Option.choice("replaced", Replaced.class)
            .defaultValue(Replaced.STOP)
            .doc(
                    "What to do when the table was dropped and made again, or the topic was, since the sink last wrote: stop, or "
                            + "accept the new one. A new topic is then read from its start; a new table gets the rows from where the "
                            + "sink stands, not the earlier ones.")
            .example("accept");
    static final Option<Long> BATCH_ROWS = Option.integer("batch-rows", 1, 10_000_000)
            .defaultValue(100_000L)
            .doc("The most rows of one transaction in the database.")
            .example("20000");
    static final Option<Long> BATCH_BYTES = Option.size("batch-bytes", 64L << 10, 1L << 30)
            .defaultValue(16L << 20)
            .doc("The most bytes of one transaction in the database; as much memory is used to find bad rows.")
            .example("64MiB");
    static final Option<Duration> STATEMENT_TIMEOUT = ConnectionOptions.statementTimeout(
            Duration.ofMinutes(1),
            "How long one statement may run, and how long the database keeps a transaction of which it hears nothing.");
    static final Option<Duration> FOREIGN_KEY_WAIT = Option.duration(
                    "foreign-key-wait", Duration.ZERO, Duration.ofHours(1))
            .defaultValue(Duration.ofMinutes(1))
            .doc(
                    "How long a row waits for the row that its foreign key points to, which may come by another topic, before it "
                            + "counts as bad: from when all else is read, and a source that reads once has ended.")
            .example("30m");
    static final ConfigSpec SPEC = ConfigSpec.of(
                    ConnectionOptions.URL,
                    ConnectionOptions.USER,
                    ConnectionOptions.PASSWORD,
                    TABLE,
                    TABLES,
                    TABLES_MAX,
                    MODE,
                    TABLE_MODE,
                    DELETED_AT,
                    VALID_FROM,
                    VALID_TO,
                    VERSION,
                    KEY,
                    COLUMNS,
                    NAMES,
                    COLUMN_TYPES,
                    FROM_TEXT,
                    CREATE_TABLE,
                    EVOLVE,
                    SIDE_COLUMN,
                    DELETE,
                    EXISTING_ROWS,
                    REPLACED,
                    BATCH_ROWS,
                    BATCH_BYTES,
                    ConnectionOptions.CONNECT_TIMEOUT,
                    STATEMENT_TIMEOUT,
                    FOREIGN_KEY_WAIT,
                    ConnectionOptions.PROPERTIES)
            .rule(SinkOptions::databaseIsKnown)
            .rule(ConnectionOptions::secretsHaveTheirOption)
            .rule(SinkOptions::serverReadsTexts)
            .rule(SinkOptions::tableIsAName)
            .rule(SinkOptions::deletesNeedKeys)
            .rule(SinkOptions::tableModesNeedUpsert)
            .rule(SinkOptions::stopStandsAlone)
            .rule(SinkOptions::keysAreColumns);

    private SinkOptions() {}

    private static List<Problem> databaseIsKnown(Config config) {
        String url = config.get(ConnectionOptions.URL);
        if (Dialects.find(url).isPresent()) {
            return List.of();
        }
        return List.of(Problem.at(
                ConnectionOptions.URL,
                "must begin with one of " + String.join(", ", Dialects.prefixes()) + ", not '" + SafeUrl.of(url)
                        + "'"));
    }

    private static List<Problem> serverReadsTexts(Config config) {
        List<String> columns = config.find(FROM_TEXT).orElse(List.of());
        boolean is = config.get(ConnectionOptions.URL).startsWith("jdbc:postgresql:");
        if (!is && !columns.isEmpty()) {
            return List.of(Problem.at(FROM_TEXT, "is for PostgreSQL only; convert the fields with a transform"));
        }
        List<Problem> problems = new ArrayList<>();
        for (String column : columns) {
            try {
                ColumnName.of(column);
            } catch (IllegalArgumentException e) {
                problems.add(Problem.at(FROM_TEXT, String.valueOf(e.getMessage())));
            }
        }
        return problems;
    }

    private static List<Problem> tableIsAName(Config config) {
        List<Problem> problems = new ArrayList<>();
        checkTable(TABLE, config.get(TABLE), problems);
        config.find(TABLES).orElse(Map.of()).values().forEach(table -> checkTable(TABLES, table, problems));
        return problems;
    }

    private static void checkTable(Option<?> option, String table, List<Problem> problems) {
        try {
            TableTemplate.of(table);
        } catch (IllegalArgumentException e) {
            problems.add(Problem.at(option, String.valueOf(e.getMessage())));
        }
    }

    private static List<Problem> tableModesNeedUpsert(Config config) {
        return config.get(TABLE_MODE) != TableMode.LIVE && config.get(MODE) != Mode.UPSERT
                ? List.of(Problem.at(TABLE_MODE, "other than live needs mode upsert; set 'mode: upsert'"))
                : List.of();
    }

    private static List<Problem> stopStandsAlone(Config config) {
        List<Evolve> evolve = config.get(EVOLVE);
        return evolve.size() > 1 && evolve.contains(Evolve.STOP)
                ? List.of(Problem.at(EVOLVE, "has 'stop' beside other words; leave it out, or write nothing else"))
                : List.of();
    }

    private static List<Problem> deletesNeedKeys(Config config) {
        return config.get(DELETE) && config.get(MODE) == Mode.INSERT
                ? List.of(Problem.at(DELETE, "needs mode upsert: without keys no row can be found; set 'mode: upsert'"))
                : List.of();
    }

    private static List<Problem> keysAreColumns(Config config) {
        Map<String, String> columns = config.find(COLUMNS).orElse(Map.of());
        List<Problem> problems = new ArrayList<>();
        for (String column : config.find(KEY).orElse(List.of())) {
            if (!columns.isEmpty() && !columns.containsValue(column)) {
                problems.add(Problem.at(
                        KEY,
                        "names '" + column + "', which is not among the columns " + columns.values()
                                + " of 'columns'"));
            }
        }
        if (columns.values().stream().distinct().count() < columns.size()) {
            problems.add(Problem.at(COLUMNS, "writes two fields into one column: " + columns));
        }
        return problems;
    }
}
