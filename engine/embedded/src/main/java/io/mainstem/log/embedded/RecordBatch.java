package io.mainstem.log.embedded;

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

    /** Gives all records of a batch that fills the array this time. */
    static void setAppendTime(byte[] array, long now) {
        Bytes.putShort(array, ATTRIBUTES, attributes(array, 0) | APPEND_TIME);
        Bytes.putLong(array, MAX_TIMESTAMP, now);
        Bytes.putInt(array, CRC, crc(array, 0, array.length));
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

    static int crc(byte[] array, int at, int size) {
        CRC32C crc = new CRC32C();
        crc.update(array, at + ATTRIBUTES, size - ATTRIBUTES);
        return (int) crc.getValue();
    }
}
