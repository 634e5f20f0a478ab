package io.mainstem.log.embedded;

import java.io.IOException;
import java.util.List;
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
    private final Forces forces;
    private final DataFolder data;
    private final long journalBytes;
    private final long journalBytesMax;
    private volatile @Nullable Runnable wake;

    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    private record Taken(byte[] snapshot, Journal.Place place, DirtyFiles.Taken dirty, List<Segment> condemned) {}

    /**
     * A checkpointer.
     *
     * @param journalBytes how much journal makes a checkpoint due
     * @param forces forces the files
     */
    Checkpointer(Committer committer, LogState state, long journalBytes, Forces forces) {
        this.forces = forces;
        this.committer = committer;
        this.state = state;
        this.data = state.data();
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
     * Makes a checkpoint. When the disk has no room for it, the one before stands, and the log goes on; a failed force ends
     * the log's appends.
     *
     * @param clean whether the log is being closed and nothing will follow
     * @return whether it was made
     */
    synchronized boolean run(boolean clean) {
        if (committer.hasFailed() || !beginForce()) {
            return false;
        }
        Taken taken = committer.exclusively(() -> {
            // First, so that the snapshot does without all of them.
            List<Segment> condemned = data.trash().takeCondemned();
            Journal.Place place = committer.journal().place();
            state.offsets.idleTimes().saved();
            return new Taken(
                    Snapshot.encode(state, place, clean), place, data.dirty().take(), condemned);
        });
        boolean made = make(taken);
        if (made) {
            data.trash().bury(taken.condemned);
        } else {
            data.trash().condemnAgain(taken.condemned);
        }
        return made;
    }

    private boolean beginForce() {
        try {
            data.files().mark().begin();
            return true;
        } catch (IOException e) {
            committer.checkpointEnded(e);
            return false;
        }
    }

    private boolean make(Taken taken) {
        try {
            taken.dirty.force(data.files(), forces);
            if (committer.hasFailed()) {
                return false;
            }
        } catch (IOException e) {
            committer.fail(e);
            return false;
        }
        try {
            data.files().mark().succeeded();
            Snapshot.write(data.files().storage(), data.root(), taken.snapshot);
        } catch (FatalIOException e) {
            committer.fail(e);
            return false;
        } catch (IOException e) {
            committer.checkpointEnded(e);
            return false;
        }
        committer.checkpointEnded(null);
        try {
            committer.journal().release(taken.place);
        } catch (IOException e) {
            committer.fail(e);
        }
        return true;
    }

    /** Runs something between checkpoints. */
    synchronized <T> T betweenCheckpoints(Supplier<T> action) {
        return action.get();
    }
}
