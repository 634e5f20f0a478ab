package io.mainstem.api;

import java.io.IOException;
import java.time.Duration;

/**
 * Reads one split. One thread at a time, but not always the same; {@link #cancel} comes from another.
 *
 * <p>A reader never decides when a position is durable. It emits messages and, wherever it could resume, a checkpoint; the
 * runtime stores messages and checkpoint in one transaction.
 */
public interface SplitReader extends AutoCloseable {

    /**
     * Emits what is there: about one batch (up to 10,000 messages or 1 MiB), with a checkpoint after the last message.
     *
     * <p>Returns after at most about {@code maxWait} when nothing comes.
     *
     * @throws RetryException when reading failed this time: the reader is closed, and another opened at the last position
     *     that was stored
     */
    Poll poll(Emitter out, Duration maxWait) throws Exception;

    /**
     * Ends a call of {@link #poll} that waits for the outside world: it took longer than the pipeline's deadline, or the worker
     * stops. The reader is closed right after. A call that does not end by it, nor by an interrupt, is left behind: what it
     * emits later is refused.
     */
    default void cancel() {}

    /** Lets go of everything; what fails here is logged and changes nothing. */
    @Override
    default void close() throws IOException {}
}
