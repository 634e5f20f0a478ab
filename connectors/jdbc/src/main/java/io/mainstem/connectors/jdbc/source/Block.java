package io.mainstem.connectors.jdbc.source;

import java.util.List;

/** What a fetching thread hands to the reader. */
sealed interface Block {

    /**
     * Rows in order, some of them bad.
     *
     * @param rows each a {@link io.mainstem.api.Row} or a {@link Bad}
     * @param place the values of the order of the last one
     */
    record Rows(List<Object> rows, List<String> place, long bytes) implements Block {}

    /** A row with a value that no field can hold. */
    record Bad(String where, String why) {}

    /**
     * The request has no more rows.
     *
     * @param hasRead whether there was a request, and all of it was read
     */
    record End(boolean hasRead) implements Block {}

    /** Reading failed. */
    record Failure(Exception cause) implements Block {}
}
