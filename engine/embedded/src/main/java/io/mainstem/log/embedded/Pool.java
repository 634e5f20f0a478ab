package io.mainstem.log.embedded;

import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A few things that are costly to make and wait to be used again. Thread-safe; its lock is a leaf. */
final class Pool<T> {
    private final ArrayBlockingQueue<T> free;

    Pool(int keptMax) {
        free = new ArrayBlockingQueue<>(keptMax);
    }

    /** One that waits, or null when the caller must make one. */
    @Nullable
    T take() {
        return free.poll();
    }

    /** Gives one back; false when enough wait, and the caller must free what it holds. */
    boolean give(T thing) {
        return free.offer(thing);
    }
}
