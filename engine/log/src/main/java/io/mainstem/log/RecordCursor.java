package io.mainstem.log;

/**
 * Walks over the records of a chunk without making an object for each. The accessors speak of the current record; the
 * arrays must not be changed. One thread at a time.
 */
public interface RecordCursor {

    /**
     * Moves to the next data record.
     *
     * @return false behind the last one
     */
    boolean next();

    /** The offset of the record. */
    long offset();

    /** Its timestamp, milliseconds since 1970-01-01T00:00Z. */
    long timestamp();

    /** The array that holds the key and the value of the record; another record may have another. */
    byte[] array();

    /** Where the key begins in {@link #array()}. */
    int keyOffset();

    /** The length of the key, or -1 when there is none. */
    int keyLength();

    /** Where the value begins in {@link #array()}. */
    int valueOffset();

    /** The length of the value, or -1 when it is null. */
    int valueLength();

    /** The headers; {@link Headers#EMPTY} costs nothing. */
    Headers headers();
}
