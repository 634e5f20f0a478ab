package io.mainstem.log.embedded;

/**
 * The last offset of each key of a stretch of a partition, by the digests of the keys: an open hash table in one array that
 * grows to a limit. One thread at a time.
 */
final class OffsetMap {
    /** The longs of a slot: both halves of the digest, and the offset plus one, or zero for a free slot. */
    private static final int SLOT = 3;

    private static final int START_SLOTS = 1024;

    private final KeyDigest digest;
    private final int slotsMax;
    private long[] slots;
    private int count;

    /**
     * An empty map.
     *
     * @param bytesMax the most memory that it may take, also while it grows; at least a MiB
     */
    OffsetMap(long bytesMax, KeyDigest digest) {
        this.digest = digest;
        // While it grows, the table of half the size is there, too.
        this.slotsMax = (int) Math.min((Integer.MAX_VALUE - 8) / SLOT, bytesMax / 3 * 2 / (SLOT * Long.BYTES));
        this.slots = new long[SLOT * Math.min(START_SLOTS, slotsMax)];
    }

    /** Whether so many other keys are sure to have room. */
    boolean hasRoomFor(int keys) {
        return count + (long) keys <= countMax(slotsMax);
    }

    private static long countMax(int slotCount) {
        return slotCount * 3L / 4;
    }

    /** The number of keys. */
    int count() {
        return count;
    }

    /** Takes note of a key at an offset greater than all before. */
    void put(byte[] array, int from, int length, long offset) {
        if (count >= countMax(slots.length / SLOT)) {
            grow();
        }
        digest.of(array, from, length);
        int slot = find(digest.low(), digest.high());
        if (slots[slot + 2] == 0) {
            slots[slot] = digest.low();
            slots[slot + 1] = digest.high();
            count++;
        }
        slots[slot + 2] = offset + 1;
    }

    /** The last offset of a key, or -1 when it has none. */
    long lastOffset(byte[] array, int from, int length) {
        digest.of(array, from, length);
        return slots[find(digest.low(), digest.high()) + 2] - 1;
    }

    /** The slot that has a digest, or the free one where it belongs. */
    private int find(long low, long high) {
        int number = (int) Math.multiplyHigh(low >>> 1, 2L * (slots.length / SLOT));
        int slot = number * SLOT;
        while (slots[slot + 2] != 0 && (slots[slot] != low || slots[slot + 1] != high)) {
            slot += SLOT;
            slot = slot == slots.length ? 0 : slot;
        }
        return slot;
    }

    private void grow() {
        if (slots.length / SLOT == slotsMax) {
            throw new IllegalStateException("there is no room for another key");
        }
        long[] before = slots;
        slots = new long[SLOT * (int) Math.min(slotsMax, 2L * before.length / SLOT)];
        for (int i = 0; i < before.length; i += SLOT) {
            if (before[i + 2] != 0) {
                System.arraycopy(before, i, slots, find(before[i], before[i + 1]), SLOT);
            }
        }
    }
}
