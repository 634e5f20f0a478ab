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
 * before the first wanted offset are passed over.
 */
final class BatchCursor implements RecordCursor {
    private final String source;
    private final byte[] array;
    private final int end;
    private final long firstOffset;

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
     * A cursor over {@code array[from, end)}.
     *
     * @param source what the bytes are, for messages
     */
    BatchCursor(String source, byte[] array, int from, int end, long firstOffset) {
        this.source = source;
        this.array = array;
        this.end = end;
        this.firstOffset = firstOffset;
        this.position = from;
        this.batchEnd = from;
    }

    @Override
    public boolean next() {
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
        batchEnd = batchStart + (int) RecordBatch.size(array, batchStart);
        position = batchStart + RecordBatch.HEADER;
        int attributes = RecordBatch.attributes(array, batchStart);
        baseOffset = RecordBatch.baseOffset(array, batchStart);
        if ((attributes & RecordBatch.CONTROL) != 0) {
            return;
        }
        if ((attributes & RecordBatch.CODEC_MASK) != 0) {
            throw new LogException("the batch at offset " + baseOffset + " of " + source + " is compressed with codec "
                    + (attributes & RecordBatch.CODEC_MASK) + ", which this version cannot read");
        }
        remaining = Bytes.getInt(array, batchStart + RecordBatch.COUNT);
        baseTimestamp = Bytes.getLong(array, batchStart + RecordBatch.BASE_TIMESTAMP);
        appendTime = (attributes & RecordBatch.APPEND_TIME) != 0;
        appendTimestamp = RecordBatch.maxTimestamp(array, batchStart);
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
            if (length < 0 || recordEnd > batchEnd || headersAt > recordEnd) {
                throw damaged();
            }
            position = recordEnd;
        } catch (IndexOutOfBoundsException e) {
            throw damaged();
        }
    }

    private CorruptRecordException damaged() {
        long next = RecordBatch.nextOffset(array, batchStart);
        return new CorruptRecordException(
                "a record of the batch with offsets " + baseOffset + " to " + (next - 1) + " of " + source
                        + " has lengths that do not fit, although the checksum is right",
                baseOffset,
                next);
    }

    private int readVarint(int at) {
        int next = at;
        int current = array[next++];
        int value = current & 0x7F;
        int shift = 7;
        while (current < 0) {
            current = array[next++];
            value |= (current & 0x7F) << shift;
            shift += 7;
        }
        varintEnd = next;
        return (value >>> 1) ^ -(value & 1);
    }

    private long readVarlong(int at) {
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
        return (value >>> 1) ^ -(value & 1);
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
