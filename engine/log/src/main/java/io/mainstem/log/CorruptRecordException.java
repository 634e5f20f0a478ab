package io.mainstem.log;

/** Stored records are damaged. Nothing of them was delivered, and the records around them can still be read. */
public class CorruptRecordException extends LogException {
    private static final long serialVersionUID = 1L;

    private final long firstOffset;
    private final long nextOffset;

    /**
     * With a message that names topic, partition, file and offsets.
     *
     * @param firstOffset the first offset that cannot be read
     * @param nextOffset the first offset behind the damage
     */
    public CorruptRecordException(String message, long firstOffset, long nextOffset) {
        super(message);
        this.firstOffset = firstOffset;
        this.nextOffset = nextOffset;
    }

    /** The first offset that cannot be read. */
    public long firstOffset() {
        return firstOffset;
    }

    /** The first offset behind the damage. */
    public long nextOffset() {
        return nextOffset;
    }
}
