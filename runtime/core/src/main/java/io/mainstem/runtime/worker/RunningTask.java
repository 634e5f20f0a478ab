package io.mainstem.runtime.worker;

import org.jspecify.annotations.Nullable;

/** A task with its thread, and what it was made from. Thread-safe. */
final class RunningTask {
    private final Definition definition;
    private final Task task;
    private final Runnable wake;
    private final @Nullable Runnable requestRun;
    private final Thread thread;

    /**
     * A task that does not run yet.
     *
     * @param wake makes it look around
     * @param requestRun asks for a run now; null for what has no runs
     */
    RunningTask(Definition definition, Task task, Runnable wake, @Nullable Runnable requestRun) {
        this.definition = definition;
        this.task = task;
        this.wake = wake;
        this.requestRun = requestRun;
        TaskStatus status = task.status();
        this.thread = new Thread(task, "mainstem-" + status.pipeline() + "-" + status.name());
        thread.setDaemon(true);
    }

    Definition definition() {
        return definition;
    }

    TaskStatus status() {
        return task.status();
    }

    boolean hasEnded() {
        return status().state().isTerminal();
    }

    void start() {
        thread.start();
    }

    void wake() {
        wake.run();
    }

    boolean hasRuns() {
        return requestRun != null;
    }

    void requestRun() {
        if (requestRun != null) {
            requestRun.run();
        }
    }

    void stop() {
        task.signal().stop();
        wake.run();
    }

    /** Tells it to wait for nothing any more, its connector included. */
    void interrupt() {
        if (!hasEnded()) {
            thread.interrupt();
        }
    }
}
