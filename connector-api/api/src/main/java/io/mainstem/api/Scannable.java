package io.mainstem.api;

import java.util.Map;

/**
 * A {@link Source} or a {@link Sink} that can give the rows that are there now, all of them and not only those that are new. With it the
 * runtime finds what was deleted ({@link Discovery#andFindDeletes}), and {@code mainstem compare} compares both sides of a pipeline.
 *
 * <p>A scan writes nothing and moves no position, and may run beside everything else that a connector does.
 *
 * <ul>
 *   <li>Of a source: rows of a stream of its last discovery, with the names, types and values that its readers give them.
 *   <li>Of a sink: what stands in the target for the records of a topic, under the names of the fields of those records. Fields that it
 *       does not keep are left out; rows that count as deleted are, too. {@link Sink#assign} has not been called.
 * </ul>
 */
public interface Scannable {

    /**
     * Opens a scan: a reader that emits each row once and then ends. Its messages have the row as their value, their operations and
     * checkpoints mean nothing. It reads no earlier than it is polled, and all rows as they are at one moment where the system can give
     * that.
     *
     * @throws StopException when these rows cannot be given, with the reason
     */
    SplitReader scan(Scan what) throws Exception;

    /**
     * Of a sink: the fields of the stream that {@link #scan} leaves out, each with the reason in a few words for people, such as {@code the
     * database computes it}. Those that it leaves out without a reason need not be named.
     */
    default Map<String, String> omitted(Scan what) throws Exception {
        return Map.of();
    }
}
