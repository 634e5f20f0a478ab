package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is read from front to back in steps of 1 MiB, with more of it in memory where more is asked for. */
final class FileWindow {
    private static final int STEP = 1 << 20;

    private final Source source;
    private final long size;
    private byte[] array;
    private long start;
    private int length;

    /** Where the bytes come from. */
    interface Source {
        /** Fills a buffer with the bytes from a position on. */
        void read(ByteBuffer target, long at) throws IOException;
    }

    FileWindow(Source source, long size) {
        this.source = source;
        this.size = size;
        this.array = new byte[(int) Math.min(size, STEP)];
    }

    /** The size of the file. */
    long size() {
        return size;
    }

    /** The array in which {@link #at} finds bytes; the next call of it may change or replace it. */
    byte[] array() {
        return array;
    }

    /**
     * Where a byte of the file is in the array; so many bytes from it on are there, too.
     *
     * @param bytes no more than the file has from there on
     */
    int at(long position, int bytes) throws IOException {
        if (position < start || position + bytes > start + length) {
            load(position, bytes);
        }
        return (int) (position - start);
    }

    private void load(long position, int bytes) throws IOException {
        int wanted = (int) Math.min(size - position, Math.max(bytes, STEP));
        int kept = position >= start && position < start + length ? (int) (start + length - position) : 0;
        byte[] target = wanted > array.length ? new byte[wanted] : array;
        System.arraycopy(array, (int) (kept == 0 ? 0 : position - start), target, 0, kept);
        source.read(ByteBuffer.wrap(target, kept, wanted - kept), position + kept);
        array = target;
        start = position;
        length = wanted;
    }
}
