package io.mainstem.connectors.jdbc;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.connectors.jdbc.sql.SafeUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The options of the sink, and the rules between them. */
final class SinkOptions {

    /** What a message does to the table. */
    enum Mode {
        /** Each message adds a row. */
        INSERT,
        /** A message replaces the row of its key, or adds it. */
        UPSERT
    }

    /** What happens when a message has a field without a column. */
    enum Evolve {
        /** The sink stops. */
        NONE,
        /** A column that may be null is added. */
        ADD_COLUMNS
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

    static final Option<String> URL = Option.text("url")
            .required()
            .doc(
                    "The database: jdbc:postgresql://HOST:PORT/DATABASE, or jdbc:sqlite:FILE, made with its folder when it is missing; a relative path begins at the folder of the pipeline's file. "
                            + "User and password have options of their own.")
            .example("jdbc:postgresql://localhost:5432/warehouse");
    static final Option<String> USER = Option.text("user")
            .doc("Who connects; without it, the driver's default.")
            .example("loader");
    static final Option<String> PASSWORD =
            Option.text("password").secret().doc("The user's password.").example("${env:WAREHOUSE_PASSWORD}");
    static final Option<String> TABLE = Option.text("table")
            .defaultValue("{topic}")
            .doc(
                    "The table, with or without its schema; {topic} stands for the topic's name. Names are taken as they are "
                            + "written, upper and lower case too; double quotes keep a point inside a name.")
            .example("sales.orders");
    static final Option<Mode> MODE = Option.choice("mode", Mode.class)
            .defaultValue(Mode.INSERT)
            .doc("insert adds a row for each message; upsert replaces the row with the same key, or adds it.")
            .example("upsert");
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
    static final Option<Boolean> CREATE_TABLE = Option.bool("create-table")
            .defaultValue(true)
            .doc("Whether a missing table is made, from the fields of the first message.")
            .example("false");
    static final Option<Evolve> EVOLVE = Option.choice("evolve", Evolve.class)
            .defaultValue(Evolve.NONE)
            .doc(
                    "What to do with a field that has no column: none stops the sink, add-columns adds a column that may be null.")
            .example("add-columns");
    static final Option<Boolean> DELETE = Option.bool("delete")
            .defaultValue(false)
            .doc(
                    "Whether a delete message removes the row of its key. Needs mode upsert. Without it, such a message stops the "
                            + "sink.")
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
    static final Option<Duration> CONNECT_TIMEOUT = Option.duration(
                    "connect-timeout", Duration.ofMillis(100), Duration.ofMinutes(10))
            .defaultValue(Duration.ofSeconds(10))
            .doc("How long connecting may take.")
            .example("30s");
    static final Option<Duration> STATEMENT_TIMEOUT = Option.duration(
                    "statement-timeout", Duration.ofMillis(100), Duration.ofHours(24))
            .defaultValue(Duration.ofMinutes(1))
            .doc(
                    "How long one statement may run, and how long the database keeps a transaction of which it hears nothing.")
            .example("5m");
    static final Option<Duration> FOREIGN_KEY_WAIT = Option.duration(
                    "foreign-key-wait", Duration.ZERO, Duration.ofHours(1))
            .defaultValue(Duration.ofSeconds(10))
            .doc(
                    "How long a row waits for the row that its foreign key points to, which may come by another topic, before it "
                            + "counts as bad.")
            .example("1m");
    static final Option<Map<String, String>> PROPERTIES = Option.map("properties", Option.text("property"))
            .doc("Properties for the driver, such as those for TLS.")
            .example("{sslmode: verify-full}");

    static final ConfigSpec SPEC = ConfigSpec.of(
                    URL,
                    USER,
                    PASSWORD,
                    TABLE,
                    MODE,
                    KEY,
                    COLUMNS,
                    CREATE_TABLE,
                    EVOLVE,
                    DELETE,
                    EXISTING_ROWS,
                    REPLACED,
                    BATCH_ROWS,
                    BATCH_BYTES,
                    CONNECT_TIMEOUT,
                    STATEMENT_TIMEOUT,
                    FOREIGN_KEY_WAIT,
                    PROPERTIES)
            .rule(SinkOptions::databaseIsKnown)
            .rule(SinkOptions::secretsHaveTheirOption)
            .rule(SinkOptions::tableIsAName)
            .rule(SinkOptions::deletesNeedKeys)
            .rule(SinkOptions::keysAreColumns);

    private static final Pattern SECRET_IN_URL = Pattern.compile("[?&;](password|pwd|sslpassword)=|//[^/@?]*:[^/@?]*@");

    private SinkOptions() {}

    private static List<Problem> databaseIsKnown(Config config) {
        String url = config.get(URL);
        if (Dialects.find(url).isPresent()) {
            return List.of();
        }
        return List.of(Problem.at(
                URL,
                "must begin with one of " + String.join(", ", Dialects.prefixes()) + ", not '" + SafeUrl.of(url)
                        + "'"));
    }

    private static List<Problem> secretsHaveTheirOption(Config config) {
        List<Problem> problems = new ArrayList<>();
        if (SECRET_IN_URL.matcher(config.get(URL)).find()) {
            problems.add(
                    Problem.at(URL, "has a password in it, which would be shown; put it into the option 'password'"));
        }
        if (config.find(PROPERTIES).orElse(Map.of()).containsKey("password")) {
            problems.add(Problem.at(PROPERTIES, "has a password in it; put it into the option 'password'"));
        }
        return problems;
    }

    private static List<Problem> tableIsAName(Config config) {
        try {
            TableName.of(config.get(TABLE), "topic");
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(Problem.at(TABLE, String.valueOf(e.getMessage())));
        }
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
