package io.mainstem.runtime.plan;

import io.mainstem.api.Message;
import java.util.List;

/**
 * Some rows.
 *
 * @param rows messages, in order
 * @param bad what was read beside them and is no message
 * @param isAll whether there is nothing more to read now
 */
public record RowSample(List<Message> rows, List<Bad> bad, boolean isAll) {

    /** No rows. */
    public static final RowSample NONE = new RowSample(List.of(), List.of(), true);

    /** Copies the lists. */
    public RowSample {
        rows = List.copyOf(rows);
        bad = List.copyOf(bad);
    }

    /**
     * What cannot be read.
     *
     * @param where its place
     * @param why what is wrong
     */
    public record Bad(String where, String why) {}
}
