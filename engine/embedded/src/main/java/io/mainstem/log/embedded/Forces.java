package io.mainstem.log.embedded;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Forces many things, several at a time: a file system brings those that wait at the same time to the disk together, so that a
 * thousand small files take a fraction of a thousand forces.
 */
final class Forces {
    /** For fewer, threads cost more than they save. */
    private static final int WORTH_THREADS = 32;

    private final int threads;

    /** With so many threads, of which the caller's is one. */
    Forces(int threads) {
        this.threads = threads;
    }

    /** Forces one thing. */
    interface Force<T> {
        void force(T thing) throws IOException;
    }

    /** Forces all of them; after a failure some may not have been tried. Returns when no force is under way any more. */
    <T> void each(Collection<T> things, Force<T> force) throws IOException {
        if (threads == 1 || things.size() < WORTH_THREADS) {
            for (T thing : things) {
                force.force(thing);
            }
            return;
        }
        Queue<T> queue = new ConcurrentLinkedQueue<>(things);
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        List<Thread> helpers = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            Thread helper = new Thread(() -> drain(queue, force, failure), "mainstem-log-force-" + i);
            helper.setDaemon(true);
            helper.start();
            helpers.add(helper);
        }
        drain(queue, force, failure);
        helpers.forEach(Forces::join);
        IOException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    private static <T> void drain(Queue<T> queue, Force<T> force, AtomicReference<@Nullable IOException> failure) {
        for (T thing = queue.poll(); thing != null; thing = queue.poll()) {
            try {
                force.force(thing);
            } catch (IOException e) {
                failure.compareAndSet(null, e);
                queue.clear();
            } catch (RuntimeException e) {
                failure.compareAndSet(null, new IOException("a force failed", e));
                queue.clear();
            }
        }
    }

    private static void join(Thread helper) {
        boolean interrupted = false;
        while (helper.isAlive()) {
            try {
                helper.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
