package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk as the log sees it. All that the log does to files goes through here, so that tests can put a disk in its
 * place that loses power or fails.
 *
 * <ul>
 *   <li>What was written is on disk only after {@link StoredFile#force}; that a file exists, or has another name, only
 *       after {@link #forceDirectory} of its folder.
 *   <li>No call is ended early by the interruption of its thread, and none closes a file because of one.
 *   <li>Thread-safe, and so are the files.
 * </ul>
 */
interface Storage {

    /** Opens a file for reading and writing; creates it when it is not there. */
    StoredFile open(Path file) throws IOException;

    /** The names in a folder, in no order; empty when it does not exist or is a file. */
    List<String> list(Path folder) throws IOException;

    /** The size of a file, or -1 when it does not exist. */
    long size(Path file) throws IOException;

    /** Creates a folder unless it exists; its parent exists. */
    void createDirectory(Path folder) throws IOException;

    /** Gives a file or folder another name; what had that name is replaced. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file or an empty folder, if it exists. */
    void delete(Path file) throws IOException;

    /** The bytes that are free for this process on the file system of a folder. */
    long usableBytes(Path folder) throws IOException;

    /** The size of the file system of a folder. */
    long totalBytes(Path folder) throws IOException;

    /** Makes the entries of a folder durable. */
    void forceDirectory(Path folder) throws IOException;

    /** An open file. */
    interface StoredFile extends AutoCloseable {

        /** Reads until the buffer is full or the file ends. */
        void read(ByteBuffer target, long at) throws IOException;

        /** Writes all of the buffer. */
        void write(ByteBuffer source, long at) throws IOException;

        /** The present size. */
        long size() throws IOException;

        /** Cuts the file to this size. */
        void truncate(long size) throws IOException;

        /** Makes content and size durable. After a failure, a later success proves nothing. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }
}
