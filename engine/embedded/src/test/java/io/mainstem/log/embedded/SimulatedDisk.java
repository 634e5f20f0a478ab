package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A disk in memory that knows what was forced. {@link #crash} cuts the power: of every write and every directory entry
 * that no force followed, any part may be there or not, in any order.
 *
 * <p>A force that {@link #failNextForce} makes fail behaves as on Linux: the pages are clean afterwards, so that the data
 * stays readable until the crash but no later force brings it to the disk. A truncation is the file system's own record and
 * is not lost that way.
 */
final class SimulatedDisk implements Storage {
    private static final int SECTOR = 512;

    private final Map<Path, Folder> folders = new TreeMap<>();
    private boolean forcesIgnored;
    private boolean failNextForce;
    private int generation;
    private long capacity = Long.MAX_VALUE / 4;

    /** A file's content: what programs see, and what is on disk with the writes that are not. */
    private static final class Inode {
        byte[] current = new byte[0];
        int size;
        byte[] durable = new byte[0];
        final List<Change> pending = new ArrayList<>();

        void apply(Change change) {
            if (change.bytes == null) {
                int end = Math.min(size, (int) change.at);
                Arrays.fill(current, end, size, (byte) 0);
                size = end;
                return;
            }
            int end = (int) change.at + change.bytes.length;
            if (end > current.length) {
                current = Arrays.copyOf(current, Math.max(end, 2 * current.length));
            }
            System.arraycopy(change.bytes, 0, current, (int) change.at, change.bytes.length);
            size = Math.max(size, end);
        }
    }

    /** A write, or without bytes a truncation to {@code at}. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    private record Change(long at, byte[] bytes) {}

    /** The entries of a folder, which are files or (null) folders. */
    private static final class Folder {
        Map<String, Object> current = new TreeMap<>();
        Map<String, Object> durable = new TreeMap<>();
        final List<Entry> pending = new ArrayList<>();
    }

    /** A change of a folder: {@code name} now stands for {@code target}, or for nothing; {@code from} is gone. */
    private record Entry(String name, Object target, String from) {
        void apply(Map<String, Object> entries) {
            if (from != null) {
                entries.remove(from);
            }
            if (target == null) {
                entries.remove(name);
            } else {
                entries.put(name, target);
            }
        }
    }

    SimulatedDisk(Path root) {
        folders.put(root, new Folder());
    }

    /** From now on a force does nothing but succeed. */
    void ignoreForces() {
        forcesIgnored = true;
    }

    /** Gives the disk room for so many bytes of files. */
    synchronized void setCapacity(long bytes) {
        capacity = bytes;
    }

    @Override
    public synchronized long usableBytes(Path folder) {
        return Math.max(0, capacity - usedBytes());
    }

    @Override
    public synchronized long totalBytes(Path folder) {
        return capacity;
    }

    /** The bytes of all files. */
    synchronized long usedBytes() {
        long sum = 0;
        for (Folder folder : folders.values()) {
            for (Object target : folder.current.values()) {
                sum += target instanceof Inode inode ? inode.size : 0;
            }
        }
        return sum;
    }

    /** The next force of a file fails. */
    void failNextForce() {
        failNextForce = true;
    }

    /** Ends the program that has files open; what it wrote stays with the operating system. */
    synchronized void kill() {
        failNextForce = false;
        generation++;
    }

    /** Cuts the power; all open files are closed. */
    synchronized void crash(long seed) {
        Random random = new Random(seed);
        failNextForce = false;
        generation++;
        Folder root = folders.get(folders.keySet().iterator().next());
        Set<Inode> inodes = new LinkedHashSet<>();
        crash(root, random, inodes);
        rebuildPaths();
        inodes.forEach(inode -> crash(inode, random));
    }

    private static void crash(Folder folder, Random random, Set<Inode> inodes) {
        for (Entry entry : folder.pending) {
            if (random.nextInt(3) > 0) {
                entry.apply(folder.durable);
            }
        }
        folder.pending.clear();
        folder.current = new TreeMap<>(folder.durable);
        for (Object target : folder.durable.values()) {
            if (target instanceof Folder inner) {
                crash(inner, random, inodes);
            } else {
                inodes.add((Inode) target);
            }
        }
    }

    private void rebuildPaths() {
        Path root = folders.keySet().iterator().next();
        Folder rootFolder = folders.get(root);
        folders.clear();
        folders.put(root, rootFolder);
        rootFolder.current.forEach((name, target) -> {
            if (target instanceof Folder folder) {
                folders.put(root.resolve(name), folder);
            }
        });
    }

    private static void crash(Inode inode, Random random) {
        List<Change> pending = new ArrayList<>(inode.pending);
        inode.pending.clear();
        inode.current = inode.durable.clone();
        inode.size = inode.durable.length;
        int fate = random.nextInt(5);
        for (Change change : pending) {
            boolean keep = fate == 0 || fate != 1 && random.nextBoolean();
            if (keep) {
                inode.apply(torn(change, inode, random));
            } else if (change.bytes != null && random.nextInt(3) == 0) {
                inode.apply(new Change(change.at, new byte[change.bytes.length]));
            }
        }
        inode.durable = Arrays.copyOf(inode.current, inode.size);
        inode.current = inode.durable.clone();
    }

    /** All of a change, or a write of which some sectors are old or zero. */
    private static Change torn(Change change, Inode inode, Random random) {
        if (change.bytes == null || random.nextInt(3) > 0) {
            return change;
        }
        byte[] torn = change.bytes.clone();
        int way = random.nextInt(3);
        int cut = random.nextInt(torn.length + 1);
        if (way == 0) {
            return new Change(change.at, Arrays.copyOf(torn, cut));
        }
        for (int at = 0; at < torn.length; at += SECTOR) {
            if (random.nextBoolean()) {
                continue;
            }
            for (int i = at; i < Math.min(at + SECTOR, torn.length); i++) {
                int position = (int) change.at + i;
                torn[i] = way == 1 || position >= inode.size ? 0 : inode.current[position];
            }
        }
        return new Change(change.at, torn);
    }

    /** Flips one bit of a file, on the disk and in the cache. */
    synchronized void flipBit(Path file, long bit) {
        Inode inode = (Inode)
                folders.get(file.getParent()).current.get(file.getFileName().toString());
        int at = (int) (bit / 8);
        byte mask = (byte) (1 << bit % 8);
        inode.current[at] ^= mask;
        if (at < inode.durable.length) {
            inode.durable[at] ^= mask;
        }
    }

    @Override
    public synchronized StoredFile open(Path file) throws IOException {
        Folder folder = folder(file);
        String name = file.getFileName().toString();
        Inode inode = (Inode) folder.current.get(name);
        if (inode == null) {
            inode = new Inode();
            change(folder, new Entry(name, inode, null));
        }
        return new OpenFile(inode, generation);
    }

    private Folder folder(Path file) throws NoSuchFileException {
        Folder folder = folders.get(file.getParent());
        if (folder == null) {
            throw new NoSuchFileException(file.toString());
        }
        return folder;
    }

    private static void change(Folder folder, Entry entry) {
        entry.apply(folder.current);
        folder.pending.add(entry);
    }

    @Override
    public synchronized List<String> list(Path path) {
        Folder folder = folders.get(path);
        return folder == null ? List.of() : List.copyOf(folder.current.keySet());
    }

    @Override
    public synchronized long size(Path file) {
        if (folders.containsKey(file)) {
            return 0;
        }
        Folder folder = folders.get(file.getParent());
        Object found =
                folder == null ? null : folder.current.get(file.getFileName().toString());
        return found instanceof Inode inode ? inode.size : -1;
    }

    @Override
    public synchronized void createDirectory(Path path) throws IOException {
        if (!folders.containsKey(path)) {
            Folder created = new Folder();
            change(folder(path), new Entry(path.getFileName().toString(), created, null));
            folders.put(path, created);
        }
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        Folder folder = folder(from);
        Object target = folder.current.get(from.getFileName().toString());
        if (target == null) {
            throw new NoSuchFileException(from.toString());
        }
        change(
                folder,
                new Entry(
                        to.getFileName().toString(), target, from.getFileName().toString()));
        Folder moved = folders.remove(from);
        if (moved != null) {
            folders.put(to, moved);
        }
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        Folder folder = folders.get(file.getParent());
        if (folder != null && folder.current.containsKey(file.getFileName().toString())) {
            change(folder, new Entry(file.getFileName().toString(), null, null));
            folders.remove(file);
        }
    }

    @Override
    public synchronized void forceDirectory(Path path) throws IOException {
        Folder folder = folders.get(path);
        if (folder == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (!forcesIgnored) {
            folder.pending.forEach(entry -> entry.apply(folder.durable));
            folder.pending.clear();
        }
    }

    /** An open file; a crash closes it. */
    private final class OpenFile implements StoredFile {
        private final Inode inode;
        private final int openedIn;

        OpenFile(Inode inode, int openedIn) {
            this.inode = inode;
            this.openedIn = openedIn;
        }

        private void checkPower() throws IOException {
            if (openedIn != generation) {
                throw new IOException("the power was cut");
            }
        }

        @Override
        public void read(ByteBuffer target, long at) throws IOException {
            synchronized (SimulatedDisk.this) {
                checkPower();
                int count = (int) Math.max(0, Math.min(target.remaining(), inode.size - at));
                target.put(inode.current, (int) at, count);
            }
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            change(new Change(at, bytes));
        }

        private void change(Change change) throws IOException {
            synchronized (SimulatedDisk.this) {
                checkPower();
                long growth = change.bytes == null ? 0 : change.at + change.bytes.length - inode.size;
                if (growth > 0 && capacity < Long.MAX_VALUE / 4 && growth > usableBytes(null)) {
                    throw new IOException("No space left on device");
                }
                inode.apply(change);
                inode.pending.add(change);
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedDisk.this) {
                checkPower();
                return inode.size;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            if (size < size()) {
                change(new Change(size, null));
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedDisk.this) {
                checkPower();
                if (failNextForce) {
                    failNextForce = false;
                    inode.pending.removeIf(change -> change.bytes != null);
                    throw new IOException("the disk reports an error");
                }
                if (forcesIgnored) {
                    return;
                }
                // What an earlier failed force dropped never comes to the disk: only the pending changes do.
                Inode disk = new Inode();
                disk.current = inode.durable.clone();
                disk.size = inode.durable.length;
                inode.pending.forEach(disk::apply);
                inode.pending.clear();
                inode.durable = Arrays.copyOf(disk.current, disk.size);
            }
        }

        @Override
        public void close() {}
    }
}
