package io.mainstem.log.embedded;

import org.jspecify.annotations.Nullable;

/**
 * Looks at every record of a batch whose checksum is right: lengths, counts, offsets, times. One thread at a time.
 *
 * <p>A reader goes by the lengths alone; this is what it relies on.
 */
final class RecordsCheck {
    private byte[] array = {};
    private int position;
    private int end;

    /** Ends the look at a batch. */
    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * What is wrong inside of a batch, or null.
     *
     * @param compacted whether records may have been taken out of it
     * @throws io.mainstem.log.LogException when the library of its compression cannot be loaded
     */
    @Nullable
    String problem(byte[] batches, int at, boolean compacted) {
        int count = Bytes.getInt(batches, at + RecordBatch.COUNT);
        int lastDelta = Bytes.getInt(batches, at + RecordBatch.LAST_OFFSET_DELTA);
        if (count < 0 || count > lastDelta + 1L || !compacted && count != lastDelta + 1L) {
            return "the batch says that it has " + count + " records, and its offsets make " + (lastDelta + 1L);
        }
        if (count == 0) {
            return null;
        }
        try {
            open(batches, at);
            records(batches, at, count, lastDelta, compacted);
            return null;
        } catch (PayloadException e) {
            return "the records " + e.getMessage();
        } catch (Wrong e) {
            return e.getMessage();
        } catch (IndexOutOfBoundsException e) {
            return "a record reaches beyond the batch";
        }
    }

    private void open(byte[] batches, int at) throws Wrong, PayloadException {
        int size = (int) RecordBatch.size(batches, at);
        int id = RecordBatch.attributes(batches, at) & RecordBatch.CODEC_MASK;
        if (id == 0) {
            array = batches;
            position = at + RecordBatch.HEADER;
            end = at + size;
            return;
        }
        Codec codec = Codec.of(id);
        if (codec == null) {
            throw new Wrong("the batch is compressed with codec " + id + ", which does not exist in Kafka's format");
        }
        array = codec.decompress(batches, at + RecordBatch.HEADER, size - RecordBatch.HEADER);
        position = 0;
        end = array.length;
    }

    private void records(byte[] batches, int at, int count, int lastDelta, boolean compacted) throws Wrong {
        int attributes = RecordBatch.attributes(batches, at);
        boolean control = (attributes & RecordBatch.CONTROL) != 0;
        long baseTimestamp = Bytes.getLong(batches, at + RecordBatch.BASE_TIMESTAMP);
        long greatest = Long.MIN_VALUE;
        long before = -1;
        for (int i = 0; i < count; i++) {
            int length = varint();
            int recordEnd = position + length;
            require(length > 0 && recordEnd <= end, i, "a length that does not fit");
            position++;
            greatest = Math.max(greatest, baseTimestamp + varlong());
            int delta = varint();
            require(
                    compacted ? delta > before && delta <= lastDelta : delta == i,
                    i,
                    "offset " + delta + " in the batch");
            before = delta;
            int key = bytes(recordEnd, i);
            require(!control || key >= 4, i, "no key, which a control record needs");
            bytes(recordEnd, i);
            headers(recordEnd, i);
            require(position == recordEnd, i, "bytes behind its headers");
        }
        if (position != end) {
            throw new Wrong("there are " + (end - position) + " bytes behind the last of " + count + " records");
        }
        long said = RecordBatch.maxTimestamp(batches, at);
        if ((attributes & RecordBatch.APPEND_TIME) == 0 && greatest != said) {
            throw new Wrong("the greatest timestamp of the records is " + greatest + ", and the batch says " + said);
        }
    }

    /** Passes over a key or a value and returns its length. */
    private int bytes(int recordEnd, int record) throws Wrong {
        int length = varint();
        require(length >= -1 && length <= recordEnd - position, record, "a key or value that does not fit");
        position += Math.max(length, 0);
        return length;
    }

    private void headers(int recordEnd, int record) throws Wrong {
        int count = varint();
        require(count >= 0, record, count + " headers");
        for (int i = 0; i < count; i++) {
            int name = varint();
            require(name >= 0 && name <= recordEnd - position, record, "a header that does not fit");
            position += name;
            int value = varint();
            require(value >= -1 && value <= recordEnd - position, record, "a header that does not fit");
            position += Math.max(value, 0);
        }
    }

    private static void require(boolean right, int record, String what) throws Wrong {
        if (!right) {
            throw new Wrong("record " + record + " of the batch has " + what);
        }
    }

    private int varint() {
        return (int) varlong();
    }

    private long varlong() {
        int next = position;
        int current = array[next++];
        long value = current & 0x7F;
        int shift = 7;
        while (current < 0 && shift < 70) {
            current = array[next++];
            value |= (long) (current & 0x7F) << shift;
            shift += 7;
        }
        position = next;
        return (value >>> 1) ^ -(value & 1);
    }
}
