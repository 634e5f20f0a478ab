package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of the log that waits for its turn. {@link Committer} calls {@link #refusal}, then for an accepted one
 * {@link #encode} and {@link #apply}, all under the append lock, and last, without it, {@link #completed}; for any other
 * {@link #rejected} under the lock and {@link #failed} without it.
 */
abstract class Commit {

    /** Batches for one partition; the array stays as it is until the commit is completed or failed. */
    record Piece(PartitionLog partition, BatchEncoder batches) {}

    /** Why it may not happen, or null. */
    abstract @Nullable LogException refusal();

    /** What it appends. */
    List<Piece> pieces() {
        return List.of();
    }

    /** The next offset of the piece of that number once it is appended. */
    void staged(int piece, long nextOffset) {}

    /** Whether it shares no frame with others. */
    boolean alone() {
        return false;
    }

    /** Whether it is forced whatever the durability, because what follows it cannot be taken back. */
    boolean forced() {
        return false;
    }

    /** About how many bytes it brings. */
    long bytes() {
        return 0;
    }

    /** Adds what it changes beside the records. */
    void encode(Frame frame) {}

    /** Changes the state in memory: it is durable. */
    void apply() {}

    /** It will not happen, or nobody knows whether it did. */
    void rejected() {}

    abstract void completed();

    abstract void failed(LogException cause);
}
