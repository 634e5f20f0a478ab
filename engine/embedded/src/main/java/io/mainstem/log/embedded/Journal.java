package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead journal of a data folder: files {@code journal.0}, {@code journal.1} and so on, each filled with zeros
 * ahead of the frames, so that a force changes no file size, and used again once a checkpoint covers its frames.
 *
 * <p>Guarded by the append lock, but for {@link #release}, {@link #bytesSinceCheckpoint} and {@link #bytes}, which any
 * thread may call.
 */
final class Journal implements AutoCloseable {
    static final String PREFIX = "journal.";

    private static final int ALLOCATION_STEP = 8 << 20;
    private static final int FREE_FILES_MAX = 2;
    private static final byte[] ZEROS = new byte[256 << 10];

    private final Storage storage;
    private final Path root;
    private final long fileBytes;
    private final Staging staging;

    private final Object filesLock = new Object();
    private final Deque<JournalFile> retired = new ArrayDeque<>();
    private final Deque<JournalFile> free = new ArrayDeque<>();
    private @Nullable JournalFile current;
    private long generation;
    private long position;
    private long lastLsn;
    private long durableLsn;
    private int nextNumber;
    private volatile long written;
    private volatile long writtenAtCheckpoint;
    private final AtomicLong bytes = new AtomicLong();

    /** One file of the journal. */
    private static final class JournalFile {
        final int number;
        final StoredFile stored;
        long allocated;
        long lastLsn;

        JournalFile(int number, StoredFile stored, long allocated) {
            this.number = number;
            this.stored = stored;
            this.allocated = allocated;
        }
    }

    /**
     * A place in the journal.
     *
     * @param lsn the last frame before the place
     * @param file the number of the file
     * @param generation the generation of the file
     * @param position where the next frame begins
     * @param written all bytes written up to the place since the journal was opened
     */
    record Place(long lsn, int file, long generation, long position, long written) {
        /** Stands for a file that is not begun yet. */
        static final int NO_FILE = -1;

        static final Place START = new Place(0, NO_FILE, 0, 0, 0);
    }

    /**
     * Goes on in another file, of a new generation. The files already there become free with the first {@link #release}.
     *
     * @param after the end of what was recovered
     */
    Journal(Storage storage, Path root, long fileBytes, Staging staging, Place after) throws IOException {
        this.storage = storage;
        this.root = root;
        this.fileBytes = fileBytes;
        this.staging = staging;
        lastLsn = after.lsn;
        durableLsn = after.lsn;
        for (int number : numbers(storage, root)) {
            StoredFile stored = storage.open(root.resolve(PREFIX + number));
            JournalFile file = new JournalFile(number, stored, stored.size());
            file.lastLsn = after.lsn;
            retired.add(file);
            bytes.addAndGet(file.allocated);
            nextNumber = Math.max(nextNumber, number + 1);
        }
        generation = after.generation;
    }

    /** The numbers of the journal files, in order. */
    static List<Integer> numbers(Storage storage, Path root) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (String name : storage.list(root)) {
            if (name.matches("journal\\.\\d{1,9}")) {
                numbers.add(Integer.parseInt(name, PREFIX.length(), name.length(), 10));
            }
        }
        numbers.sort(null);
        return numbers;
    }

    private JournalFile create() throws IOException {
        Path path = root.resolve(PREFIX + nextNumber);
        JournalFile file = new JournalFile(nextNumber, storage.open(path), 0);
        try {
            storage.forceDirectory(root);
        } catch (IOException e) {
            file.stored.close();
            throw new FatalIOException(e);
        }
        nextNumber++;
        file.allocated = file.stored.size();
        bytes.addAndGet(file.allocated);
        return file;
    }

    /**
     * Makes room for a frame. After a failure nothing is written, and the next call may succeed.
     *
     * @throws FatalIOException when the failure leaves doubt about what is on disk
     */
    void reserve(int size) throws IOException {
        JournalFile file = current;
        if (file == null || position > 0 && position + size > fileBytes) {
            forceBeforeLeaving();
            JournalFile next = takeFree();
            next = next == null ? create() : next;
            if (file != null) {
                file.lastLsn = lastLsn;
                synchronized (filesLock) {
                    retired.add(file);
                }
            }
            generation++;
            current = next;
            position = 0;
            file = next;
        }
        allocate(file, position + size);
    }

    /** A later force of the next file vouches for all frames before it. */
    private void forceBeforeLeaving() throws FatalIOException {
        if (durableLsn == lastLsn) {
            return;
        }
        try {
            force();
        } catch (IOException e) {
            throw new FatalIOException(e);
        }
    }

    private @Nullable JournalFile takeFree() {
        synchronized (filesLock) {
            return free.poll();
        }
    }

    private void allocate(JournalFile file, long needed) throws IOException {
        if (needed <= file.allocated) {
            return;
        }
        long until = Math.max(needed, Math.min(fileBytes, file.allocated + ALLOCATION_STEP));
        long at = file.allocated;
        while (at < until) {
            int part = (int) Math.min(ZEROS.length, until - at);
            file.stored.write(ByteBuffer.wrap(ZEROS, 0, part), at);
            at += part;
        }
        bytes.addAndGet(until - file.allocated);
        file.allocated = until;
    }

    /** Writes a frame for which there is room. After a failure nobody knows what is on disk. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the holder of the append lock writes
    void write(Frame frame) throws IOException {
        long lsn = lastLsn + 1;
        frame.finish(generation, lsn, durableLsn);
        Gather gather = new Gather(open().stored);
        frame.forEachPart(gather);
        gather.flush();
        position = gather.at;
        lastLsn = lsn;
        written += frame.paddedLength();
    }

    /** Forces all frames. After a failure nobody knows what is on disk, and no later force may be believed. */
    void force() throws IOException {
        open().stored.force();
        durableLsn = lastLsn;
    }

    /** Where the next frame begins. */
    Place place() {
        JournalFile file = current;
        return new Place(lastLsn, file == null ? Place.NO_FILE : file.number, generation, position, written);
    }

    private JournalFile open() {
        return Objects.requireNonNull(current, "no room was reserved");
    }

    /** A checkpoint covers all frames up to this place: files that hold no others are used again, or go. */
    void release(Place covered) throws IOException {
        List<JournalFile> surplus = new ArrayList<>();
        synchronized (filesLock) {
            while (!retired.isEmpty() && retired.element().lastLsn <= covered.lsn) {
                JournalFile file = retired.remove();
                (free.size() < FREE_FILES_MAX && file.allocated <= fileBytes ? free : surplus).add(file);
            }
        }
        writtenAtCheckpoint = covered.written;
        for (JournalFile file : surplus) {
            file.stored.close();
            storage.delete(root.resolve(PREFIX + file.number));
            bytes.addAndGet(-file.allocated);
        }
    }

    /** The size of all its files. */
    long bytes() {
        return bytes.get();
    }

    /** All bytes that were written to it since it was opened. */
    long bytesWritten() {
        return written;
    }

    /** The bytes that a recovery would have to replay, about. */
    long bytesSinceCheckpoint() {
        return written - writtenAtCheckpoint;
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.stored.close();
        }
        synchronized (filesLock) {
            for (JournalFile file : retired) {
                file.stored.close();
            }
            for (JournalFile file : free) {
                file.stored.close();
            }
        }
    }

    /** Puts the pieces of a frame into few big writes. */
    private final class Gather implements Frame.Part {
        private final StoredFile target;
        private final ByteBuffer buffer = staging.clear();
        private long at = position;

        Gather(StoredFile target) {
            this.target = target;
        }

        @Override
        public void bytes(byte[] array, int from, int length) throws IOException {
            int done = 0;
            while (done < length) {
                int part = Math.min(buffer.remaining(), length - done);
                buffer.put(array, from + done, part);
                done += part;
                if (!buffer.hasRemaining()) {
                    flush();
                }
            }
        }

        void flush() throws IOException {
            buffer.flip();
            int size = buffer.remaining();
            target.write(buffer, at);
            at += size;
            buffer.clear();
        }
    }
}
