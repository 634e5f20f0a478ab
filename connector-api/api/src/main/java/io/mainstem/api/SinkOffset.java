package io.mainstem.api;

/**
 * How far a partition is written, as the target knows it.
 *
 * @param next the next offset to write
 * @param leaderEpoch what {@link SinkBatch#leaderEpoch()} was when that was written, or -1 when it is not known
 */
public record SinkOffset(long next, int leaderEpoch) {}
