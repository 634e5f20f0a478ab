package io.mainstem.runtime.worker;

import io.mainstem.runtime.delivery.DeliveryMode;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.MDC;

/** What one session says of its task. It counts until the task has given the session up. Thread-safe. */
final class LifeStatus {

    private final TaskStatus task;
    private final Backoff backoff;
    private boolean givenUp;

    LifeStatus(TaskStatus task, Backoff backoff) {
        this.task = task;
        this.backoff = backoff;
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

    /** Lets the lines that this thread logs say whose they are. */
    void mark() {
        MDC.put(Task.PIPELINE, task.pipeline());
        MDC.put(Task.TASK, task.name());
    }

    void running() {
        say(task::running);
    }

    void delivery(DeliveryMode mode) {
        say(() -> task.delivery(mode));
    }

    void waiting(Failure why) {
        say(() -> task.waiting(why));
    }

    /** The other side has refused, and is left alone until a moment. */
    void waiting(Failure why, TaskStatus.Pause what) {
        say(() -> task.waiting(why, what));
    }

    /** There is nothing that may be done before a moment. */
    void pausing(TaskStatus.Pause what) {
        say(() -> task.pausing(what));
    }

    /** The target has refused, and is asked again after this time. */
    void refused(Failure why, Duration wait) {
        say(() -> {
            backoff.refused();
            task.retrying(why, backoff.attempts(Optional.of(wait)));
        });
        task.meters().retried();
    }

    void reachableAt(String address) {
        say(() -> task.reachableAt(address));
    }

    void committed(long moreRecords, long moreBytes) {
        say(() -> {
            task.committed(moreRecords, moreBytes);
            if (moreRecords > 0) {
                backoff.reset();
                endRetrying();
            }
        });
    }

    void deadLettered(long more) {
        say(() -> task.deadLettered(more));
    }

    /** All there was to do is done, and the other side is there: time that passes now is no failing time. */
    void caughtUp() {
        say(() -> {
            backoff.caughtUp();
            endRetrying();
        });
    }

    private void endRetrying() {
        if (task.state() == TaskStatus.State.RETRYING) {
            task.works();
        }
    }

    /** Nothing goes through, though nothing throws. Returns for how long nothing has, when that is long enough to give up. */
    Optional<Duration> givingUp() {
        return backoff.givingUp();
    }

    /** What is counted for monitoring; a session that was given up may add to it once more. */
    TaskMeters meters() {
        return task.meters();
    }

    /** Records that the task has committed, in all its sessions. */
    long records() {
        return task.records();
    }
}
