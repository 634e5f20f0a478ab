package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Passes calls on until the one of a chosen number, which fails; so may all after it. Others may look on, before and after a
 * call, and let it fail.
 */
final class FaultyStorage implements Storage {
    private final Storage storage;
    private int calls;
    private int failAt = Integer.MAX_VALUE;
    private boolean forGood;
    private boolean happened;
    private volatile Watcher before = (what, path) -> {};
    private volatile Watcher after = (what, path) -> {};

    /** Sees a call. */
    interface Watcher {

        /** A call comes, or was made; an exception is that of the call. */
        void call(String what, Path path) throws IOException;
    }

    FaultyStorage(Storage storage) {
        this.storage = storage;
    }

    /**
     * Makes the call fail that comes after {@code number} others.
     *
     * @param allAfter whether every later call fails too
     */
    void failAfter(int number, boolean allAfter) {
        calls = 0;
        failAt = number;
        forGood = allAfter;
        happened = false;
    }

    void heal() {
        failAt = Integer.MAX_VALUE;
    }

    /** Sets who sees each call before it is made. */
    void before(Watcher watcher) {
        before = watcher;
    }

    /** Sets who sees each write and force after it was made. */
    void after(Watcher watcher) {
        after = watcher;
    }

    /** Whether a call failed. */
    boolean happened() {
        return happened;
    }

    /** Something below failed; what follows may be its consequence. */
    void assumeFailure() {
        happened = true;
    }

    private void call(String what, Path path) throws IOException {
        before.call(what, path);
        int number = calls++;
        if (number == failAt || forGood && number > failAt) {
            happened = true;
            throw new IOException("injected failure of call " + number + ", " + what + " of " + path);
        }
    }

    @Override
    public StoredFile open(Path file) throws IOException {
        call("open", file);
        return new File(storage.open(file), file);
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        call("list", folder);
        return storage.list(folder);
    }

    @Override
    public long size(Path file) throws IOException {
        call("size", file);
        return storage.size(file);
    }

    @Override
    public void createDirectory(Path folder) throws IOException {
        call("createDirectory", folder);
        storage.createDirectory(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        call("rename", from);
        storage.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        call("delete", file);
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
        call("forceDirectory", folder);
        storage.forceDirectory(folder);
    }

    /** An open file; half of a write that fails is done. */
    private final class File implements StoredFile {
        private final StoredFile file;
        private final Path path;

        File(StoredFile file, Path path) {
            this.file = file;
            this.path = path;
        }

        @Override
        public void read(ByteBuffer target, long at) throws IOException {
            call("read", path);
            file.read(target, at);
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            try {
                call("write", path);
            } catch (IOException e) {
                ByteBuffer half = source.duplicate();
                half.limit(half.position() + half.remaining() / 2);
                file.write(half, at);
                throw e;
            }
            file.write(source, at);
            after.call("write", path);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            call("truncate", path);
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            call("force", path);
            file.force();
            after.call("force", path);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
