package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Operation;
import io.mainstem.api.Position;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The way of one split through its table: a range once, or the rows that come, again and again. */
interface Course {

    /**
     * What to read now; empty when nothing is to be read. On the fetching thread.
     *
     * @param after the place of the last row that was taken
     */
    Optional<ReadRequest> next(SourceLink link, Optional<List<String>> after) throws SQLException;

    /** The snapshot to read in, if there is one. */
    Optional<String> snapshot();

    /** What further rows wait for, for people, when it has gone on for a while. On the reader's thread. */
    default Optional<String> waitsFor() {
        return Optional.empty();
    }

    /** Whether the split is at its end when a request has no more rows. On the reader's thread. */
    boolean isDone();

    /** The place behind all rows of a request that was read to its end, by the place of its last. */
    default List<String> settled(List<String> place) {
        return place;
    }

    /** The position behind a row. */
    Position position(List<String> place);

    /** The place of the stored position. */
    Optional<List<String>> start();

    /** What its rows are. */
    Operation operation();
}
