package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames behind a checkpoint, in order, up to the last valid one. What follows that one is a torn tail, unless a
 * later frame says that it was written after the missing one had been forced: that is damage, and is told.
 */
final class JournalReader {
    private final Storage storage;
    private final Path root;
    private long lsn;
    private int fileNumber;
    private long generation;
    private long position;
    private long greatestGeneration;

    JournalReader(Storage storage, Path root, Journal.Place from) {
        this.storage = storage;
        this.root = root;
        lsn = from.lsn();
        fileNumber = from.file();
        generation = from.generation();
        position = from.position();
    }

    /**
     * Gives the entries of each frame to {@code replay}, and returns the end.
     *
     * @param clean whether the log was closed in order, so that nothing needs to be looked for behind the end
     */
    Journal.Place read(Consumer<ByteReader> replay, boolean clean) throws IOException {
        List<Integer> numbers = Journal.numbers(storage, root);
        boolean more = numbers.contains(fileNumber) || next(numbers);
        while (more) {
            try (StoredFile file = storage.open(root.resolve(Journal.PREFIX + fileNumber))) {
                readFile(file, replay);
            }
            more = next(numbers);
        }
        greatestGeneration = generation;
        for (int number : numbers) {
            if (clean) {
                lookAtFirstFrame(number);
            } else {
                lookBehindTheEnd(number);
            }
        }
        return new Journal.Place(lsn, Journal.Place.NO_FILE, greatestGeneration, 0, 0);
    }

    private void readFile(StoredFile file, Consumer<ByteReader> replay) throws IOException {
        long size = file.size();
        byte[] frame = frame(file, position, size);
        while (frame != null && matches(frame, generation)) {
            replay.accept(new ByteReader(frame, Frame.HEADER, frame.length));
            lsn++;
            position += (frame.length + Frame.ALIGNMENT - 1) & -Frame.ALIGNMENT;
            frame = frame(file, position, size);
        }
    }

    private boolean matches(byte[] frame, long wantedGeneration) {
        return Bytes.getLong(frame, 16) == wantedGeneration && Bytes.getLong(frame, 24) == lsn + 1;
    }

    /** Goes to the file that continues with the next frame, if there is one. */
    private boolean next(List<Integer> numbers) throws IOException {
        for (int number : numbers) {
            if (number == fileNumber) {
                continue;
            }
            try (StoredFile file = storage.open(root.resolve(Journal.PREFIX + number))) {
                byte[] first = frame(file, 0, file.size());
                if (first != null && matches(first, generation + 1)) {
                    fileNumber = number;
                    generation++;
                    position = 0;
                    return true;
                }
            }
        }
        return false;
    }

    /** The valid frame at a position, or null. */
    private static byte @Nullable [] frame(StoredFile file, long at, long size) throws IOException {
        if (at + Frame.HEADER > size) {
            return null;
        }
        byte[] header = new byte[Frame.HEADER];
        file.read(ByteBuffer.wrap(header), at);
        int length = Bytes.getInt(header, 8);
        if (Bytes.getInt(header, 0) != Frame.MAGIC || length < Frame.HEADER || at + length > size) {
            return null;
        }
        byte[] frame = new byte[length];
        file.read(ByteBuffer.wrap(frame), at);
        CRC32C crc = new CRC32C();
        crc.update(frame, 8, length - 8);
        return Bytes.getInt(frame, 4) == (int) crc.getValue() ? frame : null;
    }

    /**
     * Looks for frames that the end was before. The generation that follows is greater than theirs, so that none of them is
     * ever taken for its continuation: without forces a frame may be there although one before it is not.
     */
    private void lookBehindTheEnd(int number) throws IOException {
        Path path = root.resolve(Journal.PREFIX + number);
        try (StoredFile file = storage.open(path)) {
            long size = file.size();
            byte[] header = new byte[Frame.HEADER];
            for (long at = 0; at + Frame.HEADER <= size; at += Frame.ALIGNMENT) {
                file.read(ByteBuffer.wrap(header), at);
                if (Bytes.getInt(header, 0) != Frame.MAGIC
                        || Bytes.getLong(header, 16) < generation
                        || Bytes.getLong(header, 24) <= lsn
                        || frame(file, at, size) == null) {
                    continue;
                }
                greatestGeneration = Math.max(greatestGeneration, Bytes.getLong(header, 16));
                if (Bytes.getLong(header, 32) > lsn) {
                    throw new LogException("the journal is damaged: frame " + (lsn + 1)
                            + ", which was on disk before the frame at byte " + at + " of '" + path
                            + "' was written, cannot be read; the log is not opened, because acknowledged changes would be"
                            + " lost: restore the data folder from a copy");
                }
            }
        }
    }

    private void lookAtFirstFrame(int number) throws IOException {
        try (StoredFile file = storage.open(root.resolve(Journal.PREFIX + number))) {
            byte[] first = frame(file, 0, file.size());
            if (first != null) {
                greatestGeneration = Math.max(greatestGeneration, Bytes.getLong(first, 16));
            }
        }
    }
}
