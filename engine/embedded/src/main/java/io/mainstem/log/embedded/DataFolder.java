package io.mainstem.log.embedded;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the partitions of a data folder share.
 *
 * @param root the folder
 * @param files its open files
 * @param dirty what the next checkpoint forces
 * @param trash what is to be deleted
 * @param usedBytes the bytes of all segments
 * @param clean whether the log was closed in order before this open
 */
record DataFolder(
        Path root, OpenFiles files, DirtyFiles dirty, Trash trash, AtomicLong usedBytes, AtomicBoolean clean) {
    DataFolder(Path root, Storage storage, int openFilesMax) {
        this(
                root,
                new OpenFiles(storage, new ForceMark(storage, root), openFilesMax),
                new DirtyFiles(),
                new Trash(storage),
                new AtomicLong(),
                new AtomicBoolean());
    }

    /** Whether the log was closed in order before this open, so that what the files show is on disk. */
    boolean closedInOrder() {
        return clean.get();
    }
}
