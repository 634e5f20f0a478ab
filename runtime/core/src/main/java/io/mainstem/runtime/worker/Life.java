package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Deadlines;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a task: a thread of its own that opens a session, runs it and closes it. All calls of the connector are made there,
 * and nothing waits for that thread without a limit. Thread-safe.
 */
final class Life {

    private static final Logger LOGGER = LoggerFactory.getLogger(Life.class);

    private final Task.SessionFactory sessions;
    private final ClassLoader pluginLoader;
    private final LifeStatus status;
    private final CallWatch watch;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long beganNanos = System.nanoTime();
    private volatile Task.@Nullable Session session;
    private volatile @Nullable Throwable thrown;
    private volatile boolean givenUp;

    Life(String name, Task.SessionFactory sessions, ClassLoader pluginLoader, LifeStatus status, Deadlines deadlines) {
        this.sessions = sessions;
        this.pluginLoader = pluginLoader;
        this.status = status;
        this.watch = new CallWatch(deadlines, System::nanoTime);
        this.thread = new Thread(this::live, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(pluginLoader);
    }

    /** What its session says of the task. */
    LifeStatus status() {
        return status;
    }

    /** On which its session notes its calls. */
    CallWatch watch() {
        return watch;
    }

    Thread thread() {
        return thread;
    }

    void start() {
        thread.start();
    }

    private void live() {
        status.mark();
        try (Task.Session opened = sessions.open(this)) {
            session = opened;
            opened.run();
        } catch (Exception | Error e) {
            thrown = e;
        } finally {
            ended.countDown();
            if (givenUp) {
                LOGGER.warn(
                        "thread {}, which was given up, came back {} s after it had begun; nothing of it counts",
                        thread.getName(),
                        Duration.ofNanos(System.nanoTime() - beganNanos).toSeconds());
            }
        }
    }

    /** Waits for its end, at most this long; whether it has ended. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return ended.await(nanos, TimeUnit.NANOSECONDS);
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** How it failed; empty when it did all that it had to, or was stopped. To be asked after its end. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(thrown);
    }

    /** Ends a call that waits for the outside world: by the connector's own means, on a thread that may hang as well. */
    void cancel() {
        Task.Session present = session;
        if (present == null) {
            return;
        }
        Thread canceller = new Thread(() -> cancel(present), thread.getName() + "-cancel");
        canceller.setDaemon(true);
        canceller.setContextClassLoader(pluginLoader);
        canceller.start();
    }

    private static void cancel(Task.Session present) {
        try {
            present.cancel();
        } catch (RuntimeException | Error e) {
            LOGGER.debug("cancelling failed", e);
        }
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Leaves the thread behind: whatever it does from now on has no effect. */
    void giveUp() {
        givenUp = true;
        status.giveUp();
        watch.giveUp();
        Task.Session present = session;
        if (present != null) {
            present.giveUp();
        }
    }
}
