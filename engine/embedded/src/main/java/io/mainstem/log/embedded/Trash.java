package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Files that are not part of the log any more. They go in small steps, because freeing the blocks of a large file at once
 * holds up the forces of others on some disks.
 *
 * <p>Segments are {@linkplain #condemn condemned} first: their files stay until a checkpoint says that the log does
 * without them, so that a recovery never misses one. What is left when the process ends is found by the next open.
 *
 * <p>Thread-safe; its lock is a leaf.
 */
final class Trash {
    /** How the name ends of a file or folder that is about to be deleted. */
    static final String DELETED = ".deleted";

    private static final long STEP_BYTES = 8 << 20;

    private final Storage storage;
    private final AtomicLong bytes = new AtomicLong();
    private final Object stepping = new Object();
    private List<Segment> condemned = new ArrayList<>();
    private final Deque<Item> items = new ArrayDeque<>();
    private volatile @Nullable Runnable wake;

    /** Something to delete, and how many of its bytes are counted. */
    private record Item(Path path, long bytes) {}

    Trash(Storage storage) {
        this.storage = storage;
    }

    /** A name for something that is to be deleted which nothing has: more than one may be deleted that had the same name. */
    static Path freeName(Storage storage, Path folder, String name) throws IOException {
        Path path = folder.resolve(name + DELETED);
        for (int i = 1; storage.size(path) >= 0; i++) {
            path = folder.resolve(name + "." + i + DELETED);
        }
        return path;
    }

    /** Sets who does the steps; without one, who asks for them. */
    void wakeWith(@Nullable Runnable value) {
        wake = value;
    }

    private void wake() {
        Runnable worker = wake;
        if (worker != null) {
            worker.run();
        }
    }

    /** The bytes of segments that still take space. */
    long bytes() {
        return bytes.get();
    }

    /** Takes a segment that is not part of its partition any more, until the next checkpoint is made. */
    synchronized void condemn(Segment segment) {
        condemned.add(segment);
        bytes.addAndGet(segment.written);
    }

    /** The condemned segments, of which a checkpoint that begins now makes the log independent. */
    synchronized List<Segment> takeCondemned() {
        List<Segment> taken = condemned;
        condemned = new ArrayList<>();
        return taken;
    }

    /** Gives condemned segments back: the checkpoint failed. */
    synchronized void condemnAgain(List<Segment> segments) {
        condemned.addAll(segments);
    }

    /** A checkpoint was made: nothing needs the files of these segments. */
    synchronized void bury(List<Segment> segments) {
        for (Segment segment : segments) {
            items.add(new Item(segment.file, segment.written));
            items.add(new Item(segment.indexFile, 0));
            items.add(new Item(segment.timeIndexFile, 0));
        }
        if (!segments.isEmpty()) {
            wake();
        }
    }

    /**
     * Takes a file or folder that is not needed.
     *
     * @param size the bytes that it takes
     */
    synchronized void add(Path path, long size) {
        items.add(new Item(path, size));
        bytes.addAndGet(size);
        wake();
    }

    /** Leaves what is in a folder that gets another name: soon other files may have these names. */
    void forget(Path folder) {
        synchronized (stepping) {
            synchronized (this) {
                condemned.removeIf(segment -> isIn(folder, segment.file, segment.written));
                items.removeIf(item -> isIn(folder, item.path, item.bytes));
            }
        }
    }

    private boolean isIn(Path folder, Path file, long size) {
        if (!folder.equals(file.getParent())) {
            return false;
        }
        bytes.addAndGet(-size);
        return true;
    }

    synchronized boolean hasCondemned() {
        return !condemned.isEmpty();
    }

    synchronized boolean isEmpty() {
        return items.isEmpty();
    }

    private synchronized @Nullable Item first() {
        return items.peek();
    }

    private synchronized void replaceFirst(List<Item> others) {
        items.remove();
        for (int i = others.size() - 1; i >= 0; i--) {
            items.addFirst(others.get(i));
        }
    }

    /** Does a bounded part of the work; false when there is nothing left. */
    boolean step() {
        synchronized (stepping) {
            Item item = first();
            if (item == null) {
                return false;
            }
            List<Item> rest;
            try {
                rest = stepOf(item);
            } catch (IOException e) {
                // The next open finds it again.
                rest = List.of();
            }
            long left = rest.stream().mapToLong(Item::bytes).sum();
            replaceFirst(rest);
            bytes.addAndGet(left - item.bytes);
            return true;
        }
    }

    /** What remains of an item after a step. */
    private List<Item> stepOf(Item item) throws IOException {
        if (!item.path.toString().endsWith(DELETED)) {
            if (storage.size(item.path) < 0) {
                return List.of();
            }
            Path renamed = item.path.resolveSibling(item.path.getFileName() + DELETED);
            storage.rename(item.path, renamed);
            return List.of(new Item(renamed, item.bytes));
        }
        List<String> inside = storage.list(item.path);
        if (!inside.isEmpty()) {
            return inside(item, inside);
        }
        long size = storage.size(item.path);
        if (size <= STEP_BYTES) {
            storage.delete(item.path);
            return List.of();
        }
        try (StoredFile file = storage.open(item.path)) {
            file.truncate(size - STEP_BYTES);
        }
        return List.of(new Item(item.path, Math.min(item.bytes, size - STEP_BYTES)));
    }

    /** The files in a folder, then the folder. */
    private List<Item> inside(Item folder, List<String> names) throws IOException {
        List<Item> all = new ArrayList<>();
        for (String name : names) {
            Path path = folder.path.resolve(name);
            long size = name.endsWith(Segment.LOG) ? Math.max(0, storage.size(path)) : 0;
            all.add(new Item(path, size));
        }
        all.add(new Item(folder.path, 0));
        return all;
    }
}
