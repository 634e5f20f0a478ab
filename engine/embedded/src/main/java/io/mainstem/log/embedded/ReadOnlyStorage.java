package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The files of this machine, of which nothing is changed, so that folders may be looked at that must not be written. */
final class ReadOnlyStorage implements Storage {
    private final Storage files = new RealStorage();

    @Override
    public StoredFile open(Path file) throws IOException {
        return new ReadOnlyFile(FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        return files.list(folder);
    }

    @Override
    public long size(Path file) throws IOException {
        return files.size(file);
    }

    @Override
    public void createDirectory(Path folder) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void rename(Path from, Path to) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void delete(Path file) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void forceDirectory(Path folder) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public long usableBytes(Path path) {
        return path.toFile().getUsableSpace();
    }

    @Override
    public long totalBytes(Path path) {
        return path.toFile().getTotalSpace();
    }

    /** A file that is read. */
    private record ReadOnlyFile(FileChannel channel) implements StoredFile {
        @Override
        public void read(ByteBuffer target, long at) throws IOException {
            long position = at;
            int count = 0;
            while (target.hasRemaining() && count >= 0) {
                count = channel.read(target, position);
                position += count;
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void write(ByteBuffer source, long at) {
            throw new ReadOnlyFileSystemException();
        }

        @Override
        public void truncate(long size) {
            throw new ReadOnlyFileSystemException();
        }

        @Override
        public void force() {
            throw new ReadOnlyFileSystemException();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
