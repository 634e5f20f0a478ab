package io.mainstem.log.embedded;

import io.mainstem.log.embedded.LogReport.Finding;
import io.mainstem.log.embedded.LogReport.Severity;
import io.mainstem.log.embedded.LogReport.Subject;
import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Holds the offset index and the time index of a segment against its batches, which are given one after the other. Each
 * index is told at most once. Zeros at the end of a file are room that a broker keeps while it writes.
 */
final class IndexCheck {
    private static final String REPAIR = "delete the file; it is made anew from the records";

    private final Findings findings;
    private final Severity severity;
    private final boolean exact;
    private final long baseOffset;
    private final Path indexFile;
    private final Path timeIndexFile;
    private byte[] index;
    private byte[] times;
    private int nextIndex;
    private int nextTime;
    private long lastTime = Long.MIN_VALUE;

    /**
     * A check.
     *
     * @param severity how bad a wrong entry is
     * @param exact whether an entry must name the last offset of its batch, as ours do; those of a broker name some later
     *     offset when several batches came at once
     */
    IndexCheck(Segment segment, Storage storage, Findings findings, Severity severity, boolean exact)
            throws IOException {
        this.findings = findings;
        this.severity = severity;
        this.exact = exact;
        this.baseOffset = segment.baseOffset;
        this.indexFile = segment.indexFile;
        this.timeIndexFile = segment.timeIndexFile;
        index = read(storage, indexFile, SegmentIndex.OFFSET_ENTRY, Subject.INDEX);
        times = read(storage, timeIndexFile, SegmentIndex.TIME_ENTRY, Subject.TIME_INDEX);
    }

    private byte[] read(Storage storage, Path file, int entry, Subject subject) throws IOException {
        long size = storage.size(file);
        if (size < 0) {
            return new byte[0];
        }
        if (size % entry != 0 || size > Integer.MAX_VALUE - 8) {
            add(
                    subject,
                    file,
                    -1,
                    "its size of " + size + " bytes is not that of whole entries of " + entry + " bytes");
            return new byte[0];
        }
        byte[] bytes = new byte[(int) size];
        try (StoredFile open = storage.open(file)) {
            open.read(ByteBuffer.wrap(bytes), 0);
        }
        return withoutZeros(bytes, entry);
    }

    private static byte[] withoutZeros(byte[] bytes, int entry) {
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        // The first entry may be all zeros but the file has none then.
        int whole = (used + entry - 1) / entry * entry;
        return whole == bytes.length ? bytes : Arrays.copyOf(bytes, whole);
    }

    /** The segment has no good batches from one place to another, and nothing is said of entries that lead there. */
    void skip(long position, long nextPosition, long nextOffset) {
        while (nextIndex < index.length && position(nextIndex) >= position && position(nextIndex) < nextPosition) {
            nextIndex += SegmentIndex.OFFSET_ENTRY;
        }
        while (nextTime < times.length && timeOffset(nextTime) < nextOffset) {
            nextTime += SegmentIndex.TIME_ENTRY;
        }
    }

    /** The next good batch of the segment. */
    void batch(long position, long base, long last, long maxTimestamp) {
        while (nextIndex < index.length && position(nextIndex) <= position) {
            entry(position, base, last);
        }
        while (nextTime < times.length && timeOffset(nextTime) <= last) {
            time(base, last, maxTimestamp);
        }
    }

    private void entry(long position, long base, long last) {
        int at = nextIndex;
        nextIndex += SegmentIndex.OFFSET_ENTRY;
        long offset = baseOffset + Bytes.getInt(index, at);
        long before = at == 0 ? -1 : baseOffset + Bytes.getInt(index, at - SegmentIndex.OFFSET_ENTRY);
        if (position(at) != position || offset <= before || (exact ? offset != last : offset < base)) {
            wrongEntry(at, offset);
        }
    }

    private void wrongEntry(int at, long offset) {
        add(
                Subject.INDEX,
                indexFile,
                at,
                "the entry of offset " + offset + " leads to byte " + position(at) + ", where that offset is not");
        index = new byte[0];
    }

    private void time(long base, long last, long maxTimestamp) {
        int at = nextTime;
        nextTime += SegmentIndex.TIME_ENTRY;
        long time = Bytes.getLong(times, at);
        long offset = timeOffset(at);
        if (offset < base || exact && offset != last || time != maxTimestamp || time <= lastTime) {
            wrongTime(at, time, offset);
        }
        lastTime = time;
    }

    private void wrongTime(int at, long time, long offset) {
        add(
                Subject.TIME_INDEX,
                timeIndexFile,
                at,
                "the entry of time " + time + " names offset " + offset
                        + ", which is not that of a batch with this time");
        times = new byte[0];
    }

    /** The segment has no more batches. */
    void end() {
        if (nextIndex < index.length) {
            wrongEntry(nextIndex, baseOffset + Bytes.getInt(index, nextIndex));
        }
        if (nextTime < times.length) {
            wrongTime(nextTime, Bytes.getLong(times, nextTime), timeOffset(nextTime));
        }
    }

    private long position(int entry) {
        return Bytes.getInt(index, entry + 4);
    }

    private long timeOffset(int entry) {
        return baseOffset + Bytes.getInt(times, entry + 8);
    }

    private void add(Subject subject, Path file, long position, String what) {
        findings.add(new Finding(severity, subject, file, position, -1, -1, -1, what, REPAIR));
    }
}
