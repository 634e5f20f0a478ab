package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens segment files when they are needed and keeps the most recently used ones open, up to a limit. A file with bytes
 * that no force has followed is forced before it is closed, because an error of its writing might be told only to a
 * file that was open at the time.
 *
 * <p>Thread-safe. Its lock is a leaf.
 */
final class OpenFiles implements AutoCloseable {
    private final Storage storage;
    private final ForceMark mark;
    private final int filesMax;
    private volatile @Nullable IOException forceFailure;
    private final Map<Segment, Segment> open = new LinkedHashMap<>(64, 0.75f, true);

    OpenFiles(Storage storage, ForceMark mark, int filesMax) {
        this.storage = storage;
        this.mark = mark;
        this.filesMax = filesMax;
    }

    Storage storage() {
        return storage;
    }

    /** To be set while files are forced. */
    ForceMark mark() {
        return mark;
    }

    /** The open file of a segment, which stays open until {@link #release}. */
    synchronized StoredFile acquire(Segment segment) throws IOException {
        if (segment.deleted) {
            throw new IOException("'" + segment.file + "' was deleted");
        }
        StoredFile handle = segment.handle;
        if (handle == null) {
            if (open.size() >= filesMax) {
                closeOne();
            }
            handle = storage.open(segment.file);
            segment.handle = handle;
            open.put(segment, segment);
        } else {
            open.get(segment);
        }
        segment.users++;
        return handle;
    }

    synchronized void release(Segment segment) {
        segment.users--;
    }

    /** Forces what was written to a segment, unless that was done when its file was closed. The mark is set. */
    void force(Segment segment) throws IOException {
        synchronized (this) {
            if (!segment.unforced) {
                return;
            }
        }
        StoredFile handle = acquire(segment);
        try {
            segment.unforced = false;
            handle.force();
        } finally {
            release(segment);
        }
    }

    private void closeOne() throws IOException {
        Segment chosen = null;
        for (Segment segment : open.values()) {
            if (segment.users == 0 && (chosen == null || !segment.unforced)) {
                chosen = segment;
                if (!segment.unforced) {
                    break;
                }
            }
        }
        if (chosen == null || chosen.handle == null) {
            return;
        }
        if (chosen.unforced) {
            mark.begin();
            chosen.unforced = false;
            try {
                chosen.handle.force();
                mark.succeeded();
            } catch (IOException e) {
                forceFailure = e;
                throw e;
            }
        }
        close(chosen);
    }

    /** Closes the file of a segment that is not used any more. */
    synchronized void close(Segment segment) throws IOException {
        StoredFile handle = segment.handle;
        open.remove(segment);
        segment.handle = null;
        if (handle != null) {
            handle.close();
        }
    }

    /** How a force failed before a file was closed, or null: whoever caused it, the log's appends end with it. */
    @Nullable
    IOException forceFailure() {
        return forceFailure;
    }

    /** All bytes of a small file; none when it does not exist. */
    byte[] readAll(Path file) throws IOException {
        long size = storage.size(file);
        if (size <= 0) {
            return new byte[0];
        }
        byte[] bytes = new byte[Math.toIntExact(size)];
        try (StoredFile stored = storage.open(file)) {
            stored.read(ByteBuffer.wrap(bytes), 0);
        }
        return bytes;
    }

    /** Replaces all bytes of a small file. Not forced. */
    void writeAll(Path file, byte[] bytes) throws IOException {
        try (StoredFile stored = storage.open(file)) {
            stored.write(ByteBuffer.wrap(bytes), 0);
            stored.truncate(bytes.length);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        mark.close();
        for (Iterator<Segment> segments = open.values().iterator(); segments.hasNext(); ) {
            Segment segment = segments.next();
            segments.remove();
            StoredFile handle = segment.handle;
            segment.handle = null;
            if (handle != null) {
                handle.close();
            }
        }
    }
}
