package io.mainstem.connectors.jdbc.source;

/** What is read of a table. */
enum Mode {
    /** Every row, once. */
    SNAPSHOT,
    /** Rows with a number that grows. */
    INCREMENTING,
    /** Rows with a time of their last change. */
    TIMESTAMP,
    /** The same, and a number that tells rows of one time apart. */
    TIMESTAMP_INCREMENTING;

    boolean isIncremental() {
        return this != SNAPSHOT;
    }

    boolean hasTime() {
        return this == TIMESTAMP || this == TIMESTAMP_INCREMENTING;
    }

    /** How many cursor columns it needs. */
    int cursors() {
        return switch (this) {
            case SNAPSHOT -> 0;
            case INCREMENTING, TIMESTAMP -> 1;
            case TIMESTAMP_INCREMENTING -> 2;
        };
    }
}
