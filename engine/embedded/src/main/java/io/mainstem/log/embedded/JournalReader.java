package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

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
            try (FileWindow file = open(fileNumber)) {
                readFile(file, replay);
            }
            more = next(numbers);
        }
        long greatest = generation;
        for (int number : clean ? List.<Integer>of() : numbers) {
            greatest = Math.max(greatest, lookBehindTheEnd(number));
        }
        return new Journal.Place(lsn, Journal.Place.NO_FILE, greatest, 0, 0);
    }

    private FileWindow open(int number) throws IOException {
        return new FileWindow(storage, root.resolve(Journal.PREFIX + number));
    }

    private void readFile(FileWindow file, Consumer<ByteReader> replay) throws IOException {
        int length = validFrame(file, position);
        while (length > 0 && matches(file, position, generation)) {
            int at = file.at(position, length);
            replay.accept(new ByteReader(file.array(), at + Frame.HEADER, at + length));
            lsn++;
            position += (length + Frame.ALIGNMENT - 1) & -Frame.ALIGNMENT;
            length = validFrame(file, position);
        }
    }

    /** Whether the valid frame at a position is the next one. */
    private boolean matches(FileWindow file, long frame, long wantedGeneration) throws IOException {
        int at = file.at(frame, Frame.HEADER);
        return Bytes.getLong(file.array(), at + 16) == wantedGeneration
                && Bytes.getLong(file.array(), at + 24) == lsn + 1;
    }

    /** Goes to the file that continues with the next frame, if there is one. */
    private boolean next(List<Integer> numbers) throws IOException {
        for (int number : numbers) {
            if (number == fileNumber) {
                continue;
            }
            try (FileWindow file = open(number)) {
                if (validFrame(file, 0) > 0 && matches(file, 0, generation + 1)) {
                    fileNumber = number;
                    generation++;
                    position = 0;
                    return true;
                }
            }
        }
        return false;
    }

    /** The length of the valid frame at a position, or 0. */
    private static int validFrame(FileWindow file, long begin) throws IOException {
        if (begin + Frame.HEADER > file.size()) {
            return 0;
        }
        int at = file.at(begin, Frame.HEADER);
        int length = Bytes.getInt(file.array(), at + 8);
        if (Bytes.getInt(file.array(), at) != Frame.MAGIC || length < Frame.HEADER || begin + length > file.size()) {
            return 0;
        }
        at = file.at(begin, length);
        CRC32C crc = new CRC32C();
        crc.update(file.array(), at + 8, length - 8);
        return Bytes.getInt(file.array(), at + 4) == (int) crc.getValue() ? length : 0;
    }

    /**
     * Looks at all frames of a file. Without forces any of them may have come to the disk, and when one behind the end had the
     * generation that the next file gets, it would be taken for its continuation.
     *
     * @return no valid frame has a later generation
     */
    private long lookBehindTheEnd(int number) throws IOException {
        long greatest = 0;
        try (FileWindow file = open(number)) {
            for (long begin = 0; begin + Frame.HEADER <= file.size(); begin += Frame.ALIGNMENT) {
                int at = file.at(begin, Frame.HEADER);
                byte[] array = file.array();
                long frameGeneration = Bytes.getLong(array, at + 16);
                boolean provesDamage = frameGeneration >= generation
                        && Bytes.getLong(array, at + 24) > lsn
                        && Bytes.getLong(array, at + 32) > lsn;
                if (Bytes.getInt(array, at) != Frame.MAGIC
                        || !provesDamage && frameGeneration <= Math.max(greatest, generation)
                        || validFrame(file, begin) == 0) {
                    continue;
                }
                if (provesDamage) {
                    throw damaged(root.resolve(Journal.PREFIX + number), begin);
                }
                greatest = frameGeneration;
            }
        }
        return greatest;
    }

    private LogException damaged(Path path, long at) {
        return new LogException(
                "the journal is damaged: frame " + (lsn + 1) + ", which was on disk before the frame at byte " + at
                        + " of '" + path
                        + "' was written, cannot be read; the log is not opened, because acknowledged changes would be"
                        + " lost: restore the data folder from a copy");
    }
}
