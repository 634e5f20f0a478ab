package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The files of this machine.
 *
 * <p>Files are opened as asynchronous channels whose tasks run at once on the calling thread. A plain
 * {@link FileChannel} is closed when a thread is interrupted inside a call; the threads that append and force here belong
 * to the callers, who may be interrupted at any time.
 */
final class RealStorage implements Storage {
    private static final ExecutorService CALLER = new CallerRuns();
    private static final Set<StandardOpenOption> OPTIONS =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);

    @Override
    public StoredFile open(Path file) throws IOException {
        return new ChannelFile(AsynchronousFileChannel.open(file, OPTIONS, CALLER));
    }

    /** Opens a file that is there, so that it cannot be written. */
    static StoredFile openToRead(Path file) throws IOException {
        return new ChannelFile(AsynchronousFileChannel.open(file, Set.of(StandardOpenOption.READ), CALLER));
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        return names;
    }

    @Override
    public long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    @Override
    public void createDirectory(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        long bytes = folder.toFile().getUsableSpace();
        if (bytes == 0 && !Files.exists(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        return bytes;
    }

    @Override
    public long totalBytes(Path folder) {
        return folder.toFile().getTotalSpace();
    }

    @Override
    public void forceDirectory(Path folder) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (!forced(folder)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** False when an interruption closed the channel; a folder has no other kind of open than a plain channel. */
    private static boolean forced(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        }
    }

    /** One open file. */
    private static final class ChannelFile implements StoredFile {
        private static final int READ_SLICE = 1 << 20;

        private final AsynchronousFileChannel channel;

        ChannelFile(AsynchronousFileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void read(ByteBuffer target, long at) throws IOException {
            long position = at;
            int limit = target.limit();
            while (target.position() < limit) {
                target.limit(Math.min(limit, target.position() + READ_SLICE));
                int count = done(channel.read(target, position));
                if (count < 0) {
                    break;
                }
                position += count;
            }
            target.limit(limit);
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            long position = at;
            while (source.hasRemaining()) {
                position += done(channel.write(source, position));
            }
        }

        private static int done(Future<Integer> result) throws IOException {
            try {
                return result.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
            } catch (InterruptedException e) {
                throw new AssertionError("the result was there before it was asked for", e);
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Runs every task on the thread that brings it, at once. */
    private static final class CallerRuns extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
