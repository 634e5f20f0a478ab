package io.mainstem.cli;

import io.mainstem.server.rest.Problem;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls plugins for the REST interface, on threads of their own and not without end. Thread-safe. */
final class PluginCalls {

    /** How long a plugin may take to describe itself or to look at its options. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The most calls at a time; those that hang count until they end. */
    private static final int CALLS_MAX = 4;

    private final Semaphore slots = new Semaphore(CALLS_MAX);
    private final Duration patience;

    PluginCalls(Duration patience) {
        this.patience = patience;
    }

    /**
     * Calls.
     *
     * @throws Problem when it takes too long, or too many take long already
     */
    <T> T call(Callable<T> call) throws Exception {
        if (!slots.tryAcquire()) {
            throw busy();
        }
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(() -> run(task), "mainstem-rest-plugins");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            throw busy();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void run(FutureTask<?> task) {
        try {
            task.run();
        } finally {
            slots.release();
        }
    }

    private static Problem busy() {
        return new Problem(
                503,
                "plugin-busy",
                "a plugin does not answer",
                "look for the threads mainstem-rest-plugins in a thread dump of the worker (jstack)");
    }
}
