package io.mainstem.connectors.jdbc.source;

import io.mainstem.api.Context;
import io.mainstem.api.StopException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What keeps single tables of a source from being read, how they go on, and of which of them readers have told it. Thread-safe. */
final class TableStops {

    private final String anew;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    TableStops(Context context) {
        String source = context.pipeline() + "/" + context.name();
        this.anew =
                "pause the pipeline, reset the position of each split of the table ('mainstem positions show " + source
                        + "' lists them, 'mainstem positions reset " + source
                        + " --split ID' resets one), and resume it: the table is read anew";
    }

    /** It was dropped, or has another name. What has its name later may have other rows. */
    StopException missing(String table, String because) {
        return new StopException(
                        "jdbc.no-table",
                        table + " is not there any more: " + because,
                        "make the table again, then " + anew
                                + "; start the pipeline again as it is when it has the rows that it had, or take it out of the options")
                .ofStream(false);
    }

    /** It was dropped and made again. */
    StopException replaced(TableId table) {
        return new StopException(
                        "jdbc.table-replaced",
                        "the table " + table
                                + " was dropped and made again: its rows have no place in the order of those that were read, and some "
                                + "would be lost",
                        anew + "; or start the pipeline again as it is when the rows are the same")
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
