package io.mainstem.log.embedded;

import java.time.Clock;

/** The parts of an open log that its producers, consumers and administration share. */
record Engine(
        LogState state,
        Committer committer,
        Checkpointer checkpointer,
        DiskBudget budget,
        Compaction compaction,
        Groups groups,
        Worker worker,
        Clock clock) {

    /** Brings a change in and leads when nobody does; its future tells the end. */
    void submit(Commit commit) {
        checkpointer.beforeAppend();
        committer.submit(commit);
    }

    /** Brings a change in and waits for its end. */
    void submitAndWait(StateChange change) {
        submit(change);
        change.await();
    }
}
