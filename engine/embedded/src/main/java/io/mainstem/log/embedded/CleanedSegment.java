package io.mainstem.log.embedded;

import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A segment that a compaction writes, under names that the log does not read: {@code .cleaned}, and when it is whole and on
 * disk {@code .swap}. One thread at a time.
 */
final class CleanedSegment {
    static final String CLEANED = ".cleaned";
    static final String SWAP = ".swap";

    /** Forcing much at once would hold up the forces of those who append. */
    private static final int FORCE_BYTES = 8 << 20;

    private static final int WRITE_BYTES = 1 << 20;

    private final DataFolder data;
    private final Path folder;
    private final SegmentIndex index;
    private final Segment segment;
    private final StoredFile file;
    private long written;
    private long forced;
    private long counted;
    private boolean decided;

    CleanedSegment(DataFolder data, Path folder, long baseOffset) throws IOException {
        this.data = data;
        this.folder = folder;
        this.segment = new Segment(folder, baseOffset);
        this.index = segment.startIndex();
        this.file = storage().open(with(segment.file, CLEANED));
        try {
            file.truncate(0);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private Storage storage() {
        return data.files().storage();
    }

    private static Path with(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    private Path[] names() {
        return new Path[] {segment.file, segment.indexFile, segment.timeIndexFile};
    }

    /** Writes whole batches behind the others. */
    void add(byte[] batches, int length) throws IOException {
        long position = written;
        for (int at = 0; at < length; at += (int) RecordBatch.size(batches, at)) {
            index.add(
                    RecordBatch.nextOffset(batches, at) - 1,
                    position + at,
                    (int) RecordBatch.size(batches, at),
                    RecordBatch.recordTimestamp(batches, at));
        }
        for (int at = 0; at < length; at += WRITE_BYTES) {
            file.write(ByteBuffer.wrap(batches, at, Math.min(WRITE_BYTES, length - at)), position + at);
        }
        written += length;
        count(written);
        if (written - forced >= FORCE_BYTES) {
            file.force();
            forced = written;
        }
    }

    private void count(long bytes) {
        data.usedBytes().addAndGet(bytes - counted);
        counted = bytes;
    }

    /** Makes all of it durable, and returns the segment as it will be. */
    Segment finish() throws IOException {
        file.force();
        file.close();
        write(with(segment.indexFile, CLEANED), index.offsetFile());
        write(with(segment.timeIndexFile, CLEANED), index.timeFile());
        segment.size = written;
        segment.written = written;
        return segment;
    }

    private void write(Path path, byte[] bytes) throws IOException {
        try (StoredFile stored = storage().open(path)) {
            stored.truncate(0);
            stored.write(ByteBuffer.wrap(bytes), 0);
            stored.force();
        }
    }

    /** Gives the files the names that a frame of the journal may speak of; durable when it returns. */
    void rename() throws IOException {
        for (Path path : names()) {
            storage().rename(with(path, CLEANED), with(path, SWAP));
        }
        storage().forceDirectory(folder);
    }

    /** From now on the journal may say that the segment is part of its partition; or it is certain that it does not. */
    void mayBeDecided(boolean value) {
        decided = value;
    }

    /** The segment is part of its partition now, which counts its bytes. */
    void taken() {
        count(0);
    }

    /** Takes all of it away, unless a recovery may need it. What cannot be deleted now, the next open deletes. */
    void discard() {
        count(0);
        if (decided) {
            return;
        }
        try {
            file.close();
            for (Path path : names()) {
                storage().delete(with(path, CLEANED));
                storage().delete(with(path, SWAP));
            }
        } catch (IOException e) {
            data.dirty().addFolder(folder);
        }
    }
}
