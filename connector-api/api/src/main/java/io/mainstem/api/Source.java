package io.mainstem.api;

import java.io.IOException;
import java.util.Map;

/**
 * Reads from one system.
 *
 * <p>The runtime calls {@link #discover} first, stores what it found, then opens readers. It never calls two methods of one
 * source at the same time, but readers that are open run beside it, and beside one another when the source declares
 * {@link Capability#PARALLEL_SPLITS}. Any method may throw {@link RetryException} or {@link StopException}; another
 * exception counts as a fault of the source and is retried with growing waits.
 */
public interface Source extends AutoCloseable {

    /**
     * Finds out what there is to read.
     *
     * @param known what was found before
     */
    Discovery discover(KnownSplits known) throws Exception;

    /**
     * Opens a reader.
     *
     * @param split one that {@link #discover} returned
     * @param stored the positions that readers of this split have checkpointed, by position key; empty at first. The key is
     *     the split's id unless the reader chose others
     */
    SplitReader open(Split split, Map<String, Position> stored, ReaderContext context) throws Exception;

    /**
     * A split was read to its end, and all of it is durable in the log. The place to archive a file. Called at least once.
     *
     * @param last the last checkpoint
     */
    default void finished(Split split, Position last) throws Exception {}

    /** Lets go of everything; what fails here is logged and changes nothing. */
    @Override
    default void close() throws IOException {}
}
