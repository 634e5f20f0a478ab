package io.mainstem.log;

/**
 * Some consecutive records of one partition, as they were read. Its bytes are never changed or used again by the log, so
 * that what a cursor points at may be kept as long as it is needed.
 */
public interface RecordChunk {

    /** Where the records come from. */
    TopicPartition partition();

    /** The position after this chunk: one past its last offset, control records and gaps included. */
    long nextOffset();

    /** The partition's leader epoch when it was read. */
    int leaderEpoch();

    /** About how many bytes of memory it holds. */
    int bytes();

    /** A new cursor before the first record. */
    RecordCursor cursor();
}
