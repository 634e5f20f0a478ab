package io.mainstem.log;

import java.time.Instant;

/** Which offset of a partition is meant. */
public sealed interface OffsetSpec {

    /** The first record that is still there. */
    static OffsetSpec earliest() {
        return new Earliest();
    }

    /** The end: the next record that will be appended. */
    static OffsetSpec latest() {
        return new Latest();
    }

    /** This offset. */
    static OffsetSpec at(long offset) {
        return new At(offset);
    }

    /** The first record whose timestamp is not before this time; the end when there is none. */
    static OffsetSpec forTimestamp(Instant time) {
        return new ForTimestamp(time);
    }

    /** See {@link OffsetSpec#earliest()}. */
    record Earliest() implements OffsetSpec {}

    /** See {@link OffsetSpec#latest()}. */
    record Latest() implements OffsetSpec {}

    /**
     * See {@link OffsetSpec#at}.
     *
     * @param offset the offset
     */
    record At(long offset) implements OffsetSpec {}

    /**
     * See {@link OffsetSpec#forTimestamp}.
     *
     * @param time the time
     */
    record ForTimestamp(Instant time) implements OffsetSpec {}
}
