package io.mainstem.api;

/** Something that a source or a sink declares it can do; the acceptance suite of the test kit proves each. */
public enum Capability {
    /** Source: several splits may be read at the same time. */
    PARALLEL_SPLITS,
    /**
     * Source: what it reads is sent to it, so that there is nothing to look at before it runs. A plan shows its streams and opens
     * no reader: it would take what another reader waits for.
     */
    RECEIVES,
    /**
     * Sink: keeps the offsets of what it wrote in the target, in the same atomic step as the data. Every record is in the
     * target exactly once, whatever fails.
     */
    OWNS_OFFSETS,
    /** Sink: writing a record again leaves the target as it was after the first time. */
    IDEMPOTENT,
    /** Sink: a message with {@link Operation#DELETE} removes what its key names. */
    DELETES,
    /** Sink: takes records whose schema differs from that of the record before. */
    SCHEMA_EVOLUTION
}
