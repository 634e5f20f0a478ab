package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.api.StopException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What keeps single tables of a source from being read, how they go on, and of which of them readers have told it. Thread-safe. */
final class TableStops {

    private static final String SAME_ROWS =
            "; or set 'when-replaced: continue' and start it again, when the table has the rows that the one before had";

    private final String anew;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    TableStops(Context context) {
        String source = context.pipeline() + "/" + context.name();
        this.anew =
                "stop the pipeline (in a 'serve': pause it), reset the position of each split of the table ('mainstem positions show "
                        + source + "' lists them, 'mainstem positions reset " + source
                        + " --split ID' resets one), and start it again: the table is read anew";
    }

    /** It was dropped, or has another name. What has its name later may have other rows. */
    StopException missing(String table, String because) {
        return new StopException(
                        "jdbc.no-table",
                        table + " is not there any more: " + because,
                        "give it its name again, and start the pipeline again; or make it again, and " + anew
                                + SAME_ROWS + "; or take it out of the options")
                .ofStream(false);
    }

    /** It was dropped and made again. */
    StopException replaced(TableId table) {
        return new StopException(
                        "jdbc.table-replaced",
                        "the table " + table
                                + " was dropped and made again: its rows have no place in the order of those that were read, and some "
                                + "would be lost",
                        anew + SAME_ROWS)
                .ofStream(false);
    }

    /** A reader tells it; where it may end by itself, the stream is not offered again before it can be read. */
    StopException told(String stream, StopException stop) {
        if (stop.endsByItself()) {
            told.add(stream);
        }
        return stop;
    }

    /** Whether a reader has told of one that may end by itself. */
    boolean isTold(String stream) {
        return told.contains(stream);
    }

    /** It has ended. */
    void forget(String stream) {
        told.remove(stream);
    }
}
