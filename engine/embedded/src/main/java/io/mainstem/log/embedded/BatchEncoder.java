package io.mainstem.log.embedded;

import io.mainstem.log.Headers;
import io.mainstem.log.TopicSettings.Compression;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes records of one partition as consecutive record batches into one growing array, without an object for each
 * record. Offsets and leader epochs are filled in by the append, which alone knows them; they are outside the checksums.
 *
 * <p>A batch is compressed when it is closed, on the thread that closes it, unless it would not get smaller.
 *
 * <p>One thread at a time; {@link #reset} makes it ready for other records.
 */
final class BatchEncoder {
    private static final int START_BYTES = 32 << 10;
    private static final int KEEP_BYTES = 16 << 20;
    private static final byte[] NO_HEADERS = {0};
    private static final byte[] NOTHING = {};
    private static final int MARKER_KEY = 4;
    private static final int MARKER_VALUE = 6;

    private byte[] buffer = new byte[START_BYTES];
    private int position;
    private int batchStart;
    private int count;
    private int records;
    private int offsets;
    private int batchBytes;
    private boolean appendTime;
    private @Nullable Codec codec;
    private byte[] compressed = NOTHING;
    private int bytesSaved;
    private long producerId;
    private int producerEpoch;
    private int sequence;
    private int attributes;
    private long baseTimestamp;
    private long maxTimestamp;
    private Headers lastHeaders = Headers.EMPTY;
    private byte[] encodedHeaders = NO_HEADERS;

    /** One that holds batches which were encoded elsewhere. */
    static BatchEncoder holding(byte[] batches) {
        BatchEncoder encoder = new BatchEncoder();
        encoder.buffer = batches;
        encoder.position = batches.length;
        return encoder;
    }

    /**
     * Begins with nothing.
     *
     * @param batchBytes the size at which a batch is closed, before it is compressed
     * @param appendTime whether all records of a batch carry the time at which it was closed
     * @throws io.mainstem.log.LogException when the library of the compression cannot be loaded
     */
    void reset(
            int batchBytes,
            boolean appendTime,
            Compression compression,
            boolean transactional,
            long producerId,
            int epoch,
            int sequence) {
        this.batchBytes = batchBytes;
        this.appendTime = appendTime;
        this.codec = Codec.of(compression);
        this.producerId = producerId;
        this.producerEpoch = epoch;
        this.sequence = sequence;
        attributes = (appendTime ? RecordBatch.APPEND_TIME : 0) | (transactional ? RecordBatch.TRANSACTIONAL : 0);
        position = 0;
        batchStart = 0;
        count = 0;
        records = 0;
        offsets = 0;
        bytesSaved = 0;
        lastHeaders = Headers.EMPTY;
        encodedHeaders = NO_HEADERS;
        if (compressed.length > KEEP_BYTES) {
            compressed = NOTHING;
        }
        if (buffer.length > KEEP_BYTES) {
            buffer = new byte[START_BYTES];
        }
    }

    /** The most bytes that a record may take, its framing included. */
    int sizeOf(int keyLength, int valueLength, Headers headers) {
        return 1 + 10 + 4 * 5 + Math.max(keyLength, 0) + Math.max(valueLength, 0) + encoded(headers).length;
    }

    /** Adds one record; a length of -1 stands for null. */
    void append(
            long timestamp,
            byte[] key,
            int keyAt,
            int keyLength,
            byte[] value,
            int valueAt,
            int valueLength,
            Headers headers) {
        byte[] headerBytes = encoded(headers);
        if (count > 0 && position - batchStart + sizeOf(keyLength, valueLength, headers) > batchBytes) {
            seal(maxTimestamp, appendTime);
        }
        if (count == 0) {
            buffer = Bytes.grow(buffer, position, position + RecordBatch.HEADER);
            batchStart = position;
            position += RecordBatch.HEADER;
            baseTimestamp = timestamp;
            maxTimestamp = timestamp;
        }
        maxTimestamp = Math.max(maxTimestamp, timestamp);
        long delta = appendTime ? 0 : timestamp - baseTimestamp;
        int body = 1
                + Bytes.varlongSize(delta)
                + Bytes.varintSize(count)
                + Bytes.varintSize(keyLength)
                + Math.max(keyLength, 0)
                + Bytes.varintSize(valueLength)
                + Math.max(valueLength, 0)
                + headerBytes.length;
        byte[] target = Bytes.grow(buffer, position, position + Bytes.varintSize(body) + body);
        buffer = target;
        int at = Bytes.putVarint(target, position, body);
        target[at++] = 0;
        at = Bytes.putVarlong(target, at, delta);
        at = Bytes.putVarint(target, at, count);
        at = putField(target, at, key, keyAt, keyLength);
        at = putField(target, at, value, valueAt, valueLength);
        if (headerBytes == NO_HEADERS) {
            target[at++] = 0;
        } else {
            System.arraycopy(headerBytes, 0, target, at, headerBytes.length);
            at += headerBytes.length;
        }
        position = at;
        count++;
        records++;
    }

    private static int putField(byte[] target, int at, byte[] source, int from, int length) {
        int next = Bytes.putVarint(target, at, length);
        if (length <= 0) {
            return next;
        }
        System.arraycopy(source, from, target, next, length);
        return next + length;
    }

    /** Closes the last batch; {@code now} is the time that its records get when they carry append time. */
    void finish(long now) {
        if (count == 0) {
            return;
        }
        if (appendTime) {
            for (int at = 0; at < batchStart; at += (int) RecordBatch.size(buffer, at)) {
                RecordBatch.stamp(buffer, at, now);
            }
        }
        seal(now, false);
    }

    /** Closes a batch; {@code stampedLater} when its time, and with it the checksum, follow in {@link #finish}. */
    private void seal(long now, boolean stampedLater) {
        if (appendTime) {
            baseTimestamp = now;
            maxTimestamp = now;
        }
        header(attributes | compress(), count, sequence);
        if (!stampedLater) {
            putChecksum();
        }
        sequence = (sequence + count) & Integer.MAX_VALUE;
        offsets += count;
        count = 0;
    }

    /** Compresses the records of the batch in place, and returns the codec's number, or 0 when they are left as they are. */
    private int compress() {
        Codec used = codec;
        if (used == null) {
            return 0;
        }
        int from = batchStart + RecordBatch.HEADER;
        int length = position - from;
        int lengthMax = used.maxCompressedLength(length);
        if (compressed.length < lengthMax) {
            compressed = new byte[lengthMax];
        }
        int size = used.compress(buffer, from, length, compressed);
        if (size >= length) {
            return 0;
        }
        System.arraycopy(compressed, 0, buffer, from, size);
        position = from + size;
        bytesSaved += length - size;
        return used.id();
    }

    private void header(int batchAttributes, int batchCount, int baseSequence) {
        byte[] target = buffer;
        int at = batchStart;
        Bytes.putLong(target, at + RecordBatch.BASE_OFFSET, 0);
        Bytes.putInt(target, at + RecordBatch.LENGTH, position - at - RecordBatch.LENGTH_OVERHEAD);
        Bytes.putInt(target, at + RecordBatch.LEADER_EPOCH, 0);
        target[at + RecordBatch.MAGIC] = 2;
        Bytes.putShort(target, at + RecordBatch.ATTRIBUTES, batchAttributes);
        Bytes.putInt(target, at + RecordBatch.LAST_OFFSET_DELTA, batchCount - 1);
        Bytes.putLong(target, at + RecordBatch.BASE_TIMESTAMP, baseTimestamp);
        Bytes.putLong(target, at + RecordBatch.MAX_TIMESTAMP, maxTimestamp);
        Bytes.putLong(target, at + RecordBatch.PRODUCER_ID, producerId);
        Bytes.putShort(target, at + RecordBatch.PRODUCER_EPOCH, producerEpoch);
        Bytes.putInt(target, at + RecordBatch.BASE_SEQUENCE, baseSequence);
        Bytes.putInt(target, at + RecordBatch.COUNT, batchCount);
    }

    private void putChecksum() {
        Bytes.putInt(buffer, batchStart + RecordBatch.CRC, RecordBatch.crc(buffer, batchStart, position - batchStart));
    }

    /** Adds the marker that ends a transaction with a commit. The batches before it are finished. */
    void commitMarker(long now) {
        buffer = Bytes.grow(buffer, position, position + RecordBatch.HEADER + 32);
        batchStart = position;
        baseTimestamp = now;
        maxTimestamp = now;
        byte[] target = buffer;
        int at = Bytes.putVarint(target, position + RecordBatch.HEADER, 6 + MARKER_KEY + MARKER_VALUE);
        target[at++] = 0;
        target[at++] = 0;
        target[at++] = 0;
        at = Bytes.putVarint(target, at, MARKER_KEY);
        Bytes.putShort(target, at, 0);
        Bytes.putShort(target, at + 2, 1);
        at = Bytes.putVarint(target, at + MARKER_KEY, MARKER_VALUE);
        Bytes.putShort(target, at, 0);
        Bytes.putInt(target, at + 2, 0);
        target[at + MARKER_VALUE] = 0;
        position = at + MARKER_VALUE + 1;
        header(attributes | RecordBatch.CONTROL, 1, -1);
        putChecksum();
        offsets++;
    }

    @SuppressWarnings("ReferenceEquality") // the same instance is not encoded again
    private byte[] encoded(Headers headers) {
        if (headers == lastHeaders) {
            return encodedHeaders;
        }
        byte[] bytes = headers.isEmpty() ? NO_HEADERS : encode(headers.list());
        lastHeaders = headers;
        encodedHeaders = bytes;
        return bytes;
    }

    private static byte[] encode(List<Headers.Header> headers) {
        byte[] bytes = new byte[64];
        int at = Bytes.putVarint(bytes, 0, headers.size());
        for (Headers.Header header : headers) {
            byte[] name = header.name().getBytes(StandardCharsets.UTF_8);
            byte[] value = header.value();
            bytes = Bytes.grow(bytes, at, at + name.length + value.length + 10);
            at = putField(bytes, at, name, 0, name.length);
            at = putField(bytes, at, value, 0, value.length);
        }
        return Arrays.copyOf(bytes, at);
    }

    /** The array that holds the batches; {@link #append} may replace it. */
    byte[] array() {
        return buffer;
    }

    /** The bytes so far. */
    int length() {
        return position;
    }

    /** The bytes so far, as they were before any compression: what appending adds to, and closing a batch does not change. */
    int uncompressedLength() {
        return position + bytesSaved;
    }

    /** The records since {@link #reset}, without markers. */
    int records() {
        return records;
    }

    /** The offsets that the finished batches take. */
    int offsets() {
        return offsets;
    }

    /** The sequence number after the finished batches. */
    int nextSequence() {
        return sequence;
    }
}
