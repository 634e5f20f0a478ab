package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.StorageException;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.Storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint file: the whole {@link LogState} and how far each partition reaches, at one place in the journal.
 *
 * <pre>
 *  0 magic     4
 *  4 CRC32C    4   of all that follows
 *  8 length    4   of the file
 * 12 version   4
 * 16 clean     1   whether the log was closed in order
 * 17 journal       LSN 8, file 4, generation 8, position 8
 *    the retention clock, the live groups, the topics that are being deleted, the segments that are being swapped, the next
 *    producer id, the topics with their partitions, the transactional ids, what partitions know of producers, since when
 *    groups are idle, the groups' offsets
 * </pre>
 *
 * A new one is written beside it, forced, and takes its name; then the folder is forced.
 */
final class Snapshot {
    static final String FILE = "log.checkpoint";

    private static final String NEW_FILE = "log.checkpoint.new";
    private static final int MAGIC = 0x4D534331;
    private static final int VERSION = 4;
    private static final int HEADER = 16;

    private Snapshot() {}

    /** What a snapshot says beside the state. */
    record Info(boolean clean, Journal.Place place) {}

    static byte[] encode(LogState state, Journal.Place place, boolean clean) {
        ByteWriter writer = new ByteWriter();
        writer.putInt(MAGIC).putInt(0).putInt(0).putInt(VERSION).putByte(clean ? 1 : 0);
        writer.putLong(place.lsn())
                .putInt(place.file())
                .putLong(place.generation())
                .putLong(place.position());
        RetentionClock.Saved clock = state.retentionClock.saved();
        writer.putLong(clock.time()).putLong(clock.doubtedSince());
        LiveGroups.write(writer, state.liveGroups.all());
        writer.putInt(state.deleted.size());
        state.deleted.forEach(topic -> {
            writer.putString(topic.name()).putUuid(topic.id()).putInt(topic.partitions());
        });
        writer.putInt(state.swaps.size());
        state.swaps.forEach(swap -> swap.write(writer));
        writer.putLong(state.nextProducerId());
        writer.putInt(state.topics().size());
        state.topics().forEach(topic -> writeTopic(writer, topic));
        writer.putInt(state.producers().size());
        state.producers().forEach((id, identity) -> {
            writer.putString(id).putLong(identity.producerId()).putInt(identity.epoch());
            writer.putLong(state.idleProducers.idleSince(id));
        });
        writeProducerStates(writer, state);
        writeIdleGroups(writer, state.offsets);
        state.offsets.forEach((group, key, offset) -> {
            writer.putString(group).putUuid(key.topic()).putInt(key.partition());
            writer.putLong(offset.offset()).putInt(offset.leaderEpoch()).putString(offset.metadata());
        });
        byte[] bytes = writer.copy();
        Bytes.putInt(bytes, 8, bytes.length);
        Bytes.putInt(bytes, 4, crc(bytes));
        return bytes;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 8, bytes.length - 8);
        return (int) crc.getValue();
    }

    private static void writeTopic(ByteWriter writer, Topic topic) {
        writer.putString(topic.name()).putUuid(topic.id());
        writeSettings(writer, topic.description().settings());
        writer.putInt(topic.partitions().size());
        for (PartitionLog partition : topic.partitions()) {
            PartitionLog.Extent extent = partition.extent();
            writer.putLong(extent.start()).putLong(extent.end());
            writer.putLong(extent.activeBase()).putLong(extent.activeSize());
            writer.putLong(extent.bytes()).putLong(extent.appendTime());
            partition.compacted().write(writer);
            List<LeaderEpochs.Start> starts = partition.epochs().starts();
            writer.putInt(starts.size());
            starts.forEach(start -> writer.putInt(start.epoch()).putLong(start.offset()));
        }
    }

    static void writeSettings(ByteWriter writer, TopicSettings settings) {
        writer.putString(settings.cleanup().name())
                .putString(settings.timestampType().name())
                .putString(settings.compression().name());
        writer.putInt(settings.maxRecordBytes()).putInt(settings.segmentBytes());
        writer.putLong(settings.segmentMillis()).putLong(settings.retentionMillis());
        writer.putLong(settings.retentionBytes()).putByte(settings.keepUnread() ? 1 : 0);
        writer.putLong(settings.deleteRetentionMillis()).putLong(settings.minCompactionLagMillis());
        writer.putLong(settings.maxCompactionLagMillis());
        writer.putLong(Double.doubleToLongBits(settings.minCleanableRatio()));
    }

    static TopicSettings readSettings(ByteReader reader) {
        return TopicSettings.defaults().toBuilder()
                .cleanup(TopicSettings.Cleanup.valueOf(reader.getString()))
                .timestampType(TopicSettings.TimestampType.valueOf(reader.getString()))
                .compression(TopicSettings.Compression.valueOf(reader.getString()))
                .maxRecordBytes(reader.getInt())
                .segmentBytes(reader.getInt())
                .segmentMillis(reader.getLong())
                .retentionMillis(reader.getLong())
                .retentionBytes(reader.getLong())
                .keepUnread(reader.getByte() == 1)
                .deleteRetentionMillis(reader.getLong())
                .minCompactionLagMillis(reader.getLong())
                .maxCompactionLagMillis(reader.getLong())
                .minCleanableRatio(Double.longBitsToDouble(reader.getLong()))
                .build();
    }

    /**
     * Writes and forces the file.
     *
     * @throws FatalIOException when nobody knows whether the new one is there; after another failure the old one is
     */
    static void write(Storage storage, Path root, byte[] bytes) throws IOException {
        Path fresh = root.resolve(NEW_FILE);
        try (StoredFile file = storage.open(fresh)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.truncate(bytes.length);
            try {
                file.force();
            } catch (IOException e) {
                throw new FatalIOException(e);
            }
        }
        try {
            storage.rename(fresh, root.resolve(FILE));
            storage.forceDirectory(root);
        } catch (IOException e) {
            throw new FatalIOException(e);
        }
    }

    /** Fills an empty state from the file; null when there is none. */
    static @Nullable Info read(Storage storage, Path root, LogState state) throws IOException {
        Path path = root.resolve(FILE);
        long size = storage.size(path);
        if (size < 0) {
            return null;
        }
        byte[] bytes = new byte[(int) Math.min(size, Integer.MAX_VALUE - 8)];
        try (StoredFile file = storage.open(path)) {
            file.read(ByteBuffer.wrap(bytes), 0);
        }
        if (bytes.length < HEADER
                || Bytes.getInt(bytes, 0) != MAGIC
                || Bytes.getInt(bytes, 8) != bytes.length
                || Bytes.getInt(bytes, 4) != crc(bytes)) {
            throw new StorageException(
                    "the checkpoint '" + path
                            + "' is damaged: its checksum is wrong; the log is not opened, restore the data folder from a copy");
        }
        if (Bytes.getInt(bytes, 12) != VERSION) {
            throw new LogException("the data folder '" + root + "' has format " + Bytes.getInt(bytes, 12)
                    + "; this version reads format " + VERSION
                    + " only: open it with the version that wrote it, or begin with an empty folder");
        }
        return decode(new ByteReader(bytes, HEADER, bytes.length), state);
    }

    private static Info decode(ByteReader reader, LogState state) {
        boolean clean = reader.getByte() == 1;
        long lsn = reader.getLong();
        int file = reader.getInt();
        long generation = reader.getLong();
        Journal.Place place = new Journal.Place(lsn, file, generation, reader.getLong(), 0);
        long time = reader.getLong();
        state.retentionClock.restore(new RetentionClock.Saved(time, reader.getLong()));
        state.liveGroups.set(LiveGroups.read(reader));
        int deleted = reader.getInt();
        for (int i = 0; i < deleted; i++) {
            String name = reader.getString();
            UUID id = reader.getUuid();
            state.deleted.add(new LogState.Deleted(name, id, reader.getInt()));
        }
        int swaps = reader.getInt();
        for (int i = 0; i < swaps; i++) {
            state.swaps.add(SegmentSwap.read(reader));
        }
        state.setNextProducerId(reader.getLong());
        int topics = reader.getInt();
        for (int i = 0; i < topics; i++) {
            readTopic(reader, state);
        }
        state.swaps.forEach(swap -> expectSwap(state, swap));
        int producers = reader.getInt();
        for (int i = 0; i < producers; i++) {
            String id = reader.getString();
            long producerId = reader.getLong();
            state.putProducer(id, new LogState.ProducerIdentity(producerId, reader.getInt()));
            state.idleProducers.restore(id, reader.getLong());
        }
        readProducerStates(reader, state);
        readGroups(reader, state.offsets);
        return new Info(clean, place);
    }

    private static void writeProducerStates(ByteWriter writer, LogState state) {
        List<PartitionLog> known = new ArrayList<>();
        state.topics()
                .forEach(topic -> topic.partitions().stream()
                        .filter(partition -> !partition.producers.isEmpty())
                        .forEach(known::add));
        writer.putInt(known.size());
        for (PartitionLog partition : known) {
            writer.putUuid(partition.topic.id()).putInt(partition.name.partition());
            partition.producers.write(writer);
        }
    }

    private static void readProducerStates(ByteReader reader, LogState state) {
        int partitions = reader.getInt();
        for (int i = 0; i < partitions; i++) {
            UUID topic = reader.getUuid();
            PartitionLog partition =
                    Objects.requireNonNull(state.partition(new OffsetStore.Key(topic, reader.getInt())));
            partition.producers.read(reader);
        }
    }

    private static void writeIdleGroups(ByteWriter writer, OffsetStore offsets) {
        List<String> idle = offsets.names().stream().filter(offsets::isIdle).toList();
        writer.putInt(idle.size());
        idle.forEach(group -> writer.putString(group).putLong(offsets.idleSince(group)));
    }

    /** Since when groups are idle, then the offsets of all. */
    private static void readGroups(ByteReader reader, OffsetStore offsets) {
        int groups = reader.getInt();
        List<Runnable> restore = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            String group = reader.getString();
            long since = reader.getLong();
            restore.add(() -> offsets.restoreIdle(group, since));
        }
        while (reader.hasMore()) {
            readOffset(reader, offsets);
        }
        restore.forEach(Runnable::run);
    }

    static void readOffset(ByteReader reader, OffsetStore offsets) {
        String group = reader.getString();
        UUID topic = reader.getUuid();
        OffsetStore.Key key = new OffsetStore.Key(topic, reader.getInt());
        long offset = reader.getLong();
        int leaderEpoch = reader.getInt();
        offsets.put(group, key, new OffsetAndMetadata(offset, leaderEpoch, reader.getString()));
    }

    private static void readTopic(ByteReader reader, LogState state) {
        String name = reader.getString();
        UUID id = reader.getUuid();
        TopicSettings settings = readSettings(reader);
        int count = reader.getInt();
        TopicDescription description = new TopicDescription(name, id, count, settings);
        Topic.Identity identity = Topic.Identity.of(description);
        List<PartitionLog> partitions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long start = reader.getLong();
            long end = reader.getLong();
            long activeBase = reader.getLong();
            long activeSize = reader.getLong();
            long bytes = reader.getLong();
            PartitionLog.Extent extent =
                    new PartitionLog.Extent(start, end, activeBase, activeSize, bytes, reader.getLong());
            PartitionLog.Compacted compacted = PartitionLog.Compacted.read(reader);
            PartitionLog partition = state.newPartition(identity, settings, i, extent, readEpochs(reader));
            partition.setCompacted(compacted);
            partitions.add(partition);
        }
        state.addTopic(description, partitions);
    }

    private static void expectSwap(LogState state, SegmentSwap swap) {
        PartitionLog partition = state.partition(new OffsetStore.Key(swap.topic(), swap.partition()));
        if (partition != null) {
            partition.expectSwap(partition.compacted(), 0);
        }
    }

    private static LeaderEpochs readEpochs(ByteReader reader) {
        int count = reader.getInt();
        List<LeaderEpochs.Start> starts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int epoch = reader.getInt();
            starts.add(new LeaderEpochs.Start(epoch, reader.getLong()));
        }
        return new LeaderEpochs(starts);
    }
}
