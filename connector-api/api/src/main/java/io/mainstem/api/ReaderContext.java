package io.mainstem.api;

/** What a reader can ask for. */
public interface ReaderContext {

    /** The stream of the split, as it was declared last: messages must have its schema. */
    StreamSchema stream();

    /**
     * Whether the source reads to the end of what is there and then stops; else a reader waits for more at the end of what
     * may still grow.
     */
    boolean isBounded();
}
