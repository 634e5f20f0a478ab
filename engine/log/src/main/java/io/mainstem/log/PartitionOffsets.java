package io.mainstem.log;

/**
 * The bounds of a partition at one moment.
 *
 * @param start the first offset that can be read
 * @param end one past the last offset that is durable and decided: a consumer whose position has reached it has caught
 *     up
 * @param leaderEpoch the current leader epoch; it rises when a recovery had to cut the partition's tail
 * @param bytes the size on disk
 */
public record PartitionOffsets(long start, long end, int leaderEpoch, long bytes) {}
