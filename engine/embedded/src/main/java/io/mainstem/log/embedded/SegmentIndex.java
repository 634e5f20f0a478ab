package io.mainstem.log.embedded;

import org.jspecify.annotations.Nullable;

/**
 * The sparse offset and time index of one segment, in memory, with the contents of Kafka's {@code .index} (relative last
 * offset of a batch, its position) and {@code .timeindex} (greatest timestamp so far, relative offset).
 *
 * <p>One thread adds; any thread looks up. An entry is a hint: the reader checks the batch that it finds there.
 */
final class SegmentIndex {
    /** An entry is made at most every so many bytes; {@code index.interval.bytes}. */
    static final int INTERVAL_BYTES = 4096;

    static final int OFFSET_ENTRY = 8;
    static final int TIME_ENTRY = 12;

    private final long baseOffset;
    private Entries entries = new Entries(new int[16], new int[16], 0);
    private volatile Entries published = entries;

    private Times times = new Times(new long[16], new int[16], 0);
    private volatile Times publishedTimes = times;
    private long bytesSinceEntry;
    private volatile long maxTimestamp = Long.MIN_VALUE;
    private long maxTimestampOffset;
    private volatile long nextOffset;

    /** What readers see of it: the arrays up to count are never changed. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    private record Entries(int[] offsets, int[] positions, int count) {}

    /** The same for the time index. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    private record Times(long[] times, int[] offsets, int count) {}

    SegmentIndex(long baseOffset) {
        this.baseOffset = baseOffset;
        this.maxTimestampOffset = baseOffset;
        this.nextOffset = baseOffset;
    }

    /**
     * Takes note of a batch at the end of the segment.
     *
     * @param batchMaxTimestamp the greatest timestamp of its records, or {@code Long.MIN_VALUE} for a marker
     */
    void add(long lastOffset, long position, int size, long batchMaxTimestamp) {
        if (batchMaxTimestamp > maxTimestamp) {
            maxTimestamp = batchMaxTimestamp;
            maxTimestampOffset = lastOffset;
        }
        if (bytesSinceEntry > INTERVAL_BYTES) {
            addEntry((int) (lastOffset - baseOffset), (int) position);
            if (maxTimestamp != Long.MIN_VALUE) {
                addTime();
            }
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += size;
        nextOffset = lastOffset + 1;
    }

    private void addEntry(int relativeOffset, int position) {
        Entries last = entries;
        int[] offsets = last.offsets;
        int[] positions = last.positions;
        if (last.count == offsets.length) {
            offsets = Bytes.grow(offsets);
            positions = Bytes.grow(positions);
        }
        offsets[last.count] = relativeOffset;
        positions[last.count] = position;
        entries = new Entries(offsets, positions, last.count + 1);
        published = entries;
    }

    private void addTime() {
        Times last = times;
        int count = last.count;
        if (count > 0 && last.times[count - 1] >= maxTimestamp) {
            return;
        }
        long[] values = last.times;
        int[] offsets = last.offsets;
        if (count == values.length) {
            values = Bytes.grow(values);
            offsets = Bytes.grow(offsets);
        }
        values[count] = maxTimestamp;
        offsets[count] = (int) (maxTimestampOffset - baseOffset);
        times = new Times(values, offsets, count + 1);
        publishedTimes = times;
    }

    /** The greatest timestamp, or {@code Long.MIN_VALUE} without any batch. */
    long maxTimestamp() {
        return maxTimestamp;
    }

    /** One past the last offset of all batches that it knows of: those behind are missing or damaged. */
    long nextOffset() {
        return nextOffset;
    }

    /** The last offset of the first batch with the greatest timestamp. */
    long maxTimestampOffset() {
        return maxTimestampOffset;
    }

    /** That no batch up to the one that ends with this offset has a greater timestamp, and that one has it. */
    record TimeEntry(long timestamp, long offset) {}

    /** The last entry that is before a time, and the first that is not. */
    record TimeHint(@Nullable TimeEntry after, @Nullable TimeEntry before) {}

    /** The entries between which the first batch lies whose greatest timestamp reaches {@code timestamp}. */
    TimeHint findTime(long timestamp) {
        Times now = publishedTimes;
        int low = 0;
        int high = now.count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (now.times[middle] < timestamp) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return new TimeHint(low == 0 ? null : timeEntry(now, low - 1), low == now.count ? null : timeEntry(now, low));
    }

    private TimeEntry timeEntry(Times from, int number) {
        return new TimeEntry(from.times[number], baseOffset + from.offsets[number]);
    }

    /** What {@link #restore} needs to forget the batches added since. */
    record Mark(
            int entryCount,
            int timeCount,
            long bytesSinceEntry,
            long maxTimestamp,
            long maxTimestampOffset,
            long nextOffset) {}

    Mark mark() {
        return new Mark(entries.count, times.count, bytesSinceEntry, maxTimestamp, maxTimestampOffset, nextOffset);
    }

    /** Forgets the batches added since the mark. */
    void restore(Mark mark) {
        entries = new Entries(entries.offsets.clone(), entries.positions.clone(), mark.entryCount);
        published = entries;
        times = new Times(times.times.clone(), times.offsets.clone(), mark.timeCount);
        publishedTimes = times;
        bytesSinceEntry = mark.bytesSinceEntry;
        maxTimestamp = mark.maxTimestamp;
        maxTimestampOffset = mark.maxTimestampOffset;
        nextOffset = mark.nextOffset;
    }

    /** The last entry at or before an offset, or -1. */
    int find(long offset) {
        Entries now = published;
        long relative = offset - baseOffset;
        int low = 0;
        int high = now.count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (now.offsets[middle] <= relative) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The greatest known start of a batch in {@code (from, limit]}, or {@code limit} when none is known. */
    long boundary(long from, long limit) {
        Entries now = published;
        int low = 0;
        int high = now.count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (now.positions[middle] <= limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        long position = low == 0 ? 0 : now.positions[low - 1];
        return position > from ? position : limit;
    }

    /** The last offset of the batch that an entry points at. */
    long lastOffset(int entry) {
        return baseOffset + published.offsets[entry];
    }

    /** Where the batch begins that an entry points at. */
    long position(int entry) {
        return published.positions[entry];
    }

    int count() {
        return published.count;
    }

    /** The contents of the {@code .index} file. */
    byte[] offsetFile() {
        Entries now = published;
        byte[] bytes = new byte[now.count * OFFSET_ENTRY];
        for (int i = 0; i < now.count; i++) {
            Bytes.putInt(bytes, i * OFFSET_ENTRY, now.offsets[i]);
            Bytes.putInt(bytes, i * OFFSET_ENTRY + 4, now.positions[i]);
        }
        return bytes;
    }

    /** The contents of the {@code .timeindex} file; the last entry has the greatest timestamp of the segment. */
    byte[] timeFile() {
        Times now = times;
        boolean last = maxTimestamp != Long.MIN_VALUE && (now.count == 0 || now.times[now.count - 1] < maxTimestamp);
        byte[] bytes = new byte[(now.count + (last ? 1 : 0)) * TIME_ENTRY];
        for (int i = 0; i < now.count; i++) {
            putTime(bytes, i, now.times[i], now.offsets[i]);
        }
        if (last) {
            putTime(bytes, now.count, maxTimestamp, (int) (maxTimestampOffset - baseOffset));
        }
        return bytes;
    }

    private static void putTime(byte[] bytes, int entry, long time, int relativeOffset) {
        Bytes.putLong(bytes, entry * TIME_ENTRY, time);
        Bytes.putInt(bytes, entry * TIME_ENTRY + 8, relativeOffset);
    }

    /**
     * Takes the contents of the two files, as far as they can be true.
     *
     * @param size the size of the segment, behind which no entry may point
     * @return false when they cannot; the index is of no use then
     */
    boolean load(byte[] offsetFile, byte[] timeFile, long size) {
        if (offsetFile.length % OFFSET_ENTRY != 0
                || timeFile.length % TIME_ENTRY != 0
                || offsetFile.length > 0 && timeFile.length == 0) {
            return false;
        }
        int count = offsetFile.length / OFFSET_ENTRY;
        int[] offsets = new int[Math.max(16, count)];
        int[] positions = new int[Math.max(16, count)];
        for (int i = 0; i < count; i++) {
            offsets[i] = Bytes.getInt(offsetFile, i * OFFSET_ENTRY);
            positions[i] = Bytes.getInt(offsetFile, i * OFFSET_ENTRY + 4);
            int offsetBefore = i == 0 ? -1 : offsets[i - 1];
            int positionBefore = i == 0 ? -1 : positions[i - 1];
            if (offsets[i] <= offsetBefore || positions[i] <= positionBefore || positions[i] >= size) {
                return false;
            }
        }
        entries = new Entries(offsets, positions, count);
        published = entries;
        bytesSinceEntry = 0;
        nextOffset = count == 0 ? baseOffset : baseOffset + offsets[count - 1] + 1;
        return loadTimes(timeFile);
    }

    private boolean loadTimes(byte[] timeFile) {
        for (int i = 0; i < timeFile.length / TIME_ENTRY; i++) {
            long time = Bytes.getLong(timeFile, i * TIME_ENTRY);
            int relativeOffset = Bytes.getInt(timeFile, i * TIME_ENTRY + 8);
            if (time <= maxTimestamp
                    || relativeOffset < 0
                    || i > 0 && baseOffset + relativeOffset <= maxTimestampOffset) {
                return false;
            }
            maxTimestamp = time;
            maxTimestampOffset = baseOffset + relativeOffset;
            addTime();
        }
        return true;
    }
}
