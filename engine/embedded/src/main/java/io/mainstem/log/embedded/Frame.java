package io.mainstem.log.embedded;

import io.mainstem.log.LiveGroup;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.TopicSettings;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * One journal frame under construction: the changes of one or more commits, which reach the disk together or not at all.
 *
 * <pre>
 *  0 magic         4
 *  4 CRC32C        4   of all that follows, up to the length
 *  8 length        4   of the frame; it is padded with zeros to a multiple of {@link #ALIGNMENT}
 * 12 reserved      4
 * 16 generation    8   of the journal file; a recycled file's old frames have another
 * 24 LSN           8   the number of the frame, rising by one
 * 32 durable LSN   8   the last frame known to be forced when this one was written
 * 40 the entries
 * </pre>
 *
 * Frames begin on page boundaries, so that writing one never touches a page that holds an older one.
 *
 * <p>Guarded by the append lock; used again for the next frame.
 */
final class Frame {
    static final int MAGIC = 0x4D534A31;
    static final int ALIGNMENT = 4096;
    static final int HEADER = 40;

    static final int BATCHES = 1;
    static final int REFERENCE = 2;
    static final int OFFSET = 3;
    static final int GROUP_DELETED = 4;
    static final int PRODUCER = 5;
    static final int TOPIC_CREATED = 6;
    static final int TOPIC_DELETED = 7;
    static final int TOPIC_ALTERED = 8;
    static final int PARTITIONS_ADDED = 9;
    static final int START = 10;
    static final int LIVE_GROUPS = 11;
    static final int COMPACTED = 12;

    private static final byte[] EMPTY = {};
    private static final byte[] PADDING = new byte[ALIGNMENT];

    private final ByteWriter fields = new ByteWriter();
    private byte[][] arrays = new byte[8][];
    private int[] fieldsBefore = new int[8];
    private int[] lengths = new int[8];
    private int count;
    private int length;

    /** Begins an empty frame. */
    void reset() {
        fields.reset();
        Arrays.fill(arrays, 0, count, EMPTY);
        count = 0;
        for (int i = 0; i < HEADER / 8; i++) {
            fields.putLong(0);
        }
        length = HEADER;
    }

    boolean isEmpty() {
        return length() == HEADER;
    }

    /** The length without padding. */
    int length() {
        return length - HEADER + fields.length();
    }

    /** The length in the file. */
    int paddedLength() {
        return (length() + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Batches that have their offsets; the array must stay as it is until the frame is written. */
    void batches(UUID topic, int partition, byte[] array, int size) {
        fields.putByte(BATCHES).putUuid(topic).putInt(partition).putInt(size);
        if (count == arrays.length) {
            arrays = Arrays.copyOf(arrays, count * 2);
            fieldsBefore = Bytes.grow(fieldsBefore);
            lengths = Bytes.grow(lengths);
        }
        arrays[count] = array;
        fieldsBefore[count] = fields.length();
        lengths[count] = size;
        count++;
        length += size;
    }

    /**
     * The end of a partition whose batches are in its segment only.
     *
     * @param digest that of the batches that the end is behind of ({@link RecordBatch#digest})
     */
    void reference(UUID topic, int partition, long nextOffset, int digest) {
        fields.putByte(REFERENCE)
                .putUuid(topic)
                .putInt(partition)
                .putLong(nextOffset)
                .putInt(digest);
    }

    void offset(String group, UUID topic, int partition, OffsetAndMetadata offset) {
        fields.putByte(OFFSET).putString(group).putUuid(topic).putInt(partition);
        fields.putLong(offset.offset()).putInt(offset.leaderEpoch()).putString(offset.metadata());
    }

    void groupDeleted(String group) {
        fields.putByte(GROUP_DELETED).putString(group);
    }

    /** A producer id that was given out, to a transactional id or (empty) to nobody in particular. */
    void producer(String transactionalId, long producerId, int epoch) {
        fields.putByte(PRODUCER).putString(transactionalId).putLong(producerId).putInt(epoch);
    }

    void topicCreated(String name, UUID id, int partitions, TopicSettings settings) {
        fields.putByte(TOPIC_CREATED).putString(name).putUuid(id).putInt(partitions);
        Snapshot.writeSettings(fields, settings);
    }

    void topicDeleted(UUID id) {
        fields.putByte(TOPIC_DELETED).putUuid(id);
    }

    void topicAltered(UUID id, TopicSettings settings) {
        fields.putByte(TOPIC_ALTERED).putUuid(id);
        Snapshot.writeSettings(fields, settings);
    }

    void partitionsAdded(UUID id, int partitions) {
        fields.putByte(PARTITIONS_ADDED).putUuid(id).putInt(partitions);
    }

    /** All records of a partition before an offset are deleted. */
    void start(UUID topic, int partition, long offset) {
        fields.putByte(START).putUuid(topic).putInt(partition).putLong(offset);
    }

    /** One segment takes the place of others, which had {@code saved} bytes more. */
    void compacted(SegmentSwap swap, PartitionLog.Compacted after, long saved) {
        fields.putByte(COMPACTED);
        swap.write(fields);
        after.write(fields);
        fields.putLong(saved);
    }

    void liveGroups(Map<String, LiveGroup> groups) {
        fields.putByte(LIVE_GROUPS);
        LiveGroups.write(fields, groups);
    }

    /** Fills in the header, checksum last. */
    void finish(long generation, long lsn, long durableLsn) {
        byte[] header = fields.array();
        Bytes.putInt(header, 0, MAGIC);
        Bytes.putInt(header, 8, length());
        Bytes.putInt(header, 12, 0);
        Bytes.putLong(header, 16, generation);
        Bytes.putLong(header, 24, lsn);
        Bytes.putLong(header, 32, durableLsn);
        CRC32C crc = new CRC32C();
        int from = 8;
        for (int i = 0; i < count; i++) {
            crc.update(header, from, fieldsBefore[i] - from);
            crc.update(arrays[i], 0, lengths[i]);
            from = fieldsBefore[i];
        }
        crc.update(header, from, fields.length() - from);
        Bytes.putInt(header, 4, (int) crc.getValue());
    }

    /** Gives the pieces of the frame, in order, then the padding. */
    void forEachPart(Part part) throws IOException {
        byte[] header = fields.array();
        int from = 0;
        for (int i = 0; i < count; i++) {
            part.bytes(header, from, fieldsBefore[i] - from);
            part.bytes(arrays[i], 0, lengths[i]);
            from = fieldsBefore[i];
        }
        part.bytes(header, from, fields.length() - from);
        part.bytes(PADDING, 0, paddedLength() - length());
    }

    /** Takes one piece of a frame. */
    interface Part {
        void bytes(byte[] array, int from, int length) throws IOException;
    }
}
