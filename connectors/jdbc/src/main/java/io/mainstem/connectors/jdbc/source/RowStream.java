package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Row;
import java.sql.SQLException;
import java.util.List;

/** The rows of one request, as the database sends them: never all in memory. One thread, but for {@link #cancel}. */
interface RowStream extends AutoCloseable {

    /** Goes to the next row; false at the end. */
    boolean next() throws SQLException;

    /**
     * The present row.
     *
     * @throws UnreadableValueException when one of its values fits no field; the message names the column
     */
    Row row() throws SQLException, UnreadableValueException;

    /** The present row's values of the order, as a position has them. */
    List<String> place() throws SQLException, UnreadableValueException;

    /** About how many bytes the present row holds. */
    int bytes();

    /** Ends what another thread waits for in this stream. */
    void cancel();

    @Override
    void close() throws SQLException;
}
