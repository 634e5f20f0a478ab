package io.mainstem.runtime.worker;

import java.time.Instant;

/** What one session says of its task. It counts until the task has given the session up. Thread-safe. */
final class LifeStatus {

    private final TaskStatus task;
    private boolean givenUp;

    LifeStatus(TaskStatus task) {
        this.task = task;
    }

    /** From now on, nothing counts. */
    synchronized void giveUp() {
        givenUp = true;
    }

    private synchronized void say(Runnable word) {
        if (!givenUp) {
            word.run();
        }
    }

    void running() {
        say(task::running);
    }

    void waiting(Failure why) {
        say(() -> task.waiting(why));
    }

    void committed(long moreRecords, long moreBytes) {
        say(() -> task.committed(moreRecords, moreBytes));
    }

    void deadLettered(long more) {
        say(() -> task.deadLettered(more));
    }

    void lag(long value) {
        say(() -> task.lag(value));
    }

    void caughtUp(Instant when) {
        say(() -> task.caughtUp(when));
    }

    /** Records that the task has committed, in all its sessions. */
    long records() {
        return task.records();
    }
}
