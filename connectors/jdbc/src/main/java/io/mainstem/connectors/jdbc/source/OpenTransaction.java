package io.mainstem.connectors.jdbc.source;

import java.util.OptionalLong;

/**
 * A transaction of another session.
 *
 * @param id names it until it ends
 * @param isPrepared whether it is prepared for a commit in two phases, and so has another id than before
 * @param startMicros when it began, in microseconds since 1970; empty when that is not shown
 * @param writes whether it holds a write lock on the table
 * @param description for people
 */
record OpenTransaction(String id, boolean isPrepared, OptionalLong startMicros, boolean writes, String description) {

    @Override
    public String toString() {
        return description;
    }
}
