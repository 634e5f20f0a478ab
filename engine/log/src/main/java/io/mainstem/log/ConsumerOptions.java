package io.mainstem.log;

/** What a group member is opened with. Immutable. */
public final class ConsumerOptions {

    /** Where a group begins in a partition of which it has committed nothing. */
    public enum StartAt {
        /** At the first record that is still there. */
        EARLIEST,
        /** At the end: only what is appended from now on. */
        LATEST
    }

    private static final ConsumerOptions DEFAULTS = new ConsumerOptions(StartAt.EARLIEST, 1 << 20);

    private final StartAt startAt;
    private final int fetchBytes;

    private ConsumerOptions(StartAt startAt, int fetchBytes) {
        this.startAt = startAt;
        this.fetchBytes = fetchBytes;
    }

    /** From the earliest record, at most 1 MiB a partition and poll. */
    public static ConsumerOptions defaults() {
        return DEFAULTS;
    }

    /** The same with another beginning; {@code auto.offset.reset}. */
    public ConsumerOptions withStartAt(StartAt value) {
        return new ConsumerOptions(value, fetchBytes);
    }

    /**
     * The same with at most this many bytes a partition and poll, 1 KiB to 64 MiB; {@code max.partition.fetch.bytes}. A
     * batch that is larger is delivered all the same, alone.
     */
    public ConsumerOptions withFetchBytes(int value) {
        if (value < 1 << 10 || value > 64 << 20) {
            throw new IllegalArgumentException(
                    "the fetch size is " + value + " bytes; it must be from 1 KiB to 64 MiB");
        }
        return new ConsumerOptions(startAt, value);
    }

    /** Where to begin without a committed offset. */
    public StartAt startAt() {
        return startAt;
    }

    /** The bytes that one poll reads of one partition, about. */
    public int fetchBytes() {
        return fetchBytes;
    }
}
