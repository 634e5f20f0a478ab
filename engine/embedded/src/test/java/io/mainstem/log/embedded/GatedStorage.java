package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A disk that hangs in each force of a journal file while its gate is shut. */
final class GatedStorage implements Storage {
    private final Storage storage;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

    GatedStorage(Storage storage) {
        this.storage = storage;
    }

    /** Shuts the gate; the thread that shuts it opens it. */
    void shut() {
        gate.writeLock().lock();
    }

    void open() {
        gate.writeLock().unlock();
    }

    /** Whether a force hangs. */
    boolean hangs() {
        return gate.hasQueuedThreads();
    }

    @Override
    public StoredFile open(Path file) throws IOException {
        StoredFile opened = storage.open(file);
        return file.getFileName().toString().startsWith(Journal.PREFIX) ? new Gated(opened) : opened;
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        return storage.list(folder);
    }

    @Override
    public long size(Path file) throws IOException {
        return storage.size(file);
    }

    @Override
    public void createDirectory(Path folder) throws IOException {
        storage.createDirectory(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        storage.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        storage.delete(file);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return storage.usableBytes(folder);
    }

    @Override
    public long totalBytes(Path folder) throws IOException {
        return storage.totalBytes(folder);
    }

    @Override
    public void forceDirectory(Path folder) throws IOException {
        storage.forceDirectory(folder);
    }

    /** A file behind the gate. */
    private final class Gated implements StoredFile {
        private final StoredFile file;

        Gated(StoredFile file) {
            this.file = file;
        }

        @Override
        public void read(ByteBuffer target, long at) throws IOException {
            file.read(target, at);
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            file.write(source, at);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            gate.readLock().lock();
            try {
                file.force();
            } finally {
                gate.readLock().unlock();
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
