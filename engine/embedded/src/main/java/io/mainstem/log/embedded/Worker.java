package io.mainstem.log.embedded;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread of the log that does one kind of work whenever it is woken or a time is over. An instance without a thread
 * ignores the calls.
 */
final class Worker {
    private final @Nullable Thread thread;
    private volatile boolean asked;
    private volatile boolean stopping;

    /** Does what there is to do, and says in how many nanoseconds it wants to be called again. */
    interface Work {
        long run(boolean asked);
    }

    private Worker(@Nullable String name, Work work) {
        if (name == null) {
            thread = null;
            return;
        }
        thread = new Thread(() -> loop(work), name);
        thread.setDaemon(true);
        thread.start();
    }

    static Worker start(String name, Work work) {
        return new Worker(name, work);
    }

    /** A worker that does nothing. */
    static Worker none() {
        return new Worker(null, asked -> Long.MAX_VALUE);
    }

    boolean isRunning() {
        return thread != null && !stopping;
    }

    /** Makes it work now. */
    void wake() {
        if (thread != null && !asked) {
            asked = true;
            LockSupport.unpark(thread);
        }
    }

    /** Ends it after the work it is doing. */
    void stop() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        stopping = true;
        LockSupport.unpark(running);
        boolean interrupted = false;
        while (running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop(Work work) {
        long deadline = System.nanoTime();
        while (!stopping) {
            long left = deadline - System.nanoTime();
            if (!asked && left > 0) {
                LockSupport.parkNanos(this, left);
                continue;
            }
            boolean wasAsked = asked;
            asked = false;
            deadline = System.nanoTime() + Math.min(work.run(wasAsked), Long.MAX_VALUE / 4);
        }
    }
}
