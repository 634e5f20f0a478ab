package io.mainstem.api;

import java.util.Map;

/**
 * A sink's word that certain records can never be written, whoever tries and however often: a value that does not fit its
 * column, a violated constraint. Only data is ever a bad record; a lost connection, a full disk or a missing table is
 * not.
 *
 * <p>When a sink throws this from {@link Sink#write} or {@link Sink#flush}, it has undone everything since its last flush
 * and stays usable: the runtime keeps the bad records elsewhere, then delivers all the others again from there.
 */
public final class BadRecordsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Map<Origin, Exception> byOrigin;

    /**
     * With the reason for each bad record.
     *
     * @param byOrigin at least one record, by its origin
     */
    public BadRecordsException(Map<Origin, Exception> byOrigin) {
        super(byOrigin.size() + " bad record(s), first: "
                + byOrigin.values().iterator().next().getMessage());
        this.byOrigin = Map.copyOf(byOrigin);
    }

    /** The reason for each bad record. */
    public Map<Origin, Exception> byOrigin() {
        return byOrigin;
    }
}
