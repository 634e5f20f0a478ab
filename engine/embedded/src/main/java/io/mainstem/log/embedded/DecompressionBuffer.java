package io.mainstem.log.embedded;

import java.util.Arrays;

/**
 * Where records are decompressed: an array that grows, to a limit. Without one, a batch of a few KiB could fill all memory.
 * One thread at a time.
 */
final class DecompressionBuffer {
    /** The most bytes that the records of one batch may have: no more than an uncompressed batch may. */
    static final int BYTES_MAX = RecordBatch.SIZE_MAX;

    private static final int START_BYTES = 64 << 10;

    /** A buffer that grew beyond this is not kept. */
    private static final int KEEP_BYTES = 4 << 20;

    /** The most that {@link #reserve} may be asked for. */
    private static final int RESERVE_MAX = 4 << 20;

    private static final Pool<DecompressionBuffer> FREE = new Pool<>(8);

    private byte[] array = new byte[START_BYTES];
    private int length;

    private DecompressionBuffer() {}

    /** An empty one. */
    static DecompressionBuffer take() {
        DecompressionBuffer buffer = FREE.take();
        return buffer == null ? new DecompressionBuffer() : buffer;
    }

    /** Ends its use. */
    void giveBack() {
        length = 0;
        if (array.length <= KEEP_BYTES) {
            FREE.give(this);
        }
    }

    /** The array; {@link #reserve} may replace it. */
    byte[] array() {
        return array;
    }

    /** The bytes so far, behind which the next ones go. */
    int length() {
        return length;
    }

    /** Makes room for a number of bytes that was claimed and not yet seen; fails when it is over the limit. */
    void reserveExactly(long bytes) throws PayloadException {
        if (bytes > BYTES_MAX - length) {
            throw tooLarge();
        }
        if (length == 0 && bytes > array.length) {
            array = new byte[(int) bytes];
        }
        reserve((int) bytes);
    }

    /** Makes room for at most this many bytes, 4 MiB or less, of which fewer may come. */
    void reserve(int bytesMax) {
        int size = length + bytesMax;
        if (size > array.length) {
            // Never more than the limit and one step beyond it, where a growing array would double.
            int larger = (int) Math.min(2L * array.length, BYTES_MAX + RESERVE_MAX);
            array = Arrays.copyOf(array, Math.max(size, larger));
        }
    }

    /** Takes note of bytes that were put behind the others. */
    void added(int bytes) throws PayloadException {
        if (bytes > BYTES_MAX - length) {
            throw tooLarge();
        }
        length += bytes;
    }

    private static PayloadException tooLarge() {
        return new PayloadException(
                "are more than " + BYTES_MAX + " bytes when they are decompressed, which is the limit");
    }

    /** The bytes, in an array of their own; a large one that has just the right size is not copied. */
    byte[] copy() {
        if (length == array.length && length > KEEP_BYTES) {
            return array;
        }
        return Arrays.copyOf(array, length);
    }
}
