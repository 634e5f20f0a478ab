package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of one partition's segments in its folder: makes, cuts and deletes them, and notes what is to be forced. Knows
 * nothing of offsets. Needs the append lock.
 */
final class SegmentFiles {
    private static final int NUMBER_LENGTH = 20;

    private final DataFolder data;
    private final Path folder;
    private final OpenFiles files;
    private final DirtyFiles dirty;

    SegmentFiles(DataFolder data, Path folder) {
        this.data = data;
        this.folder = folder;
        this.files = data.files();
        this.dirty = data.dirty();
    }

    /** The base offsets of the segments that are there, in order; what was being deleted is deleted on. */
    long[] bases() throws IOException {
        List<String> names = files.storage().list(folder);
        for (String file : names) {
            if (file.endsWith(Trash.DELETED)) {
                Path path = folder.resolve(file);
                data.trash().add(path, Math.max(0, files.storage().size(path)));
            }
        }
        return names.stream()
                .mapToLong(SegmentFiles::baseOf)
                .filter(base -> base >= 0)
                .sorted()
                .toArray();
    }

    /** The base offset of the segment whose records are in a file of this name, or -1 when it has none. */
    static long baseOf(String file) {
        if (!file.endsWith(Segment.LOG) || file.length() != NUMBER_LENGTH + Segment.LOG.length()) {
            return -1;
        }
        try {
            return Long.parseLong(file, 0, NUMBER_LENGTH, 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Begins a segment; the first one brings the folder. */
    Segment create(long baseOffset, boolean first) throws IOException {
        if (first) {
            files.storage().createDirectory(folder);
            dirty.addFolder(data.root());
        }
        Segment segment = new Segment(folder, baseOffset);
        segment.startIndex();
        dirty.addFolder(folder);
        try {
            cut(segment, 0);
        } catch (IOException e) {
            segment.deleted = true;
            files.close(segment);
            delete(segment);
            throw e;
        }
        return segment;
    }

    void cut(Segment segment, long size) throws IOException {
        var handle = files.acquire(segment);
        try {
            handle.truncate(size);
        } finally {
            files.releaseChanged(segment);
        }
        dirty.add(segment);
    }

    void delete(Segment segment) throws IOException {
        // The index first: one that is left would be taken for that of another segment of the same name.
        deleteIndex(segment);
        files.storage().delete(segment.file);
        // A file that comes back after the end has moved past it would be taken for a part of the log.
        dirty.addFolder(folder);
    }

    private void deleteIndex(Segment segment) throws IOException {
        files.storage().delete(segment.indexFile);
        files.storage().delete(segment.timeIndexFile);
    }

    /**
     * After a crash the index files of the last segment may be those of what was cut from it, or of two different times: it is
     * made anew from the batches. A checkpoint has forced those of the segments before it.
     */
    void forgetIndex(Segment segment) throws IOException {
        if (!data.closedInOrder()) {
            deleteIndex(segment);
        }
    }

    /** Leaves the index of a segment beside it. */
    void writeIndex(Segment segment) throws IOException {
        SegmentIndex index = segment.indexInMemory();
        // Without an entry it is made anew as fast as it is read.
        if (index != null && index.count() > 0) {
            files.writeAll(segment.indexFile, index.offsetFile());
            files.writeAll(segment.timeIndexFile, index.timeFile());
            dirty.addIndex(segment);
        }
    }

    /** Deletes what compactions have left that came to nothing; before anything else is written to the folder. */
    void deleteStrays() throws IOException {
        for (String file : files.storage().list(folder)) {
            if (file.endsWith(CleanedSegment.CLEANED) || file.endsWith(CleanedSegment.SWAP)) {
                files.storage().delete(folder.resolve(file));
                dirty.addFolder(folder);
            }
        }
    }

    /** Closes a file that nobody needs any more. */
    void closeQuietly(Segment segment) {
        try {
            files.close(segment);
        } catch (IOException e) {
            // What the close fails with is of no consequence.
            segment.forgetFirstTimestamp();
        }
    }
}
