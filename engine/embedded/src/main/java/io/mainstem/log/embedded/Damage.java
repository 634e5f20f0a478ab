package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the readable part of a segment goes on behind damaged bytes. */
final class Damage {
    private static final int WINDOW = 1 << 20;

    /** The base offset of the first good batch behind the damage. */
    final long nextOffset;

    /** Where that batch begins, or -1 when there is none in the segment. */
    final long nextPosition;

    private Damage(long nextOffset, long nextPosition) {
        this.nextOffset = nextOffset;
        this.nextPosition = nextPosition;
    }

    /**
     * Looks for the first batch from {@code at} on that has a good checksum and fits the batch behind it; the checksum
     * does not cover the base offset.
     *
     * @param expected the offset that should have been found at {@code at}; the batch that is looked for is behind it
     * @param behind the first offset behind the segment
     */
    static Damage at(Segment segment, OpenFiles files, long at, long expected, long behind) throws IOException {
        long windowStart = at;
        long size = segment.size;
        while (windowStart + RecordBatch.HEADER <= size) {
            byte[] window = new byte[(int) Math.min(WINDOW, size - windowStart)];
            segment.read(files, ByteBuffer.wrap(window), windowStart);
            for (int i = 0; i + RecordBatch.HEADER <= window.length; i++) {
                if (window[i + RecordBatch.MAGIC] == 2
                        && RecordBatch.plausible(window, i)
                        && RecordBatch.baseOffset(window, i) > expected
                        && good(segment, files, windowStart + i, RecordBatch.size(window, i), behind)) {
                    return new Damage(RecordBatch.baseOffset(window, i), windowStart + i);
                }
            }
            windowStart += window.length - RecordBatch.HEADER + 1;
        }
        return new Damage(behind, -1);
    }

    private static boolean good(Segment segment, OpenFiles files, long at, long size, long behind) throws IOException {
        if (at + size > segment.size) {
            return false;
        }
        byte[] batch = new byte[(int) size];
        segment.read(files, ByteBuffer.wrap(batch), at);
        long next = RecordBatch.nextOffset(batch, 0);
        return next <= behind
                && RecordBatch.crcValid(batch, 0, batch.length)
                && segment.mayFollow(next, baseBehind(segment, files, at + size, behind));
    }

    private static long baseBehind(Segment segment, OpenFiles files, long at, long behind) throws IOException {
        if (at + RecordBatch.HEADER > segment.size) {
            return behind;
        }
        byte[] header = new byte[RecordBatch.HEADER];
        segment.read(files, ByteBuffer.wrap(header), at);
        return RecordBatch.baseOffset(header, 0);
    }
}
