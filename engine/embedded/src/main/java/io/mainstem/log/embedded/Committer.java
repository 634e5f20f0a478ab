package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import io.mainstem.log.StorageException;
import io.mainstem.log.TransactionAbortedException;
import io.mainstem.log.UnknownOutcomeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Group commit. Whoever submits a change when nobody leads becomes the leader: it takes all changes that wait, writes
 * their batches to the segments, puts them into one journal frame, forces it once and makes them visible. Those who come
 * meanwhile are the next group. A leader whose own change is done passes the work on to the log's writer thread.
 *
 * <p>Holds the append lock, the first of the lock order: append lock, group, leaf locks.
 */
final class Committer {
    private static final long GROUP_BYTES_MAX = 64L << 20;
    private static final int GROUP_COMMITS_MAX = 4096;

    /** How much the journal may grow while no checkpoint can be written. */
    private static final long JOURNAL_BYTES_MAX = 1L << 30;

    private final Journal journal;
    private final Staging staging;
    private final OpenFiles files;
    private final DiskBudget budget;
    private final boolean journalRecords;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Commit> queue = new ConcurrentLinkedQueue<>();
    private final Frame frame = new Frame();
    private final List<Commit> accepted = new ArrayList<>();
    private final List<Staged> staged = new ArrayList<>();

    private volatile @Nullable Runnable passOn;
    private volatile @Nullable LogException closed;
    private volatile @Nullable IOException failure;
    private volatile @Nullable IOException checkpointFailure;

    /** A write that is not visible yet. */
    private record Staged(PartitionLog partition, PartitionLog.Mark before, int producersBefore) {}

    /** A change and how it ended. */
    private record Outcome(Commit commit, @Nullable LogException failure) {
        void tell() {
            if (failure == null) {
                commit.completed();
            } else {
                commit.failed(failure);
            }
        }
    }

    /**
     * A committer.
     *
     * @param journalRecords whether the records go through the journal and each frame is forced
     */
    Committer(Journal journal, Staging staging, OpenFiles files, DiskBudget budget, boolean journalRecords) {
        this.journal = journal;
        this.staging = staging;
        this.files = files;
        this.budget = budget;
        this.journalRecords = journalRecords;
    }

    /** Sets who goes on when a leader has done its own work; without one it does the others' too. */
    void passOnTo(@Nullable Runnable wake) {
        passOn = wake;
    }

    /** Puts a change into the queue, and leads until it is done when nobody does. */
    void submit(StateChange change) {
        queue.add(change);
        lead(change::isDone);
    }

    /** Puts a change into the queue; the caller sees to it that somebody leads. */
    void enqueue(Commit commit) {
        queue.add(commit);
    }

    /** Whether somebody leads, who will look at the queue again. */
    boolean isLed() {
        return lock.isLocked();
    }

    /** Leads until the queue is empty or somebody else leads. */
    void lead() {
        lead(() -> false);
    }

    /** Leads until the queue is empty, somebody else leads, or it is enough: then the writer thread goes on. */
    void lead(BooleanSupplier enough) {
        while (!queue.isEmpty()) {
            Runnable successor = passOn;
            if (successor != null && enough.getAsBoolean()) {
                successor.run();
                return;
            }
            // When another thread has the lock, it looks at the queue again after it has given the lock back.
            if (!lock.tryLock()) {
                return;
            }
            List<Outcome> outcomes = new ArrayList<>();
            try {
                runGroup(outcomes);
            } finally {
                lock.unlock();
            }
            outcomes.forEach(Outcome::tell);
        }
    }

    /** Runs something while no change is under way. */
    <T> T exclusively(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
            Runnable successor = passOn;
            if (!queue.isEmpty() && successor != null) {
                successor.run();
            } else {
                lead();
            }
        }
    }

    private void runGroup(List<Outcome> outcomes) {
        frame.reset();
        accepted.clear();
        staged.clear();
        long bytes = 0;
        Commit next = queue.peek();
        while (next != null && accepted.size() < GROUP_COMMITS_MAX && bytes < GROUP_BYTES_MAX) {
            if (next.alone() && !accepted.isEmpty()) {
                break;
            }
            queue.remove();
            accept(next, outcomes);
            bytes += next.bytes();
            if (next.alone()) {
                break;
            }
            next = queue.peek();
        }
        if (accepted.isEmpty()) {
            return;
        }
        try {
            journalFrame();
        } catch (FatalIOException e) {
            fail(e);
            rejectAll(unknown(e), outcomes);
            return;
        } catch (IOException e) {
            undoFrom(0, e);
            budget.refused(e);
            rejectAll(aborted(e), outcomes);
            return;
        }
        publish(outcomes);
        budget.appended(bytes);
    }

    private void accept(Commit commit, List<Outcome> outcomes) {
        LogException refusal = refusal(commit);
        int mark = staged.size();
        if (refusal == null) {
            try {
                stage(commit);
            } catch (IOException e) {
                undoFrom(mark, e);
                budget.refused(e);
                refusal = aborted(e);
            }
        }
        if (refusal != null) {
            commit.rejected();
            outcomes.add(new Outcome(commit, refusal));
            return;
        }
        for (Commit.Piece piece : commit.pieces()) {
            PartitionLog partition = piece.partition();
            if (journalRecords) {
                frame.batches(
                        partition.topic.id(),
                        partition.name.partition(),
                        piece.batches().array(),
                        piece.batches().length());
            } else {
                int digest = RecordBatch.digest(
                        piece.batches().array(), 0, piece.batches().length());
                frame.reference(partition.topic.id(), partition.name.partition(), partition.stagedEnd(), digest);
            }
        }
        commit.encode(frame);
        accepted.add(commit);
    }

    private @Nullable LogException refusal(Commit commit) {
        LogException end = stopped();
        if (end != null) {
            return end;
        }
        LogException refusal = commit.refusal();
        if (refusal != null) {
            return refusal;
        }
        IOException noCheckpoint = checkpointFailure;
        if (noCheckpoint != null && journal.bytesSinceCheckpoint() >= JOURNAL_BYTES_MAX) {
            return aborted(noCheckpoint);
        }
        for (Commit.Piece piece : commit.pieces()) {
            if (piece.partition().isDeleted()) {
                return new TransactionAbortedException(
                        "nothing was committed: " + piece.partition().gone().getMessage());
            }
            LogException unexpected = piece.partition()
                    .producers
                    .check(piece.batches().array(), piece.batches().length());
            if (unexpected != null) {
                return unexpected;
            }
        }
        return null;
    }

    private void stage(Commit commit) throws IOException {
        List<Commit.Piece> pieces = commit.pieces();
        for (int i = 0; i < pieces.size(); i++) {
            Commit.Piece piece = pieces.get(i);
            PartitionLog partition = piece.partition();
            staged.add(new Staged(partition, partition.mark(), partition.producers.mark()));
            partition.stage(piece.batches().array(), 0, piece.batches().length(), staging);
            partition.producers.stage(
                    piece.batches().array(), 0, piece.batches().length());
            commit.staged(i, partition.stagedEnd());
        }
    }

    private void undoFrom(int mark, IOException cause) {
        for (int i = staged.size() - 1; i >= mark; i--) {
            staged.get(i).partition.undo(staged.get(i).before, cause);
            staged.get(i).partition.producers.undo(staged.get(i).producersBefore);
            staged.remove(i);
        }
    }

    private void journalFrame() throws IOException {
        if (frame.isEmpty()) {
            return;
        }
        journal.reserve(frame.paddedLength());
        try {
            journal.write(frame);
            if (journalRecords || accepted.get(0).forced()) {
                journal.force();
            }
        } catch (IOException e) {
            throw new FatalIOException(e);
        }
    }

    private void publish(List<Outcome> outcomes) {
        for (int i = 0; i < staged.size(); i++) {
            staged.get(i).partition.publish();
            staged.get(i).partition.producers.publish();
        }
        for (int i = 0; i < accepted.size(); i++) {
            accepted.get(i).apply();
            outcomes.add(new Outcome(accepted.get(i), null));
        }
        for (int i = 0; i < staged.size(); i++) {
            staged.get(i).partition.signal();
        }
    }

    private void rejectAll(LogException cause, List<Outcome> outcomes) {
        for (Commit commit : accepted) {
            commit.rejected();
            outcomes.add(new Outcome(commit, cause));
        }
    }

    private static TransactionAbortedException aborted(IOException cause) {
        return new TransactionAbortedException(
                "nothing was committed: the disk refused the write (" + cause.getMessage()
                        + "); free space or check the disk, then try again",
                cause);
    }

    private static UnknownOutcomeException unknown(IOException cause) {
        return new UnknownOutcomeException(
                "whether the commit is on disk is not known (" + cause.getMessage() + "); open the log again and look",
                cause);
    }

    /** Ends all appends: nobody knows what is on disk. Reads go on. */
    void fail(IOException cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** Whether a checkpoint was made, or why it could not be written: then the one before stands. */
    void checkpointEnded(@Nullable IOException cause) {
        checkpointFailure = cause;
        if (cause != null) {
            budget.refused(cause);
        }
    }

    boolean hasFailed() {
        return failure() != null;
    }

    private @Nullable IOException failure() {
        IOException own = failure;
        return own == null ? files.forceFailure() : own;
    }

    /** Why no change is taken any more, or null. */
    @Nullable
    LogException stopped() {
        LogException end = closed;
        IOException cause = failure();
        if (end != null) {
            return end;
        }
        return cause == null
                ? null
                : new StorageException(
                        "the log takes no more changes since the disk failed (" + cause.getMessage()
                                + "); close it, check the disk and open it again",
                        cause);
    }

    /** Takes no more changes; those that were accepted before are finished. */
    void close() {
        exclusively(() -> closed = new LogException("the log is closed"));
    }

    /** Throws when no change is taken any more. */
    void checkOpen() {
        LogException end = stopped();
        if (end != null) {
            throw end;
        }
    }

    Journal journal() {
        return journal;
    }
}
