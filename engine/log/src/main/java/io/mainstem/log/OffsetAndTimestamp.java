package io.mainstem.log;

/**
 * A record that was looked up by time.
 *
 * @param offset its offset
 * @param timestamp its timestamp, milliseconds since 1970-01-01T00:00Z
 */
public record OffsetAndTimestamp(long offset, long timestamp) {}
