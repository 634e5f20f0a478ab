package io.mainstem.log;

/**
 * Some consecutive records of one partition, as they were read. Until it is released, the log never changes its bytes, so
 * that what a cursor points at may be kept as long as it is needed. Nobody has to release a chunk: the garbage collector
 * takes one that is not used any more.
 */
public interface RecordChunk {

    /** Where the records come from. */
    TopicPartition partition();

    /** The position after this chunk: one past its last offset, control records and gaps included. */
    long nextOffset();

    /** The partition's leader epoch when it was read. */
    int leaderEpoch();

    /** About how many bytes its records have. */
    int bytes();

    /** A new cursor before the first record. */
    RecordCursor cursor();

    /**
     * Gives its memory back for the next chunks of the same reader, which then allocates next to nothing. Afterwards neither
     * the chunk, nor its cursors, nor the bytes that they pointed at may be used: there may be other records in them. A second
     * call does nothing. On the thread that uses the reader.
     */
    void release();
}
