package io.mainstem.runtime.delivery;

import io.mainstem.log.OffsetAndMetadata;

/**
 * An offset of a sink's group that a person has set and no sink has taken up. Its metadata say so: a sink that keeps its
 * offsets in the target follows no other offset of its group.
 */
public final class GroupReset {

    private static final String MARK = "reset";

    private GroupReset() {}

    /** Go on at this offset, whatever the target says. */
    public static OffsetAndMetadata to(long offset, int leaderEpoch) {
        return new OffsetAndMetadata(offset, leaderEpoch, MARK);
    }

    /** Whether a committed offset is one. */
    public static boolean is(OffsetAndMetadata committed) {
        return committed.metadata().equals(MARK);
    }
}
