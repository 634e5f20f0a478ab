package io.mainstem.log.embedded;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The arrays that one reader reads into. Those of released chunks are used again, so that reading on writes into memory that
 * the processor has in its caches. One thread at a time.
 */
final class ReadArrays {
    private static final int KEPT_MAX = 4;

    /** A larger one was made for one large batch, and is not kept. */
    private static final int KEPT_BYTES_MAX = 1 << 20;

    /** What a released array is filled with where assertions are enabled: no length of a record makes sense there. */
    private static final byte RELEASED = (byte) 0xDB;

    private final ArrayDeque<byte[]> free = new ArrayDeque<>(KEPT_MAX);

    /** An array of at least this size, with anything in it. */
    byte[] take(int bytes) {
        byte @Nullable [] kept = free.pollLast();
        return kept != null && kept.length >= bytes ? kept : new byte[capacity(bytes)];
    }

    /** A power of two, so that fetches of about the same size find an array that is large enough. */
    private static int capacity(int bytes) {
        return bytes <= 1 || bytes > KEPT_BYTES_MAX ? bytes : Integer.highestOneBit(bytes - 1) << 1;
    }

    void giveBack(byte[] array) {
        assert fill(array);
        if (array.length <= KEPT_BYTES_MAX && free.size() < KEPT_MAX) {
            free.addLast(array);
        }
    }

    /** Lets tests see a use after the release. */
    private static boolean fill(byte[] array) {
        Arrays.fill(array, RELEASED);
        return true;
    }
}
