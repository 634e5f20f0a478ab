package io.mainstem.log.embedded;

import java.util.ArrayDeque;
import java.util.Deque;

/** Encoders that wait to be used again. Thread-safe; its lock is a leaf. */
final class EncoderPool {
    private static final int KEPT_MAX = 16;

    private final Deque<BatchEncoder> free = new ArrayDeque<>();

    synchronized BatchEncoder take() {
        BatchEncoder encoder = free.pollLast();
        return encoder == null ? new BatchEncoder() : encoder;
    }

    synchronized void give(BatchEncoder encoder) {
        if (free.size() < KEPT_MAX) {
            free.addLast(encoder);
        }
    }

    synchronized void clear() {
        free.clear();
    }
}
