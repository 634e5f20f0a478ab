package io.mainstem.log;

import java.time.Duration;
import java.util.Optional;

/** What a group member is opened with. Immutable. */
public final class ConsumerOptions {

    /** Where a group begins in a partition of which it has committed nothing. */
    public enum StartAt {
        /** At the first record that is still there. */
        EARLIEST,
        /** At the end: only what is appended from now on. */
        LATEST
    }

    /** The longest {@link #maxPollInterval()}: more than 24 days. */
    public static final Duration MAX_POLL_INTERVAL_MAX = Duration.ofMillis(Integer.MAX_VALUE);

    private static final ConsumerOptions DEFAULTS = new ConsumerOptions(new Values());

    private final Values values;

    /** Set before they are shared, never after. */
    private static final class Values implements Cloneable {
        private StartAt startAt = StartAt.EARLIEST;
        private int fetchBytes = 1 << 20;
        private int pollBytes = 50 << 20;
        private Duration maxPollInterval = Duration.ofMinutes(5);
        private Duration sessionTimeout = Duration.ofSeconds(45);
        private Optional<String> groupInstanceId = Optional.empty();

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private ConsumerOptions(Values values) {
        this.values = values;
    }

    /** From the earliest record, at most 1 MiB a partition and 50 MiB a poll, one poll in 5 minutes at least. */
    public static ConsumerOptions defaults() {
        return DEFAULTS;
    }

    /** The same with another beginning; {@code auto.offset.reset}. */
    public ConsumerOptions withStartAt(StartAt value) {
        Values changed = values.copy();
        changed.startAt = value;
        return new ConsumerOptions(changed);
    }

    /**
     * The same with at most this many bytes a partition and poll, 1 KiB to 64 MiB; {@code max.partition.fetch.bytes}. A
     * batch that is larger is delivered all the same, alone.
     */
    public ConsumerOptions withFetchBytes(int value) {
        Values changed = values.copy();
        changed.fetchBytes = inRange("fetch size", value);
        return new ConsumerOptions(changed);
    }

    /**
     * The same with at most this many bytes a poll, but for the last chunk, 1 KiB to 64 MiB; {@code fetch.max.bytes}. The
     * next poll begins with the partitions that had no room.
     */
    public ConsumerOptions withPollBytes(int value) {
        Values changed = values.copy();
        changed.pollBytes = inRange("size of a poll", value);
        return new ConsumerOptions(changed);
    }

    /**
     * The same, put out of the group when its thread does not come back to {@link GroupConsumer#poll} for this long, 1
     * millisecond to {@link #MAX_POLL_INTERVAL_MAX}; {@code max.poll.interval.ms}, 5 minutes unless said otherwise.
     */
    public ConsumerOptions withMaxPollInterval(Duration value) {
        Values changed = values.copy();
        changed.maxPollInterval = inRange("longest time between two polls", value, MAX_POLL_INTERVAL_MAX);
        return new ConsumerOptions(changed);
    }

    /**
     * The same as a static member (KIP-345): its seat in the group is kept for {@link #sessionTimeout()} after a close, and
     * who comes with the same id has its partitions; {@code group.instance.id}.
     *
     * @param value {@code [A-Za-z0-9._-]{1,249}}, one in the group
     */
    public ConsumerOptions withGroupInstanceId(String value) {
        if (!value.matches("[A-Za-z0-9._-]{1,249}")) {
            throw new IllegalArgumentException("the group instance id '" + value
                    + "' is not allowed; it must have 1 to 249 letters, digits, dots, underscores or dashes");
        }
        Values changed = values.copy();
        changed.groupInstanceId = Optional.of(value);
        return new ConsumerOptions(changed);
    }

    /**
     * The same with another time for which the seat of a static member is kept, 1 millisecond to 1 day;
     * {@code session.timeout.ms}, 45 seconds unless said otherwise.
     */
    public ConsumerOptions withSessionTimeout(Duration value) {
        Values changed = values.copy();
        changed.sessionTimeout = inRange("session timeout", value, Duration.ofDays(1));
        return new ConsumerOptions(changed);
    }

    private static int inRange(String what, int value) {
        if (value < 1 << 10 || value > 64 << 20) {
            throw new IllegalArgumentException(
                    "the " + what + " is " + value + " bytes; it must be from 1 KiB to 64 MiB");
        }
        return value;
    }

    static Duration inRange(String what, Duration value, Duration max) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "the " + what + " is " + value + "; it must be from 1 millisecond to " + max);
        }
        return value;
    }

    /** Where to begin without a committed offset. */
    public StartAt startAt() {
        return values.startAt;
    }

    /** The bytes that one poll reads of one partition, about. */
    public int fetchBytes() {
        return values.fetchBytes;
    }

    /** The bytes that one poll reads of all partitions, about. */
    public int pollBytes() {
        return values.pollBytes;
    }

    /** The longest time between two polls. */
    public Duration maxPollInterval() {
        return values.maxPollInterval;
    }

    /** How long the seat of a static member is kept. */
    public Duration sessionTimeout() {
        return values.sessionTimeout;
    }

    /** The id of a static member. */
    public Optional<String> groupInstanceId() {
        return values.groupInstanceId;
    }
}
