package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.api.Problem;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.ConnectionOptions;
import io.mainstem.connectors.jdbc.sql.Nearest;
import io.mainstem.connectors.jdbc.sql.SafeUrl;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The options of the source, and the rules between them. */
final class SourceOptions {

    /** Which transactions hold the watermark back. */
    enum OpenTransactions {
        /** Those with a write lock on the table. */
        WRITING,
        /** All of the database. */
        ALL
    }

    /** What is done with rows whose cursor is null. */
    enum NullCursors {
        /** A cursor that may be null is refused. */
        REFUSE,
        /** They are not read. */
        SKIP
    }

    /** How often a snapshot is taken. */
    enum Repeat {
        /** Once. */
        NEVER,
        /** At each start of the source, such as by its schedule. */
        EVERY_RUN
    }

    /** What becomes of a table that was dropped and made again. */
    enum WhenReplaced {
        /** Nothing of it is read until a person acts. */
        HOLD,
        /** It is read on, as if it were the same. */
        CONTINUE
    }

    /** The isolation of the transactions that read. */
    enum Isolation {
        READ_COMMITTED(java.sql.Connection.TRANSACTION_READ_COMMITTED),
        REPEATABLE_READ(java.sql.Connection.TRANSACTION_REPEATABLE_READ),
        SERIALIZABLE(java.sql.Connection.TRANSACTION_SERIALIZABLE);

        private final int level;

        Isolation(int level) {
            this.level = level;
        }

        /** JDBC's number. */
        int level() {
            return level;
        }
    }

    static final Option<String> TABLE = Option.text("table")
            .doc(
                    "The table or view to read, TABLE or SCHEMA.TABLE; names are taken as written, also upper and lower case.")
            .example("public.orders");
    static final Option<Map<String, Map<String, List<String>>>> TABLES = Option.map(
                    "tables", Option.map("table", Option.list("setting", Option.text("value"))))
            .doc(
                    "Several tables, by name or by pattern (*), each with its own mode, cursor, key, select, where, from, "
                            + "detect-deletes and detect-deletes-limit; the most specific pattern wins. A ! in front leaves out of patterns.")
            .example(
                    "{public.orders: {mode: timestamp, cursor: updated_at}, \"public.ref_*\": {}, \"!public.ref_old\": {}}");
    static final Option<String> QUERY = Option.text("query")
            .doc("A SELECT to read instead of a table. Modes with a cursor need its columns among those of the query.")
            .example("SELECT o.id, o.total, c.name FROM orders o JOIN customers c ON c.id = o.customer");
    static final Option<Mode> MODE = Option.choice("mode", Mode.class)
            .defaultValue(Mode.SNAPSHOT)
            .doc(
                    "What is read: snapshot: every row, once; incrementing: and then rows with a higher number; timestamp: and then "
                            + "rows with a later time; timestamp-incrementing: the same with a number that tells rows of one time apart.")
            .example("timestamp");
    static final Option<List<String>> CURSOR = Option.list("cursor", Option.text("column"))
            .doc(
                    "The column that grows: a number for incrementing, a time for timestamp, both for timestamp-incrementing.")
            .example("[updated_at]");
    static final Option<List<String>> KEY = Option.list("key", Option.text("column"))
            .doc("The columns that together name a row; without it, the primary key.")
            .example("[id]");
    static final Option<List<String>> SELECT = Option.list("select", Option.text("column"))
            .doc("The columns to read; without it, all. Those of the cursor and the key are always read.")
            .example("[id, total]");
    static final Option<Map<String, Map<String, String>>> COLUMNS = Option.map(
                    "columns", Option.map("column", Option.text("setting")))
            .doc(
                    "Other types for columns, COLUMN or SCHEMA.TABLE.COLUMN: {type: string} reads the value as the database writes it; "
                            + "numbers may also become other numbers.")
            .example("{price: {type: \"decimal(12,2)\"}}");
    static final Option<String> WHERE =
            Option.text("where").doc("A condition in SQL that rows must meet.").example("region = 'EU'");
    static final Option<String> FROM = Option.text("from")
            .doc("Begins behind this cursor value instead of at the first row; latest: with what comes from now on.")
            .example("2024-01-01T00:00:00Z");
    static final Option<Duration> DETECT_DELETES = Option.duration(
                    "detect-deletes", Duration.ZERO, Duration.ofDays(365))
            .doc(
                    "How often the keys of the table are compared with those on the topic, to send a delete for each that is gone; 0s: in "
                            + "every run that ends. Without it, deletes are not seen.")
            .example("1h");
    static final Option<Share> DETECT_DELETES_LIMIT = Option.parsed("detect-deletes-limit", Share::parse)
            .defaultValue(Share.parse("30%"))
            .doc(
                    "The share of a topic's rows that detect-deletes may find gone in one comparison, such as 30%; with more it deletes nothing and "
                            + "stops the source. Up to 20 rows may always be gone, unless none is left; 100%: all may be.")
            .example("5%");
    static final Option<Repeat> REPEAT = Option.choice("repeat", Repeat.class)
            .defaultValue(Repeat.NEVER)
            .doc("Whether mode snapshot reads the table again in every run of the source.")
            .example("every-run");
    static final Option<WhenReplaced> WHEN_REPLACED = Option.choice("when-replaced", WhenReplaced.class)
            .defaultValue(WhenReplaced.HOLD)
            .doc(
                    "What becomes of a table that was dropped and made again since it was read last, as far as the database tells. hold: nothing of it "
                            + "is read until its position is reset. continue: it is read on from the position, for tables that have the same "
                            + "rows, such as those of a database that was restored.")
            .example("continue");
    static final Option<Duration> POLL_EVERY = Option.duration(
                    "poll-every", Duration.ofMillis(10), Duration.ofHours(24))
            .defaultValue(Duration.ofSeconds(1))
            .doc("How often a source that runs continuously asks for new rows.")
            .example("5s");
    static final Option<Duration> DISCOVER_EVERY = Option.duration(
                    "discover-every", Duration.ofSeconds(1), Duration.ofDays(7))
            .defaultValue(Duration.ofMinutes(5))
            .doc("How often patterns of tables are looked at for new tables.")
            .example("1h");
    static final Option<OpenTransactions> OPEN_TRANSACTIONS = Option.choice("open-transactions", OpenTransactions.class)
            .doc(
                    "PostgreSQL: which transactions are waited for before later rows are read: writing: those that hold a write lock on "
                            + "the table; all: those of the whole database. Without it, writing for incrementing, all for times and queries.")
            .example("writing");
    static final Option<Duration> IDLE_TRANSACTION_WAIT = Option.duration(
                    "idle-transaction-wait", Duration.ZERO, Duration.ofDays(365))
            .defaultValue(Duration.ofMinutes(1))
            .doc(
                    "PostgreSQL: how long an open transaction that does not write to the table is waited for; MySQL: one that has written nothing.")
            .example("10m");
    static final Option<Duration> LATE_COMMITS = Option.duration("late-commits", Duration.ZERO, Duration.ofDays(1))
            .defaultValue(Duration.ofSeconds(2))
            .doc(
                    "Databases that do not show their open transactions: how long one may stay open after it drew its cursor value; on "
                            + "MySQL, 2s at least. Rows "
                            + "are read that much later.")
            .example("30s");
    static final Option<ZoneId> CURSOR_ZONE = Option.parsed("cursor-zone", SourceOptions::zone)
            .doc(
                    "PostgreSQL: the clock that a timestamp cursor without zone shows: UTC, an offset, or the name of a zone. Such a "
                            + "cursor needs it.")
            .example("Europe/Berlin");
    static final Option<NullCursors> NULL_CURSORS = Option.choice("null-cursors", NullCursors.class)
            .defaultValue(NullCursors.REFUSE)
            .doc("What is done when a cursor column may be null: refuse it, or skip the rows that have none.")
            .example("skip");
    static final Option<Long> CONNECTIONS = Option.integer("connections", 1, 64)
            .defaultValue(2L)
            .doc("How many connections read at the same time at most.")
            .example("4");
    static final Option<Long> SPLIT_ROWS = Option.integer("split-rows", 1, 1_000_000_000_000L)
            .defaultValue(1_000_000L)
            .doc(
                    "A table with more rows, by the database's estimate, is first read in ranges of about so many, side by side.")
            .example("500000");
    static final Option<Long> FETCH_ROWS = Option.integer("fetch-rows", 1, 1_000_000)
            .defaultValue(2_000L)
            .doc("How many rows a cursor of the driver fetches at a time; PostgreSQL and MySQL send a stream instead.")
            .example("10000");
    static final Option<Long> BUFFER_BYTES = Option.size("buffer-bytes", 64L << 10, 1L << 30)
            .defaultValue(4L << 20)
            .doc("How much each connection may read ahead.")
            .example("16MiB");
    static final Option<Isolation> ISOLATION = Option.choice("isolation", Isolation.class)
            .defaultValue(Isolation.READ_COMMITTED)
            .doc(
                    "The isolation of the transactions that read; a snapshot in ranges is always repeatable-read on PostgreSQL.")
            .example("repeatable-read");
    static final Option<Duration> STATEMENT_TIMEOUT = ConnectionOptions.statementTimeout(
            Duration.ofMinutes(5),
            "PostgreSQL: how long a statement may run, or a stream of rows go without one. Elsewhere the driver's own limits count.");

    static final ConfigSpec SPEC = ConfigSpec.of(
                    ConnectionOptions.URL,
                    ConnectionOptions.USER,
                    ConnectionOptions.PASSWORD,
                    TABLE,
                    TABLES,
                    QUERY,
                    MODE,
                    CURSOR,
                    KEY,
                    SELECT,
                    COLUMNS,
                    WHERE,
                    FROM,
                    DETECT_DELETES,
                    DETECT_DELETES_LIMIT,
                    REPEAT,
                    WHEN_REPLACED,
                    POLL_EVERY,
                    DISCOVER_EVERY,
                    OPEN_TRANSACTIONS,
                    IDLE_TRANSACTION_WAIT,
                    LATE_COMMITS,
                    CURSOR_ZONE,
                    NULL_CURSORS,
                    CONNECTIONS,
                    SPLIT_ROWS,
                    FETCH_ROWS,
                    BUFFER_BYTES,
                    ISOLATION,
                    ConnectionOptions.CONNECT_TIMEOUT,
                    STATEMENT_TIMEOUT,
                    ConnectionOptions.PROPERTIES)
            .rule(SourceOptions::urlIsAnAddress)
            .rule(ConnectionOptions::secretsHaveTheirOption)
            .rule(SourceOptions::oneThingIsRead)
            .rule(SourceOptions::tablesAreRight)
            .rule(SourceOptions::typesAreRight);

    private static final Set<String> TABLE_SETTINGS =
            Set.of("mode", "cursor", "key", "select", "where", "from", "detect-deletes", "detect-deletes-limit");

    private SourceOptions() {}

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException(
                    "must be UTC, an offset such as +02:00, or a zone such as Europe/Berlin, not '" + text + "'", e);
        }
    }

    private static List<Problem> urlIsAnAddress(Config config) {
        String url = config.get(ConnectionOptions.URL);
        return url.startsWith("jdbc:")
                ? List.of()
                : List.of(Problem.at(ConnectionOptions.URL, "must begin with jdbc:, not '" + SafeUrl.of(url) + "'"));
    }

    private static List<Problem> oneThingIsRead(Config config) {
        List<Option<?>> set = List.<Option<?>>of(TABLE, TABLES, QUERY).stream()
                .filter(config::isSet)
                .toList();
        return set.size() == 1
                ? List.of()
                : List.of(Problem.of("set one of the options table, tables and query"
                        + (set.isEmpty() ? "" : ", not both " + set.get(0) + " and " + set.get(1))));
    }

    private static List<Problem> tablesAreRight(Config config) {
        List<Problem> problems = new ArrayList<>();
        config.find(TABLES)
                .ifPresent(tables -> tables.forEach((name, settings) -> settings.keySet().stream()
                        .filter(key -> !TABLE_SETTINGS.contains(key))
                        .forEach(key -> problems.add(Problem.at(
                                TABLES, "'" + name + "' has no setting '" + key + "'" + whereItGoes(key))))));
        if (!problems.isEmpty()) {
            return problems;
        }
        config.find(TABLES).ifPresent(tables -> leavesOutOfPatterns(tables, problems));
        if (!problems.isEmpty()) {
            return problems;
        }
        try {
            SourceSettings settings = SourceSettings.of(config);
            settings.tables().forEach((table, how) -> modeHasItsCursor(table.toString(), how, problems));
            settings.query().ifPresent(query -> modeHasItsCursor("the query", settings.defaults(), problems));
        } catch (IllegalArgumentException e) {
            problems.add(Problem.at(config.isSet(TABLE) ? TABLE : TABLES, String.valueOf(e.getMessage())));
        }
        return problems;
    }

    private static void leavesOutOfPatterns(Map<String, Map<String, List<String>>> tables, List<Problem> problems) {
        boolean hasPatterns =
                tables.keySet().stream().anyMatch(name -> !SourceSettings.isLeftOut(name) && name.indexOf('*') >= 0);
        tables.forEach((name, settings) -> {
            if (!SourceSettings.isLeftOut(name)) {
                return;
            }
            if (!settings.isEmpty()) {
                problems.add(Problem.at(TABLES, "'" + name + "' is not read, so that settings mean nothing there"));
            } else if (tables.containsKey(name.substring(1))) {
                problems.add(Problem.at(TABLES, "'" + name + "' leaves out what is also named; take out one of them"));
            } else if (!hasPatterns) {
                problems.add(Problem.at(TABLES, "'" + name + "' leaves something out of patterns, and there is none"));
            }
        });
    }

    private static String whereItGoes(String key) {
        return SPEC.options().stream().anyMatch(option -> option.name().equals(key))
                ? "; it goes beside 'tables', and holds for all of them"
                : Nearest.hint(key, TABLE_SETTINGS);
    }

    private static void modeHasItsCursor(String table, TableSettings how, List<Problem> problems) {
        int wanted = how.mode().cursors();
        if (how.cursor().size() != wanted) {
            problems.add(Problem.at(
                    CURSOR,
                    "of " + table + " must name "
                            + switch (wanted) {
                                case 0 -> "no column in mode snapshot";
                                case 1 -> "the one column that grows";
                                default -> "the time and the number, such as [updated_at, id]";
                            }));
        }
        if (how.from().isPresent() && wanted == 0) {
            problems.add(Problem.at(FROM, "needs a mode with a cursor"));
        }
    }

    private static List<Problem> typesAreRight(Config config) {
        List<Problem> problems = new ArrayList<>();
        config.find(COLUMNS).orElse(Map.of()).forEach((column, settings) -> {
            settings.keySet().stream()
                    .filter(key -> !key.equals("type"))
                    .forEach(key -> problems.add(
                            Problem.at(COLUMNS, "'" + column + "' has no setting '" + key + "'; there is only type")));
            Optional.ofNullable(settings.get("type")).ifPresent(text -> {
                try {
                    Type.parse(text);
                } catch (IllegalArgumentException e) {
                    problems.add(Problem.at(COLUMNS, "of '" + column + "': " + e.getMessage()));
                }
            });
        });
        return problems;
    }
}
