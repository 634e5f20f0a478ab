package io.mainstem.log;

import java.time.Duration;
import java.util.Optional;

/** Reads one partition without a group. One thread at a time, except {@link #wakeup()}. */
public interface PartitionReader extends AutoCloseable {

    /**
     * The next chunk; waits for one at most {@code maxWait}.
     *
     * @throws CorruptRecordException as {@link GroupConsumer#poll} does
     * @throws OffsetOutOfRangeException when records at the position were deleted meanwhile
     */
    Optional<RecordChunk> poll(Duration maxWait);

    /** The next offset that {@link #poll} will look at. */
    long position();

    /**
     * Moves the position.
     *
     * @throws OffsetOutOfRangeException when the offset is before the start or after the end of the partition
     */
    void seek(long offset);

    /** Ends a wait in {@link #poll}, now or at its next call; any thread may call it. */
    void wakeup();

    @Override
    void close();
}
