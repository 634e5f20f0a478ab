package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file that is read from front to back in steps of 1 MiB, with more of it in memory where more is asked for. */
final class FileWindow implements AutoCloseable {
    private static final int STEP = 1 << 20;

    private final StoredFile file;
    private final long size;
    private byte[] array;
    private long start;
    private int length;

    FileWindow(Storage storage, Path path) throws IOException {
        file = storage.open(path);
        size = file.size();
        array = new byte[(int) Math.min(size, STEP)];
    }

    /** The size of the file when it was opened. */
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
        file.read(ByteBuffer.wrap(target, kept, wanted - kept), position + kept);
        array = target;
        start = position;
        length = wanted;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
