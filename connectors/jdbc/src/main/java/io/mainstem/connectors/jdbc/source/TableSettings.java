package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Discovery;
import java.util.List;
import java.util.Optional;

/**
 * How one table, or the query, is read.
 *
 * @param cursor the cursor columns, as many as the mode has
 * @param key the columns that name a row; empty for the primary key
 * @param select the columns to read; empty for all
 * @param where a condition in SQL
 * @param from the cursor value behind which reading begins
 * @param detectDeletes how often rows that are gone are looked for, and how many may be
 */
record TableSettings(
        Mode mode,
        List<String> cursor,
        List<String> key,
        List<String> select,
        Optional<String> where,
        Optional<String> from,
        Optional<Discovery.Deletes> detectDeletes) {

    static final String LATEST = "latest";

    TableSettings {
        cursor = List.copyOf(cursor);
        key = List.copyOf(key);
        select = List.copyOf(select);
    }

    boolean isFromLatest() {
        return from.filter(LATEST::equals).isPresent();
    }
}
