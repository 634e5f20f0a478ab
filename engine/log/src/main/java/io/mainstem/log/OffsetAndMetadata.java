package io.mainstem.log;

import java.util.Objects;

/**
 * A group's committed position in a partition.
 *
 * @param offset the next offset to read
 * @param leaderEpoch the partition's leader epoch when the position was taken, or -1 when it is not known
 * @param metadata free text of at most 4,096 characters
 */
public record OffsetAndMetadata(long offset, int leaderEpoch, String metadata) {

    /** The most characters that {@code metadata} may have (Kafka's {@code offset.metadata.max.bytes}). */
    public static final int METADATA_MAX = 4096;

    /** Checks the limits. */
    public OffsetAndMetadata {
        Objects.requireNonNull(metadata, "metadata");
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset + " is negative");
        }
        if (metadata.length() > METADATA_MAX) {
            throw new IllegalArgumentException(
                    "metadata has " + metadata.length() + " characters, the most is " + METADATA_MAX);
        }
    }

    /**
     * A position without metadata.
     *
     * @param offset the next offset to read
     */
    public static OffsetAndMetadata of(long offset) {
        return new OffsetAndMetadata(offset, -1, "");
    }
}
