package io.mainstem.connectors.jdbc;

import io.mainstem.api.Config;
import io.mainstem.connectors.jdbc.sql.ConnectionSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The options of one sink, read.
 *
 * @param key the columns that name a row; empty when they were not set
 * @param tables the tables of topics that do not go into {@code table}
 * @param columnTypes column to the type that it gets when the sink makes it
 * @param fromText columns of PostgreSQL whose texts the server itself reads
 */
record SinkSettings(
        ConnectionSettings connection,
        String table,
        Map<String, String> tables,
        int tablesMax,
        SinkOptions.Mode mode,
        SinkOptions.TableMode tableMode,
        Marks marks,
        List<String> key,
        Naming naming,
        Map<String, String> columnTypes,
        List<ColumnName> fromText,
        boolean createTable,
        List<SinkOptions.Evolve> evolve,
        boolean delete,
        SinkOptions.ExistingRows existingRows,
        SinkOptions.Replaced replaced,
        int batchRows,
        long batchBytes,
        Duration foreignKeyWait) {

    static SinkSettings of(Config config) {
        return new SinkSettings(
                ConnectionSettings.of(config, SinkOptions.STATEMENT_TIMEOUT),
                config.get(SinkOptions.TABLE),
                config.find(SinkOptions.TABLES).orElse(Map.of()),
                Math.toIntExact(config.get(SinkOptions.TABLES_MAX)),
                config.get(SinkOptions.MODE),
                config.get(SinkOptions.TABLE_MODE),
                new Marks(
                        config.get(SinkOptions.DELETED_AT),
                        config.get(SinkOptions.VALID_FROM),
                        config.get(SinkOptions.VALID_TO),
                        config.get(SinkOptions.VERSION),
                        config.get(SinkOptions.SIDE_COLUMN)),
                config.find(SinkOptions.KEY).orElse(List.of()),
                new Naming(
                        config.get(SinkOptions.NAMES),
                        config.find(SinkOptions.COLUMNS).orElse(Map.of())),
                config.find(SinkOptions.COLUMN_TYPES).orElse(Map.of()),
                config.find(SinkOptions.FROM_TEXT).orElse(List.of()).stream()
                        .map(ColumnName::of)
                        .toList(),
                config.get(SinkOptions.CREATE_TABLE),
                config.get(SinkOptions.EVOLVE),
                config.get(SinkOptions.DELETE),
                config.get(SinkOptions.EXISTING_ROWS),
                config.get(SinkOptions.REPLACED),
                Math.toIntExact(config.get(SinkOptions.BATCH_ROWS)),
                config.get(SinkOptions.BATCH_BYTES),
                config.get(SinkOptions.FOREIGN_KEY_WAIT));
    }

    /** Whether messages find rows by a key. */
    boolean isKeyed() {
        return mode != SinkOptions.Mode.INSERT;
    }

    boolean isHistory() {
        return tableMode == SinkOptions.TableMode.HISTORY;
    }

    boolean isSoftDelete() {
        return tableMode == SinkOptions.TableMode.SOFT_DELETE;
    }

    /** Whether messages that delete are taken. */
    boolean takesDeletes() {
        return delete || tableMode != SinkOptions.TableMode.LIVE;
    }

    boolean mayAdd() {
        return evolve.contains(SinkOptions.Evolve.ADD);
    }

    boolean mayWiden() {
        return evolve.contains(SinkOptions.Evolve.WIDEN);
    }

    boolean hasSideColumn() {
        return evolve.contains(SinkOptions.Evolve.SIDE_COLUMN);
    }

    /** The table of a topic, as it is written in the configuration. */
    TableTemplate table(String topic) {
        return TableTemplate.of(tables.getOrDefault(topic, table));
    }

    /** What a message with a value does. */
    Effect effect() {
        return switch (mode) {
            case INSERT -> Effect.INSERT;
            case UPDATE -> Effect.UPDATE;
            case UPSERT -> isHistory() ? Effect.VERSION : Effect.UPSERT;
        };
    }

    /** What a message that deletes does. */
    Effect deleteEffect() {
        return isHistory() ? Effect.CLOSE : isSoftDelete() ? Effect.MARK : Effect.DELETE;
    }

    /** No secrets. */
    @Override
    public String toString() {
        return "sink of " + connection;
    }
}
