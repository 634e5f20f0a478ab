package io.mainstem.log.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * That one segment takes the place of all that a stretch of a partition had. The journal has decided it; what is left to do is
 * done by {@link #complete}, as often as it takes.
 *
 * @param topic the id of the topic
 * @param partition the number of the partition
 * @param base the base offset of the segment
 * @param end one past the last offset of the stretch
 */
record SegmentSwap(UUID topic, int partition, long base, long end) {

    void write(ByteWriter writer) {
        writer.putUuid(topic).putInt(partition).putLong(base).putLong(end);
    }

    static SegmentSwap read(ByteReader reader) {
        UUID topic = reader.getUuid();
        int partition = reader.getInt();
        long base = reader.getLong();
        return new SegmentSwap(topic, partition, base, reader.getLong());
    }

    /** Gives the files their names, in any state that an earlier try has left. The folder is not forced. */
    void complete(DataFolder data, Path folder) throws IOException {
        Storage storage = data.files().storage();
        Segment segment = new Segment(folder, base);
        boolean swapped = storage.size(swapOf(segment.file)) < 0;
        for (String name : storage.list(folder)) {
            long other = SegmentFiles.baseOf(name);
            if (other >= base && other < end && !(swapped && other == base)) {
                setAside(data, folder, name);
            }
            if (other > base && other < end) {
                storage.delete(new Segment(folder, other).indexFile);
                storage.delete(new Segment(folder, other).timeIndexFile);
            }
        }
        take(storage, segment.indexFile);
        take(storage, segment.timeIndexFile);
        take(storage, segment.file);
    }

    private static Path swapOf(Path file) {
        return file.resolveSibling(file.getFileName() + CleanedSegment.SWAP);
    }

    private static void take(Storage storage, Path file) throws IOException {
        if (storage.size(swapOf(file)) >= 0) {
            storage.rename(swapOf(file), file);
        }
    }

    private static void setAside(DataFolder data, Path folder, String name) throws IOException {
        Storage storage = data.files().storage();
        Path file = folder.resolve(name);
        long size = Math.max(0, storage.size(file));
        Path aside = Trash.freeName(storage, folder, name);
        storage.rename(file, aside);
        data.trash().add(aside, size);
    }
}
