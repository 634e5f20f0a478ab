package io.mainstem.connectors.jdbc;

import io.mainstem.api.Config;
import io.mainstem.connectors.jdbc.sql.SafeUrl;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of one sink, read.
 *
 * @param key the columns that name a row; empty when they were not set
 * @param columns field to column; empty for every field
 */
record SinkSettings(
        String url,
        Optional<String> user,
        Optional<String> password,
        String table,
        SinkOptions.Mode mode,
        List<String> key,
        Map<String, String> columns,
        boolean createTable,
        SinkOptions.Evolve evolve,
        boolean delete,
        SinkOptions.ExistingRows existingRows,
        SinkOptions.Replaced replaced,
        int batchRows,
        long batchBytes,
        Duration connectTimeout,
        Duration statementTimeout,
        Duration foreignKeyWait,
        Map<String, String> properties) {

    static SinkSettings of(Config config) {
        return new SinkSettings(
                config.get(SinkOptions.URL),
                config.find(SinkOptions.USER),
                config.find(SinkOptions.PASSWORD),
                config.get(SinkOptions.TABLE),
                config.get(SinkOptions.MODE),
                config.find(SinkOptions.KEY).orElse(List.of()),
                config.find(SinkOptions.COLUMNS).orElse(Map.of()),
                config.get(SinkOptions.CREATE_TABLE),
                config.get(SinkOptions.EVOLVE),
                config.get(SinkOptions.DELETE),
                config.get(SinkOptions.EXISTING_ROWS),
                config.get(SinkOptions.REPLACED),
                Math.toIntExact(config.get(SinkOptions.BATCH_ROWS)),
                config.get(SinkOptions.BATCH_BYTES),
                config.get(SinkOptions.CONNECT_TIMEOUT),
                config.get(SinkOptions.STATEMENT_TIMEOUT),
                config.get(SinkOptions.FOREIGN_KEY_WAIT),
                config.find(SinkOptions.PROPERTIES).orElse(Map.of()));
    }

    boolean upsert() {
        return mode == SinkOptions.Mode.UPSERT;
    }

    /** No secrets. */
    @Override
    public String toString() {
        return "sink of " + SafeUrl.of(url);
    }
}
