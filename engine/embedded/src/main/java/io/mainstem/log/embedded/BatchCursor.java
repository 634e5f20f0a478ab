package io.mainstem.log.embedded;

import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.RecordCursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks over the records of consecutive whole batches whose checksums were found right. Control batches and records
 * before the first wanted offset are passed over. A compressed batch is decompressed when its first record is asked for,
 * into an array of its own.
 */
final class BatchCursor implements RecordCursor {
    private final LogChunk chunk;
    private final byte[] batches;
    private final int end;
    private final long firstOffset;

    private byte[] array;
    private int recordsEnd;
    private int position;
    private int batchStart;
    private int batchEnd;
    private int remaining;
    private long baseOffset;
    private long baseTimestamp;
    private long appendTimestamp;
    private boolean appendTime;

    private long offset;
    private long timestamp;
    private int keyOffset;
    private int keyLength;
    private int valueOffset;
    private int valueLength;
    private int headersAt;
    private int varintEnd;

    /**
     * A cursor over {@code batches[from, end)}.
     *
     * @param chunk whose batches they are
     */
    BatchCursor(LogChunk chunk, byte[] batches, int from, int end, long firstOffset) {
        this.chunk = chunk;
        this.batches = batches;
        this.array = batches;
        this.end = end;
        this.firstOffset = firstOffset;
        this.position = from;
        this.batchEnd = from;
    }

    @Override
    public boolean next() {
        chunk.checkUsable();
        while (true) {
            if (remaining == 0) {
                if (batchEnd >= end) {
                    return false;
                }
                openBatch();
                continue;
            }
            remaining--;
            readRecord();
            if (offset >= firstOffset) {
                return true;
            }
        }
    }

    private void openBatch() {
        batchStart = batchEnd;
        batchEnd = batchStart + (int) RecordBatch.size(batches, batchStart);
        int attributes = RecordBatch.attributes(batches, batchStart);
        baseOffset = RecordBatch.baseOffset(batches, batchStart);
        int count = Bytes.getInt(batches, batchStart + RecordBatch.COUNT);
        if ((attributes & RecordBatch.CONTROL) != 0
                || count == 0
                || RecordBatch.nextOffset(batches, batchStart) <= firstOffset) {
            return;
        }
        int codec = attributes & RecordBatch.CODEC_MASK;
        if (codec == 0) {
            array = batches;
            position = batchStart + RecordBatch.HEADER;
            recordsEnd = batchEnd;
        } else {
            array = decompress(codec);
            position = 0;
            recordsEnd = array.length;
        }
        remaining = count;
        baseTimestamp = Bytes.getLong(batches, batchStart + RecordBatch.BASE_TIMESTAMP);
        appendTime = (attributes & RecordBatch.APPEND_TIME) != 0;
        appendTimestamp = RecordBatch.maxTimestamp(batches, batchStart);
    }

    private byte[] decompress(int id) {
        Codec codec = Codec.of(id);
        if (codec == null) {
            throw new LogException(
                    batch() + " is compressed with codec " + id + ", which does not exist in Kafka's format");
        }
        int from = batchStart + RecordBatch.HEADER;
        try {
            return codec.decompress(batches, from, batchEnd - from);
        } catch (PayloadException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    private void readRecord() {
        try {
            int length = readVarint(position);
            int recordEnd = varintEnd + length;
            long delta = readVarlong(varintEnd + 1);
            timestamp = appendTime ? appendTimestamp : baseTimestamp + delta;
            offset = baseOffset + readVarint(varintEnd);
            keyLength = readVarint(varintEnd);
            keyOffset = varintEnd;
            valueLength = readVarint(keyOffset + Math.max(keyLength, 0));
            valueOffset = varintEnd;
            headersAt = valueOffset + Math.max(valueLength, 0);
            if (length < 0 || recordEnd > recordsEnd || headersAt > recordEnd) {
                throw damaged("have lengths that do not fit");
            }
            position = recordEnd;
        } catch (IndexOutOfBoundsException e) {
            throw damaged("have lengths that do not fit");
        }
    }

    /** Ends the batch, whose other records cannot be found, so that the cursor goes on behind it. */
    private CorruptRecordException damaged(String what) {
        remaining = 0;
        long next = RecordBatch.nextOffset(batches, batchStart);
        return new CorruptRecordException(
                "the records of " + batch() + " " + what
                        + ", although the batch's checksum is right; what wrote them is at fault; what is behind"
                        + " them can be read, from offset " + next + " on",
                baseOffset,
                next);
    }

    private String batch() {
        return "the batch with offsets " + baseOffset + " to " + (RecordBatch.nextOffset(batches, batchStart) - 1)
                + " of " + chunk.partition() + " in '" + chunk.file() + "'";
    }

    private int readVarint(int at) {
        return (int) readVarlong(at);
    }

    /** Most take one byte or two, and go without a loop. */
    private long readVarlong(int at) {
        byte[] source = array;
        int value = source[at];
        if (value >= 0) {
            varintEnd = at + 1;
            return unzigzag(value);
        }
        int second = source[at + 1];
        if (second >= 0) {
            varintEnd = at + 2;
            return unzigzag(second << 7 | value & 0x7F);
        }
        return readLongVarint(at);
    }

    private static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }

    private long readLongVarint(int at) {
        int next = at;
        int current = array[next++];
        long value = current & 0x7F;
        int shift = 7;
        while (current < 0) {
            current = array[next++];
            value |= (long) (current & 0x7F) << shift;
            shift += 7;
        }
        varintEnd = next;
        return unzigzag(value);
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public long timestamp() {
        return timestamp;
    }

    @Override
    public byte[] array() {
        return array;
    }

    @Override
    public int keyOffset() {
        return keyOffset;
    }

    @Override
    public int keyLength() {
        return keyLength;
    }

    @Override
    public int valueOffset() {
        return valueOffset;
    }

    @Override
    public int valueLength() {
        return valueLength;
    }

    @Override
    public Headers headers() {
        if (array[headersAt] == 0) {
            return Headers.EMPTY;
        }
        int count = readVarint(headersAt);
        List<Headers.Header> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int nameLength = readVarint(varintEnd);
            String name = new String(array, varintEnd, nameLength, StandardCharsets.UTF_8);
            int valueSize = readVarint(varintEnd + nameLength);
            byte[] value = new byte[Math.max(valueSize, 0)];
            System.arraycopy(array, varintEnd, value, 0, value.length);
            list.add(new Headers.Header(name, value));
            varintEnd += value.length;
        }
        return Headers.of(list);
    }
}
