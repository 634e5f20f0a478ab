package io.mainstem.connectors.jdbc;

import io.mainstem.api.TopicPartition;

/** A partition that the sink has taken over, and how far it is. Not thread-safe. */
final class OwnedPartition {

    private final TopicPartition partition;
    private final long epoch;
    private long committed;
    private long next;
    private int leaderEpoch;
    private int committedLeaderEpoch;
    private String target;
    private long start = Ledger.NOTHING;

    OwnedPartition(TopicPartition partition, Ledger.Entry entry) {
        this.partition = partition;
        this.epoch = entry.epoch();
        this.committed = entry.next();
        this.next = entry.next();
        this.leaderEpoch = entry.leaderEpoch();
        this.committedLeaderEpoch = entry.leaderEpoch();
        this.target = entry.target();
    }

    TopicPartition partition() {
        return partition;
    }

    /** The epoch of this ownership. */
    long epoch() {
        return epoch;
    }

    /** The next offset that the ledger has. */
    long committed() {
        return committed;
    }

    /** The next offset after what was taken since. */
    long next() {
        return next;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    /** The table that the rows go to. */
    String target() {
        return target;
    }

    void target(String identity) {
        this.target = identity;
    }

    boolean isMoved() {
        return next != committed || leaderEpoch != committedLeaderEpoch;
    }

    /** Notes where the rows of the open transaction begin. */
    void begin(long firstOffset) {
        if (next == committed) {
            start = committed == Ledger.NOTHING ? firstOffset : committed;
        }
    }

    /** Where the rows of the open transaction begin. */
    long start() {
        return start;
    }

    void move(long nextOffset, int epochOfLeader) {
        this.next = nextOffset;
        this.leaderEpoch = epochOfLeader;
    }

    /** Goes on from another offset, which the ledger has now. */
    void reset(long nextOffset, int epochOfLeader) {
        move(nextOffset, epochOfLeader);
        commit();
    }

    void commit() {
        this.committed = next;
        this.committedLeaderEpoch = leaderEpoch;
    }

    void rollback() {
        this.next = committed;
        this.leaderEpoch = committedLeaderEpoch;
    }
}
