package io.mainstem.log.embedded;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Lets one thread wait until others have news for it. Any thread raises; one thread waits. */
final class Signal {
    private volatile boolean raised;
    private volatile @Nullable Thread waiter;

    /** Ends the wait under way, or the next one. */
    void raise() {
        if (!raised) {
            raised = true;
            LockSupport.unpark(waiter);
        }
    }

    /** Forgets the news so far: the caller looks for itself after this call. */
    void clear() {
        raised = false;
    }

    /** Waits until it is raised, the time is over or the thread is interrupted. */
    void await(long nanos) {
        long deadline = System.nanoTime() + nanos;
        waiter = Thread.currentThread();
        long left = nanos;
        while (!raised && left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = deadline - System.nanoTime();
        }
        waiter = null;
    }
}
