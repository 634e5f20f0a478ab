package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files of this machine, of which nothing is changed: what is written stays in memory, in front of what the disk has, and is
 * gone at the end. So a log can be opened, with all that recovery does to it, in a folder that must stay as it is, or that is
 * not there.
 *
 * <p>What is written takes memory, up to {@link #MEMORY_MAX}; zeros at the end of a file take none. Nothing is forced. Thread-safe:
 * one lock for all.
 */
final class ScratchStorage implements Storage {

    /** Recovery writes at most what the journal holds. */
    static final long MEMORY_MAX = 512L << 20;

    private static final int PAGE = 64 << 10;
    /** Room is what this storage does not know; it never runs out. */
    private static final long ROOM = 1L << 50;

    private final Storage disk = new ReadOnlyStorage();
    private final Map<Path, Entry> entries = new HashMap<>();
    private long memory;

    /** What lies in front of a path of the disk. */
    private sealed interface Entry permits Content, Folder, Gone {}

    /** A folder that the disk does not have. */
    private record Folder() implements Entry {}

    /** Something that the disk has and that was deleted or renamed. */
    private record Gone() implements Entry {}

    @Override
    public synchronized StoredFile open(Path file) throws IOException {
        Content content = content(file);
        if (content == null) {
            content = new Content(null, 0);
            entries.put(file, content);
        }
        return new ScratchFile(content);
    }

    private @Nullable Content content(Path file) throws IOException {
        Entry entry = entries.get(file);
        if (entry instanceof Content content) {
            return content;
        }
        if (entry != null || !Files.isRegularFile(file)) {
            return null;
        }
        Content content = new Content(file, Files.size(file));
        entries.put(file, content);
        return content;
    }

    @Override
    public synchronized List<String> list(Path folder) throws IOException {
        Set<String> names = new TreeSet<>();
        if (!(entries.get(folder) instanceof Gone)) {
            names.addAll(disk.list(folder));
        }
        entries.forEach((path, entry) -> {
            if (folder.equals(path.getParent())) {
                String name = String.valueOf(path.getFileName());
                if (entry instanceof Gone) {
                    names.remove(name);
                } else {
                    names.add(name);
                }
            }
        });
        return new ArrayList<>(names);
    }

    @Override
    public synchronized long size(Path file) throws IOException {
        Entry entry = entries.get(file);
        if (entry == null) {
            return disk.size(file);
        }
        return entry instanceof Content content ? content.size : -1;
    }

    @Override
    public synchronized void createDirectory(Path folder) {
        Entry entry = entries.get(folder);
        if (entry == null && !Files.isDirectory(folder) || entry instanceof Gone) {
            entries.put(folder, new Folder());
        }
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        if (isFolder(from)) {
            createDirectory(to);
            for (String name : list(from)) {
                rename(from.resolve(name), to.resolve(name));
            }
            delete(from);
            return;
        }
        Content content = content(from);
        if (content == null) {
            throw new NoSuchFileException(from.toString());
        }
        entries.put(to, content);
        delete(from);
    }

    private boolean isFolder(Path path) {
        Entry entry = entries.get(path);
        return entry == null ? Files.isDirectory(path) : entry instanceof Folder;
    }

    /** A file that lost its name keeps its content for those who have it open, as on the disk. */
    @Override
    public synchronized void delete(Path file) {
        entries.put(file, new Gone());
    }

    @Override
    public long usableBytes(Path folder) {
        return ROOM;
    }

    @Override
    public long totalBytes(Path folder) {
        return ROOM;
    }

    /** Nothing of it is to outlive the process. */
    @Override
    public void forceDirectory(Path folder) {}

    private void take(long bytes) throws IOException {
        if (memory + bytes > MEMORY_MAX) {
            throw new IOException("what a look at the log has to keep in memory is more than " + (MEMORY_MAX >> 20)
                    + " MiB; start the log once, which brings it into order, and look again");
        }
        memory += bytes;
    }

    /** The content of a file: pages in memory in front of a file of the disk, if there is one. */
    private static final class Content implements Entry {
        private final @Nullable Path base;
        private final Map<Long, byte[]> pages = new HashMap<>();
        /** So much of the file on the disk still counts. */
        private long baseSize;

        private long size;
        private @Nullable StoredFile opened;
        private int users;

        Content(@Nullable Path base, long size) {
            this.base = base;
            this.baseSize = size;
            this.size = size;
        }

        void read(ByteBuffer target, long at) throws IOException {
            long position = at;
            while (target.hasRemaining() && position < size) {
                int within = (int) (position % PAGE);
                int count = (int) Math.min(Math.min(PAGE - within, target.remaining()), size - position);
                byte[] page = pages.get(position / PAGE);
                if (page == null) {
                    readBase(target, position, count);
                } else {
                    target.put(page, within, count);
                }
                position += count;
            }
        }

        /** Fills with zeros what the disk does not have. */
        private void readBase(ByteBuffer target, long position, int count) throws IOException {
            int end = target.position() + count;
            int limit = target.limit();
            int there = (int) Math.max(0, Math.min(count, baseSize - position));
            if (there > 0 && opened != null) {
                target.limit(target.position() + there);
                opened.read(target, position);
                target.limit(limit);
            }
            while (target.position() < end) {
                target.put((byte) 0);
            }
        }

        /** Whether writing these bytes there changes nothing but the size. */
        boolean isEmptyAt(ByteBuffer source, int count, long position) {
            if (pages.containsKey(position / PAGE) || position < baseSize) {
                return false;
            }
            for (int i = 0; i < count; i++) {
                if (source.get(source.position() + i) != 0) {
                    return false;
                }
            }
            return true;
        }

        byte[] newPage(long number) throws IOException {
            byte[] page = new byte[PAGE];
            readBase(ByteBuffer.wrap(page), number * PAGE, PAGE);
            pages.put(number, page);
            return page;
        }

        void truncate(long newSize) {
            pages.keySet().removeIf(number -> number * PAGE >= newSize);
            byte[] last = pages.get(newSize / PAGE);
            if (last != null) {
                Arrays.fill(last, (int) (newSize % PAGE), PAGE, (byte) 0);
            }
            baseSize = Math.min(baseSize, newSize);
            size = Math.min(size, newSize);
        }

        void enter() throws IOException {
            if (users++ == 0 && base != null) {
                opened = RealStorage.openToRead(base);
            }
        }

        void leave() throws IOException {
            StoredFile file = opened;
            if (--users == 0 && file != null) {
                opened = null;
                file.close();
            }
        }
    }

    /** An open file. */
    private final class ScratchFile implements StoredFile {
        private final Content content;
        private boolean closed;

        ScratchFile(Content content) throws IOException {
            this.content = content;
            content.enter();
        }

        @Override
        public void read(ByteBuffer target, long at) throws IOException {
            synchronized (ScratchStorage.this) {
                content.read(target, at);
            }
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            synchronized (ScratchStorage.this) {
                long position = at;
                while (source.hasRemaining()) {
                    int within = (int) (position % PAGE);
                    int count = Math.min(PAGE - within, source.remaining());
                    if (content.isEmptyAt(source, count, position)) {
                        source.position(source.position() + count);
                    } else {
                        source.get(page(position / PAGE), within, count);
                    }
                    position += count;
                    content.size = Math.max(content.size, position);
                }
            }
        }

        private byte[] page(long number) throws IOException {
            byte[] page = content.pages.get(number);
            if (page == null) {
                take(PAGE);
                page = content.newPage(number);
            }
            return page;
        }

        @Override
        public long size() {
            synchronized (ScratchStorage.this) {
                return content.size;
            }
        }

        @Override
        public void truncate(long size) {
            synchronized (ScratchStorage.this) {
                content.truncate(size);
            }
        }

        /** Nothing of it is to outlive the process. */
        @Override
        public void force() {}

        @Override
        public void close() throws IOException {
            synchronized (ScratchStorage.this) {
                if (!closed) {
                    closed = true;
                    content.leave();
                }
            }
        }
    }
}
