package io.mainstem.log.embedded;

import io.mainstem.log.LogInUseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a data folder for one process. The lock is the operating system's and ends with the process, however it ends; the
 * file holds the process id for the message to the next one.
 */
final class FolderLock implements AutoCloseable {
    static final String FILE = "log.lock";

    /** The locked byte lies behind the text, because some systems let nobody read what is locked. */
    private static final long LOCKED_BYTE = 1 << 20;

    /** The folders that this process holds: a file lock does not keep a process from itself on every system. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes the folder.
     *
     * @param folder its real path, without links
     * @throws LogInUseException when another holds it
     */
    static FolderLock take(Path folder) throws IOException {
        if (!HELD.add(folder)) {
            throw inUse(folder, String.valueOf(ProcessHandle.current().pid()));
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                throw inUse(folder, Files.readString(folder.resolve(FILE)).trim());
            }
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
            return new FolderLock(folder, channel);
        } catch (IOException | RuntimeException e) {
            HELD.remove(folder);
            if (channel != null) {
                channel.close();
            }
            throw e;
        }
    }

    /**
     * Keeps others from taking the folder, and changes nothing in it. Where there is no lock file, there is no log, and nothing
     * is kept.
     *
     * @param folder its real path, without links
     * @throws LogInUseException when another holds it
     */
    static Optional<FolderLock> share(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        if (!HELD.add(folder)) {
            throw inUse(folder, String.valueOf(ProcessHandle.current().pid()));
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            if (channel.tryLock(LOCKED_BYTE, 1, true) == null) {
                throw inUse(folder, Files.readString(file).trim());
            }
            return Optional.of(new FolderLock(folder, channel));
        } catch (IOException | RuntimeException e) {
            HELD.remove(folder);
            if (channel != null) {
                channel.close();
            }
            throw e;
        }
    }

    /**
     * Whether a process has a folder now, by a lock file that it keeps locked; nothing is changed.
     *
     * @param file the name of the lock file
     */
    static boolean isTaken(Path folder, String file) throws IOException {
        // Closing any channel of a file gives back this process's own lock on it.
        if (HELD.contains(folder.toRealPath())) {
            return true;
        }
        Path path = folder.resolve(file);
        if (!Files.isReadable(path)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.tryLock(0, Long.MAX_VALUE, true) == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static LogInUseException inUse(Path folder, String pid) {
        return new LogInUseException("the data folder '" + folder + "' is in use by process " + pid
                + "; stop that process or use another folder");
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(folder);
        }
    }
}
