package io.mainstem.api;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a source says and a sink hears: an operation with a key, a value, headers and a time. Immutable.
 *
 * <p>A message without a value is a {@link Operation#DELETE}; every other has one.
 */
public final class Message {

    private final Operation operation;
    private final @Nullable Datum key;
    private final @Nullable Datum value;
    private final List<Header> headers;
    private final @Nullable Instant timestamp;
    private final @Nullable TopicPartition partition;
    private final long offset;
    private final int index;

    private Message(
            Operation operation,
            @Nullable Datum key,
            @Nullable Datum value,
            List<Header> headers,
            @Nullable Instant timestamp,
            @Nullable TopicPartition partition,
            long offset,
            int index) {
        this.operation = operation;
        this.key = key;
        this.value = value;
        this.headers = headers;
        this.timestamp = timestamp;
        this.partition = partition;
        this.offset = offset;
        this.index = index;
    }

    /** A thing that came into being. */
    public static Message create(Datum value) {
        return new Message(Operation.CREATE, null, Objects.requireNonNull(value), List.of(), null, null, 0, 0);
    }

    /**
     * A message.
     *
     * @param key what it is about, or null
     * @param value its state after the operation; null for a delete, and only for it
     */
    public static Message of(Operation operation, @Nullable Datum key, @Nullable Datum value) {
        check(operation, value);
        return new Message(operation, key, value, List.of(), null, null, 0, 0);
    }

    /**
     * A message as it was read from the log. For the runtime.
     *
     * @param headers nobody may change it afterwards
     * @param partition where it stands
     * @param offset the offset of its record there
     */
    public static Message fromLog(
            Operation operation,
            @Nullable Datum key,
            @Nullable Datum value,
            List<Header> headers,
            Instant timestamp,
            TopicPartition partition,
            long offset) {
        check(operation, value);
        return new Message(operation, key, value, headers, timestamp, partition, offset, 0);
    }

    private static void check(Operation operation, @Nullable Datum value) {
        if ((value == null) != (operation == Operation.DELETE)) {
            throw new IllegalArgumentException(
                    "operation " + operation + (value == null ? " needs a value" : " has no value"));
        }
    }

    /** The same with another key. */
    public Message withKey(@Nullable Datum newKey) {
        return new Message(operation, newKey, value, headers, timestamp, partition, offset, index);
    }

    /** The same with another value. */
    public Message withValue(Datum newValue) {
        return new Message(
                operation, key, Objects.requireNonNull(newValue), headers, timestamp, partition, offset, index);
    }

    /** The same with other headers. */
    public Message withHeaders(List<Header> newHeaders) {
        return new Message(operation, key, value, List.copyOf(newHeaders), timestamp, partition, offset, index);
    }

    /** The same with the time at which it happened. */
    public Message withTimestamp(Instant newTimestamp) {
        return new Message(operation, key, value, headers, newTimestamp, partition, offset, index);
    }

    /** The same, standing at this place in the log. For the runtime. */
    public Message withOrigin(TopicPartition newPartition, long newOffset, int newIndex) {
        return new Message(operation, key, value, headers, timestamp, newPartition, newOffset, newIndex);
    }

    /** What happened. */
    public Operation operation() {
        return operation;
    }

    /** What it happened to, or null when that has no name. */
    public @Nullable Datum key() {
        return key;
    }

    /** The state after it, or null for a delete. */
    public @Nullable Datum value() {
        return value;
    }

    /** The headers, in order. */
    public List<Header> headers() {
        return headers;
    }

    /** When it happened, if the source knows; in a sink, else, when it was appended to the log. */
    public Optional<Instant> timestamp() {
        return Optional.ofNullable(timestamp);
    }

    /** The partition that it stands in, or null when it did not come from the log. */
    public @Nullable TopicPartition partition() {
        return partition;
    }

    /** The offset of its record there; 0 when it did not come from the log. */
    public long offset() {
        return offset;
    }

    /** Which of the messages it is that were made of this one record, from 0. */
    public int index() {
        return index;
    }

    /** Where it stands in the log, as one; every message that a sink gets has one. */
    public Optional<Origin> origin() {
        return partition == null ? Optional.empty() : Optional.of(new Origin(partition, offset, index));
    }

    @Override
    public String toString() {
        return operation + (key == null ? "" : " " + key) + (value == null ? "" : " " + value);
    }
}
