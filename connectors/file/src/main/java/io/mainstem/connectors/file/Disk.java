package io.mainstem.connectors.file;

import io.mainstem.api.StopException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** Steps on files that are complete once they return. */
final class Disk {

    private static final int BLOCK = 256 * 1024;

    private Disk() {}

    /** Makes the names in a folder durable. */
    static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** An error with the name of the file: those of an open file have none. */
    private static FileSystemException named(Path file, IOException error) {
        FileSystemException named = new FileSystemException(file.toString(), null, error.getMessage());
        named.initCause(error);
        return named;
    }

    /** Makes a folder and those above it that are not there, durably. */
    static void createFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = parent(folder);
        createFolders(above);
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        forceFolder(above);
    }

    /** The CRC32C of the first bytes of a file. */
    static long digest(Path file, long length) throws IOException {
        return digest(file, length, new CRC32C());
    }

    /** The same, with a digest that can go on from there. */
    static long digest(Path file, long length, CRC32C digest) throws IOException {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
            return pump(from, length, digest, block -> {});
        }
    }

    /** Copies the first bytes of a file into a new one and forces that. Returns their CRC32C. */
    static long copy(Path file, long length, Path target) throws IOException {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            long digest = pump(from, length, new CRC32C(), block -> write(to, block, target));
            force(to, true, target);
            return digest;
        }
    }

    /** Writes all of it. */
    static void write(FileChannel channel, ByteBuffer bytes, Path file) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /** Makes what was written durable. */
    static void force(FileChannel channel, boolean metadata, Path file) throws IOException {
        try {
            channel.force(metadata);
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    private interface Block {
        void take(ByteBuffer block) throws IOException;
    }

    private static long pump(FileChannel from, long length, CRC32C digest, Block target) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long left = length;
        while (left > 0) {
            block.clear().limit((int) Math.min(BLOCK, left));
            int read = from.read(block);
            if (read < 0) {
                throw new EOFException("there are " + left + " bytes too few");
            }
            left -= read;
            digest.update(block.array(), 0, read);
            target.take(block.flip());
        }
        return digest.getValue();
    }

    /**
     * Gives a complete file its name, unless a file has it already: the first wins.
     *
     * @throws StopException when the file that has the name is another one
     */
    static void publish(Path part, Path target, long length, long digest) throws IOException {
        try {
            link(part, target);
        } catch (FileAlreadyExistsException e) {
            if (Files.size(target) != length || digest(target, length) != digest) {
                throw new StopException(
                        "file.exists",
                        "there is another file named '" + target + "'",
                        "Move it away; or let this sink write into another folder, or under another `name`.",
                        e);
            }
        }
        forceFolder(parent(target));
        Files.deleteIfExists(part);
    }

    private static void link(Path part, Path target) throws IOException {
        try {
            Files.createLink(target, part);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.move(part, target); // a file system without links; it refuses a name that is taken, too
        }
    }

    private static Path parent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path : parent;
    }
}
