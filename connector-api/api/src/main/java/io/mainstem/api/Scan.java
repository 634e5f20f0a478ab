package io.mainstem.api;

import java.util.Objects;

/** Which rows to give: see {@link Scannable}. Immutable. */
public final class Scan {

    private final StreamSchema stream;
    private final boolean keysOnly;

    private Scan(StreamSchema stream, boolean keysOnly) {
        this.stream = Objects.requireNonNull(stream, "stream");
        this.keysOnly = keysOnly;
    }

    /**
     * All rows, whole.
     *
     * @param stream of a source: one that it declared; of a sink: the fields and the key of the records, under the topic's name
     */
    public static Scan of(StreamSchema stream) {
        return new Scan(stream, false);
    }

    /** The same, of which only the fields of the key are wanted; a row may have others. */
    public Scan keysOnly() {
        return new Scan(stream, true);
    }

    /** The stream. */
    public StreamSchema stream() {
        return stream;
    }

    /** Whether only the fields of the key are wanted. */
    public boolean isKeysOnly() {
        return keysOnly;
    }
}
