package io.mainstem.api;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * Writes into one target.
 *
 * <p>The runtime calls {@link #assign}, then {@link #write} with batches that are in order within each partition, and
 * {@link #flush} when enough has come or enough time has passed (at least every second while there is data). One thread at
 * a time; {@link #cancel} comes from another.
 *
 * <ul>
 *   <li>{@link RetryException}, and any exception that is not one of the following: the sink is closed, another is made
 *       after a while, and everything since the last flush is delivered again. When the sink owns its offsets or is {@link
 *       Capability#IDEMPOTENT} and the exception says nothing of the world outside (an {@link java.io.IOException}, a timeout),
 *       the other is made at once, and the runtime looks for a record that is at fault by delivering fewer of them.
 *   <li>{@link BadRecordsException}: see there.
 *   <li>{@link StopException}: the sink is closed and stays so until a person acts.
 * </ul>
 */
public interface Sink extends AutoCloseable {

    /**
     * Partitions that this sink writes from now on. The first call connects, and makes what is missing in the target.
     *
     * <p>A sink with {@link Capability#OWNS_OFFSETS} takes them over here: any earlier owner that still lives can write
     * nothing from now on.
     *
     * @return for each partition of which the target knows the offset to go on from, that offset; the others go on from the
     *     group's committed offset. A sink without {@code OWNS_OFFSETS} returns nothing
     */
    Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext context) throws Exception;

    /**
     * Sets the offsets in the target by hand, because a person has reset the group. Called right after {@link #assign}, and
     * only on a sink with {@link Capability#OWNS_OFFSETS}; the next batch of those partitions begins there.
     */
    default void reset(Map<TopicPartition, SinkOffset> offsets) throws Exception {}

    /**
     * Takes a batch; may write it now or at the flush. A sink that owns its offsets may also make some of it durable before
     * the flush: what is delivered again from before its own offset is dropped by it.
     */
    void write(SinkBatch batch) throws Exception;

    /**
     * Makes everything that was written durable in the target, with the offsets if the sink owns them: one atomic step for
     * all partitions. The runtime commits the group's offsets after it.
     */
    void flush() throws Exception;

    /** Partitions that this sink must write no more; what is not flushed is to be dropped. */
    default void revoke(Set<TopicPartition> gone) throws Exception {}

    /** Nothing came for a while. */
    default void idle() throws Exception {}

    /**
     * Ends a call that waits for the outside world: it took longer than the pipeline's deadline, or the worker stops. The sink is
     * closed right after. A call that does not end by it, nor by an interrupt, is left behind, and another sink made.
     */
    default void cancel() {}

    /** Lets go of everything; what fails here is logged and changes nothing. */
    @Override
    default void close() throws IOException {}
}
