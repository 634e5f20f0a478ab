package io.mainstem.connectors.jdbc;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Origin;
import java.util.LinkedHashMap;
import java.util.Map;

/** The rows of one transaction that cannot be written, with the reasons. Not thread-safe. */
final class BadRows {

    /**
     * With so many the search ends; the others are found when the records are delivered again. Rows that lack others do not count: they
     * are found all at once.
     */
    static final int MAX = 1_000;

    private final Map<Origin, Exception> rows = new LinkedHashMap<>();
    private final Map<Origin, Exception> orphans = new LinkedHashMap<>();

    void add(Origin origin, Exception why) {
        rows.putIfAbsent(origin, why);
    }

    /** One that fails because a row that it points to is missing; that one may come. */
    void addOrphan(Origin origin, Exception why) {
        orphans.putIfAbsent(origin, why);
    }

    boolean isEmpty() {
        return rows.isEmpty() && orphans.isEmpty();
    }

    boolean isFull() {
        return rows.size() >= MAX;
    }

    /** Whether all of them might do later. */
    boolean areOrphans() {
        return rows.isEmpty() && !orphans.isEmpty();
    }

    /** The rows that wait for others, with the reasons. */
    Map<Origin, Exception> orphans() {
        return orphans;
    }

    /** With those that will never do; with the orphans only when there are no others. */
    BadRecordsException toException() {
        return new BadRecordsException(rows.isEmpty() ? orphans : rows);
    }
}
