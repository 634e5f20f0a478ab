package io.mainstem.log.embedded;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The header of a Kafka record batch, version 2, inside a byte array:
 *
 * <pre>
 *  0 base offset          8    not covered by the CRC
 *  8 length               4    of what follows, not covered
 * 12 leader epoch         4    not covered
 * 16 magic (2)            1    not covered
 * 17 CRC32C               4    of all that follows
 * 21 attributes           2    0-2 codec, 3 append time, 4 transactional, 5 control
 * 23 last offset delta    4
 * 27 base timestamp       8
 * 35 max timestamp        8
 * 43 producer id          8
 * 51 producer epoch       2
 * 53 base sequence        4
 * 57 records              4
 * 61 the records
 * </pre>
 */
final class RecordBatch {
    static final int BASE_OFFSET = 0;
    static final int LENGTH = 8;
    static final int LEADER_EPOCH = 12;
    static final int MAGIC = 16;
    static final int CRC = 17;
    static final int ATTRIBUTES = 21;
    static final int LAST_OFFSET_DELTA = 23;
    static final int BASE_TIMESTAMP = 27;
    static final int MAX_TIMESTAMP = 35;
    static final int PRODUCER_ID = 43;
    static final int PRODUCER_EPOCH = 51;
    static final int BASE_SEQUENCE = 53;
    static final int COUNT = 57;

    /** The size of the header: the least size of a batch. */
    static final int HEADER = 61;

    /** What the length field does not count. */
    static final int LENGTH_OVERHEAD = 12;

    static final int CODEC_MASK = 0x07;
    static final int APPEND_TIME = 0x08;
    static final int TRANSACTIONAL = 0x10;
    static final int CONTROL = 0x20;

    /** The largest batch that is believed; a greater length is damage. */
    static final int SIZE_MAX = 128 << 20;

    private RecordBatch() {}

    static long baseOffset(byte[] array, int at) {
        return Bytes.getLong(array, at + BASE_OFFSET);
    }

    /** The size of the whole batch as its header has it, which may be nonsense. */
    static long size(byte[] array, int at) {
        return (long) Bytes.getInt(array, at + LENGTH) + LENGTH_OVERHEAD;
    }

    /** One past the last offset. */
    static long nextOffset(byte[] array, int at) {
        return baseOffset(array, at) + Bytes.getInt(array, at + LAST_OFFSET_DELTA) + 1;
    }

    static int attributes(byte[] array, int at) {
        return Bytes.getShort(array, at + ATTRIBUTES);
    }

    static long maxTimestamp(byte[] array, int at) {
        return Bytes.getLong(array, at + MAX_TIMESTAMP);
    }

    static boolean isMarker(byte[] array, int at) {
        return (attributes(array, at) & CONTROL) != 0;
    }

    /** The greatest timestamp of a record, or {@code Long.MIN_VALUE} for a marker, whose time is nobody's concern. */
    static long recordTimestamp(byte[] array, int at) {
        return isMarker(array, at) ? Long.MIN_VALUE : maxTimestamp(array, at);
    }

    static long producerId(byte[] array, int at) {
        return Bytes.getLong(array, at + PRODUCER_ID);
    }

    static int producerEpoch(byte[] array, int at) {
        return Bytes.getShort(array, at + PRODUCER_EPOCH);
    }

    static int baseSequence(byte[] array, int at) {
        return Bytes.getInt(array, at + BASE_SEQUENCE);
    }

    /** The sequence of the last record; after the greatest one comes 0. */
    static int lastSequence(byte[] array, int at) {
        return (baseSequence(array, at) + Bytes.getInt(array, at + COUNT) - 1) & Integer.MAX_VALUE;
    }

    /** Gives all records of a batch this time, whatever time they had. */
    static void setAppendTime(byte[] array, int at, long time) {
        Bytes.putShort(array, at + ATTRIBUTES, attributes(array, at) | APPEND_TIME);
        stamp(array, at, time);
    }

    /** Gives the records of a batch with append time a later time, when theirs is before {@code time}. */
    static void notBefore(byte[] array, int at, long time) {
        if (maxTimestamp(array, at) < time && (attributes(array, at) & APPEND_TIME) != 0) {
            stamp(array, at, time);
        }
    }

    /** Gives all records of a batch with append time this time. */
    static void stamp(byte[] array, int at, long time) {
        Bytes.putLong(array, at + BASE_TIMESTAMP, time);
        Bytes.putLong(array, at + MAX_TIMESTAMP, time);
        Bytes.putInt(array, at + CRC, crc(array, at, (int) size(array, at)));
    }

    /** Whether the header could be one: magic, length and offsets make sense. {@link #HEADER} bytes are there. */
    static boolean plausible(byte[] array, int at) {
        long size = size(array, at);
        return array[at + MAGIC] == 2
                && size >= HEADER
                && size <= SIZE_MAX
                && baseOffset(array, at) >= 0
                && Bytes.getInt(array, at + LAST_OFFSET_DELTA) >= 0;
    }

    /** Whether the checksum of a batch, all of whose {@code size} bytes are there, is right. */
    static boolean crcValid(byte[] array, int at, int size) {
        return Bytes.getInt(array, at + CRC) == crc(array, at, size);
    }

    /** A digest of one more batch: its checksum and those of the batches before it. */
    static int digest(int before, byte[] array, int at) {
        return 31 * before + Bytes.getInt(array, at + CRC);
    }

    /** The digest of consecutive batches. */
    static int digest(byte[] array, int from, int length) {
        int digest = 0;
        for (int at = from; at < from + length; at += (int) size(array, at)) {
            digest = digest(digest, array, at);
        }
        return digest;
    }

    /** The same for a batch in a buffer, whose checksum its header has. */
    static boolean crcValid(int expected, ByteBuffer batches, int at, int size) {
        CRC32C crc = new CRC32C();
        crc.update(batches.slice(at + ATTRIBUTES, size - ATTRIBUTES));
        return expected == (int) crc.getValue();
    }

    static int crc(byte[] array, int at, int size) {
        CRC32C crc = new CRC32C();
        crc.update(array, at + ATTRIBUTES, size - ATTRIBUTES);
        return (int) crc.getValue();
    }
}
