package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Discovery;
import io.mainstem.api.Option;
import io.mainstem.api.Type;
import io.mainstem.connectors.jdbc.sql.ConnectionSettings;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The options of one source, read.
 *
 * @param tables what to read, by name or pattern; empty for a query
 * @param leftOut what patterns do not take, by name or pattern
 * @param defaults what holds where a table says nothing, and for the query
 * @param isSingle whether it is one table by name, or the query, so that its stream has the source's name
 * @param types other types by column, or table and column
 */
record SourceSettings(
        ConnectionSettings connection,
        Map<TableId, TableSettings> tables,
        List<TableId> leftOut,
        Optional<String> query,
        TableSettings defaults,
        boolean isSingle,
        Map<String, Type> types,
        SourceOptions.Repeat repeat,
        SourceOptions.WhenReplaced whenReplaced,
        Duration pollEvery,
        Duration discoverEvery,
        Optional<SourceOptions.OpenTransactions> openTransactions,
        Duration idleTransactionWait,
        Duration lateCommits,
        Optional<ZoneId> cursorZone,
        SourceOptions.NullCursors nullCursors,
        int connections,
        long splitRows,
        int fetchRows,
        long bufferBytes,
        SourceOptions.Isolation isolation) {

    private static final String NOT = "!";

    static SourceSettings of(Config config) {
        TableSettings defaults = new TableSettings(
                config.get(SourceOptions.MODE),
                config.find(SourceOptions.CURSOR).orElse(List.of()),
                config.find(SourceOptions.KEY).orElse(List.of()),
                config.find(SourceOptions.SELECT).orElse(List.of()),
                config.find(SourceOptions.WHERE),
                config.find(SourceOptions.FROM),
                config.find(SourceOptions.DETECT_DELETES)
                        .map(every -> new Discovery.Deletes(
                                every,
                                config.get(SourceOptions.DETECT_DELETES_LIMIT).part())));
        return new SourceSettings(
                ConnectionSettings.of(config, SourceOptions.STATEMENT_TIMEOUT),
                tables(config, defaults),
                leftOut(config),
                config.find(SourceOptions.QUERY).map(SourceSettings::withoutEnd),
                defaults,
                !config.isSet(SourceOptions.TABLES),
                types(config),
                config.get(SourceOptions.REPEAT),
                config.get(SourceOptions.WHEN_REPLACED),
                config.get(SourceOptions.POLL_EVERY),
                config.get(SourceOptions.DISCOVER_EVERY),
                config.find(SourceOptions.OPEN_TRANSACTIONS),
                config.get(SourceOptions.IDLE_TRANSACTION_WAIT),
                config.get(SourceOptions.LATE_COMMITS),
                config.find(SourceOptions.CURSOR_ZONE),
                config.get(SourceOptions.NULL_CURSORS),
                Math.toIntExact(config.get(SourceOptions.CONNECTIONS)),
                config.get(SourceOptions.SPLIT_ROWS),
                Math.toIntExact(config.get(SourceOptions.FETCH_ROWS)),
                config.get(SourceOptions.BUFFER_BYTES),
                config.get(SourceOptions.ISOLATION));
    }

    private static String withoutEnd(String query) {
        return query.strip().replaceAll(";+$", "");
    }

    private static Map<TableId, TableSettings> tables(Config config, TableSettings defaults) {
        Map<TableId, TableSettings> tables = new LinkedHashMap<>();
        config.find(SourceOptions.TABLE).ifPresent(table -> tables.put(TableId.of(table), defaults));
        config.find(SourceOptions.TABLES)
                .ifPresent(all -> all.forEach((name, own) -> {
                    if (!isLeftOut(name)) {
                        tables.put(TableId.of(name), settings(own, defaults, config));
                    }
                }));
        return tables;
    }

    /** Whether a key of 'tables' says what patterns do not take. */
    static boolean isLeftOut(String name) {
        return name.startsWith(NOT);
    }

    private static List<TableId> leftOut(Config config) {
        return config.find(SourceOptions.TABLES).orElse(Map.of()).keySet().stream()
                .filter(SourceSettings::isLeftOut)
                .map(name -> TableId.of(name.substring(NOT.length())))
                .toList();
    }

    private static TableSettings settings(Map<String, List<String>> own, TableSettings defaults, Config config) {
        Mode mode = first(own, "mode").map(SourceSettings::mode).orElse(defaults.mode());
        return new TableSettings(
                mode,
                own.getOrDefault("cursor", mode.isIncremental() ? defaults.cursor() : List.of()),
                own.getOrDefault("key", defaults.key()),
                own.getOrDefault("select", defaults.select()),
                first(own, "where").or(defaults::where),
                first(own, "from").or(() -> mode.isIncremental() ? defaults.from() : Optional.empty()),
                deletes(own, config));
    }

    private static Optional<Discovery.Deletes> deletes(Map<String, List<String>> own, Config config) {
        Share limit = own(own, SourceOptions.DETECT_DELETES_LIMIT)
                .orElseGet(() -> config.get(SourceOptions.DETECT_DELETES_LIMIT));
        return own(own, SourceOptions.DETECT_DELETES)
                .or(() -> config.find(SourceOptions.DETECT_DELETES))
                .map(every -> new Discovery.Deletes(every, limit.part()));
    }

    private static <T> Optional<T> own(Map<String, List<String>> own, Option<T> option) {
        return first(own, option.name())
                .map(text -> Config.parse(ConfigSpec.of(option), Map.of(option.name(), text))
                        .get(option));
    }

    private static Optional<String> first(Map<String, List<String>> own, String name) {
        return Optional.ofNullable(own.get(name)).map(values -> values.get(0));
    }

    private static Mode mode(String text) {
        try {
            return Mode.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "has the mode '" + text
                            + "'; the modes are snapshot, incrementing, timestamp and timestamp-incrementing",
                    e);
        }
    }

    private static Map<String, Type> types(Config config) {
        Map<String, Type> types = new HashMap<>();
        config.find(SourceOptions.COLUMNS)
                .ifPresent(columns -> columns.forEach((column, settings) -> Optional.ofNullable(settings.get("type"))
                        .ifPresent(type -> types.put(column, Type.parse(type)))));
        return types;
    }

    /** The type that the configuration gives to a column, if it does. */
    Optional<Type> typeOf(TableId table, String column) {
        return Optional.ofNullable(types.getOrDefault(table + "." + column, types.get(column)));
    }

    /** Whether a pattern takes a table. */
    boolean takes(TableId table) {
        return tables.keySet().stream().anyMatch(id -> id.isPattern() && id.matches(table))
                && leftOut.stream().noneMatch(id -> id.matches(table));
    }

    boolean hasPatterns() {
        return tables.keySet().stream().anyMatch(TableId::isPattern);
    }

    /** No secrets. */
    @Override
    public String toString() {
        return "source of " + connection;
    }
}
