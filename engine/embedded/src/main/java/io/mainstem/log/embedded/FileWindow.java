package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file that is read from front to back in steps of 1 MiB, with more of it in memory where more is asked for. It is in an
 * array, or in memory outside of the heap, into which the system reads without a copy on the way.
 */
final class FileWindow implements AutoCloseable {
    private static final int STEP = 1 << 20;

    private final StoredFile file;
    private final long size;
    private ByteBuffer buffer;
    private long start;
    private int length;

    /** A window in an array of its own. */
    FileWindow(Storage storage, Path path) throws IOException {
        this(storage, path, ByteBuffer.allocate(0));
    }

    /** A window in a buffer that others use before and after it; where it is too small, in one of its own of the same kind. */
    FileWindow(Storage storage, Path path, ByteBuffer buffer) throws IOException {
        file = storage.open(path);
        size = file.size();
        this.buffer = buffer;
    }

    /** A buffer for windows, outside of the heap. */
    static ByteBuffer directBuffer() {
        return ByteBuffer.allocateDirect(STEP);
    }

    /** The size of the file when it was opened. */
    long size() {
        return size;
    }

    /** The array in which {@link #at} finds bytes; the next call of it may change or replace it. */
    @SuppressWarnings("ByteBufferBackingArray") // allocated by the window itself
    byte[] array() {
        return buffer.array();
    }

    /** The same, of any kind; all of its capacity can be seen. */
    ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Where a byte of the file is in the buffer; so many bytes from it on are there, too.
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
        ByteBuffer target = wanted > buffer.capacity() ? larger(wanted) : buffer;
        target.put(0, buffer, kept == 0 ? 0 : (int) (position - start), kept);
        file.read(target.limit(wanted).position(kept), position + kept);
        target.clear();
        buffer = target;
        start = position;
        length = wanted;
    }

    private ByteBuffer larger(int bytes) {
        return buffer.isDirect() ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
