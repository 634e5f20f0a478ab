package io.mainstem.connectors.jdbc;

import java.util.Arrays;

/** Consecutive rows of one plan in one transaction. Not thread-safe. */
final class CopySegment {

    private final CopyPlan plan;
    private final CopyJournal journal = new CopyJournal();
    private long[] hashes;
    private int hashCount;
    private boolean repeatedKeys;
    private boolean deletes;
    private boolean values;

    CopySegment(CopyPlan plan) {
        this.plan = plan;
        boolean keyed = !plan.plan().key().isEmpty();
        this.hashes = new long[keyed ? 2048 : 0];
        this.repeatedKeys = keyed && !plan.keysEqualByBytes();
    }

    CopyPlan plan() {
        return plan;
    }

    CopyJournal journal() {
        return journal;
    }

    boolean hasRepeatedKeys() {
        return repeatedKeys;
    }

    boolean hasDeletes() {
        return deletes;
    }

    boolean hasValues() {
        return values;
    }

    /** Notes a row's key: when none comes twice, the rows need no sorting. */
    void note(long hash, boolean deleted) {
        deletes |= deleted;
        values |= !deleted;
        if (hashes.length == 0 || repeatedKeys) {
            return;
        }
        if (hashCount * 2 >= hashes.length) {
            grow();
        }
        repeatedKeys = !insert(hashes, hash);
        hashCount++;
    }

    private void grow() {
        long[] old = hashes;
        hashes = new long[old.length * 2];
        Arrays.stream(old).filter(hash -> hash != 0).forEach(hash -> insert(hashes, hash));
    }

    private static boolean insert(long[] table, long hash) {
        int mask = table.length - 1;
        int slot = (int) (hash ^ hash >>> 32) & mask;
        while (table[slot] != 0) {
            if (table[slot] == hash) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        table[slot] = hash;
        return true;
    }
}
