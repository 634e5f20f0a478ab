package io.mainstem.log.embedded;

/**
 * Walks over the records of one batch whose checksum is right, and knows where the parts of each are. Compressed ones are
 * decompressed. One thread at a time; {@link #close} gives the memory back.
 */
final class BatchRecords implements AutoCloseable {
    private DecompressionBuffer decompressed = DecompressionBuffer.take();
    private byte[] array = {};
    private int position;
    private int end;
    private int left;
    private int start;
    private int timestampAt;
    private int offsetAt;
    private long timestampDelta;
    private int offsetDelta;
    private int keyAt;
    private int keyLength;
    private boolean hasValue;

    /** Goes to the beginning of a batch. */
    void open(byte[] batches, int at) throws PayloadException {
        int from = at + RecordBatch.HEADER;
        int length = (int) RecordBatch.size(batches, at) - RecordBatch.HEADER;
        int id = RecordBatch.attributes(batches, at) & RecordBatch.CODEC_MASK;
        left = RecordBatch.count(batches, at);
        if (id == 0 || left == 0) {
            array = batches;
            position = from;
            end = from + length;
            return;
        }
        Codec codec = Codec.of(id);
        if (codec == null) {
            throw new PayloadException("are compressed with codec " + id + ", which does not exist in Kafka's format");
        }
        decompressed.giveBack();
        decompressed = DecompressionBuffer.take();
        codec.decompress(batches, from, length, decompressed);
        array = decompressed.array();
        position = 0;
        end = decompressed.length();
    }

    /** Goes to the next record, if there is one. */
    boolean next() throws PayloadException {
        if (left == 0) {
            return false;
        }
        left--;
        try {
            read();
        } catch (IndexOutOfBoundsException e) {
            throw unfit();
        }
        return true;
    }

    private void read() throws PayloadException {
        start = position;
        int length = (int) varlong();
        int recordEnd = position + length;
        if (length <= 0 || recordEnd > end) {
            throw unfit();
        }
        position++;
        timestampAt = position;
        timestampDelta = varlong();
        offsetAt = position;
        offsetDelta = (int) varlong();
        keyLength = (int) varlong();
        keyAt = position;
        position += Math.max(keyLength, 0);
        int valueLength = (int) varlong();
        hasValue = valueLength >= 0;
        if (keyLength < -1 || valueLength < -1 || valueLength > recordEnd - position) {
            throw unfit();
        }
        position = recordEnd;
    }

    private static PayloadException unfit() {
        return new PayloadException("have lengths that do not fit");
    }

    private long varlong() {
        int current = array[position++];
        long value = current & 0x7F;
        int shift = 7;
        while (current < 0 && shift < 70) {
            current = array[position++];
            value |= (long) (current & 0x7F) << shift;
            shift += 7;
        }
        return (value >>> 1) ^ -(value & 1);
    }

    /** Where the records are. */
    byte[] array() {
        return array;
    }

    /** Where the record begins, with its length. */
    int start() {
        return start;
    }

    /** Where it ends. */
    int end() {
        return position;
    }

    /** Where its timestamp begins, behind its attributes. */
    int timestampAt() {
        return timestampAt;
    }

    /** Where its timestamp ends and its offset begins. */
    int offsetAt() {
        return offsetAt;
    }

    /** Its timestamp, relative to the base timestamp of the batch. */
    long timestampDelta() {
        return timestampDelta;
    }

    /** Its offset, relative to the base offset of the batch. */
    int offsetDelta() {
        return offsetDelta;
    }

    int keyAt() {
        return keyAt;
    }

    /** The length of its key, or -1 without one. */
    int keyLength() {
        return keyLength;
    }

    /** Whether it has a value; one without deletes its key. */
    boolean hasValue() {
        return hasValue;
    }

    @Override
    public void close() {
        decompressed.giveBack();
    }
}
