package io.mainstem.log.embedded;

import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes checkpoints: forces the segments, saves the state, and gives the journal back its files.
 *
 * <p>Its lock comes before the append lock. A failed force ends the log's appends: the pages may be clean and yet not on
 * disk, and what they held is still in the journal, from which the next open writes it again.
 */
final class Checkpointer {
    private final Committer committer;
    private final LogState state;
    private final OpenFiles files;
    private final DirtyFiles dirty;
    private final long journalBytes;
    private final long journalBytesMax;
    private volatile @Nullable Runnable wake;

    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    private record Taken(byte[] snapshot, Journal.Place place, DirtyFiles.Taken dirty) {}

    /**
     * A checkpointer.
     *
     * @param journalBytes how much journal makes a checkpoint due
     */
    Checkpointer(Committer committer, LogState state, OpenFiles files, DirtyFiles dirty, long journalBytes) {
        this.committer = committer;
        this.state = state;
        this.files = files;
        this.dirty = dirty;
        this.journalBytes = journalBytes;
        this.journalBytesMax = 4 * journalBytes;
    }

    /** Sets who makes checkpoints that are due; without one, the thread that appends does. */
    void wakeWith(Runnable value) {
        wake = value;
    }

    boolean due() {
        return committer.journal().bytesSinceCheckpoint() >= journalBytes;
    }

    boolean hasWork() {
        return committer.journal().bytesSinceCheckpoint() > 0
                || state.offsets.idleTimes().hasChanged();
    }

    /** Called before each append: starts a checkpoint that is due, and waits for it when it is overdue. */
    void beforeAppend() {
        if (!due() || committer.hasFailed()) {
            return;
        }
        Runnable background = wake;
        if (background == null || committer.journal().bytesSinceCheckpoint() >= journalBytesMax) {
            runIfDue();
            return;
        }
        background.run();
    }

    private synchronized void runIfDue() {
        if (due()) {
            run(false);
        }
    }

    /**
     * Makes a checkpoint; a failure ends the log's appends.
     *
     * @param clean whether the log is being closed and nothing will follow
     */
    synchronized void run(boolean clean) {
        if (committer.hasFailed()) {
            return;
        }
        try {
            Taken taken = committer.exclusively(() -> {
                Journal.Place place = committer.journal().place();
                state.offsets.idleTimes().saved();
                return new Taken(Snapshot.encode(state, place, clean), place, dirty.take());
            });
            taken.dirty.force(files);
            if (committer.hasFailed()) {
                return;
            }
            Snapshot.write(files.storage(), state.root(), taken.snapshot);
            committer.journal().release(taken.place);
        } catch (IOException e) {
            committer.fail(e);
        }
    }

    /** Runs something between checkpoints. */
    synchronized <T> T betweenCheckpoints(Supplier<T> action) {
        return action.get();
    }
}
