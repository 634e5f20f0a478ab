package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Brings state and segments to the end of the journal. Segments are cut to where the checkpoint saw them and written
 * again from the journal, so that what a later force covers are fresh writes; it can be interrupted and repeated at any
 * point. The caller makes a checkpoint afterwards, before anybody may read.
 */
final class Recovery {
    /** How the folder of a deleted topic's partition is called until it is gone. */
    static final String DELETED = ".deleted";

    private final Storage storage;
    private final LogState state;
    private final OpenFiles files;
    private final DirtyFiles dirty;
    private final Staging staging;
    private final Map<PartitionLog, Long> references = new HashMap<>();
    private final Set<PartitionLog> replayed = new HashSet<>();
    private final List<Topic> deleted = new ArrayList<>();

    Recovery(LogState state, OpenFiles files, DirtyFiles dirty, Staging staging) {
        this.storage = files.storage();
        this.state = state;
        this.files = files;
        this.dirty = dirty;
        this.staging = staging;
    }

    /** Reads checkpoint and journal, and returns the end of the journal. */
    Journal.Place run() throws IOException {
        Path root = state.root();
        Snapshot.Info info = Snapshot.read(storage, root, state);
        if (info == null) {
            return begin(root);
        }
        removeDeletedFolders(root);
        Journal.Place end;
        try {
            end = new JournalReader(storage, root, info.place()).read(this::replay, info.clean());
            for (Map.Entry<PartitionLog, Long> reference : references.entrySet()) {
                follow(reference.getKey(), reference.getValue());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        finishDeletions();
        replayed.forEach(PartitionLog::publish);
        if (!info.clean()) {
            state.topics().forEach(topic -> topic.partitions().forEach(PartitionLog::raiseEpoch));
        }
        return end;
    }

    /** A log that is begun has a checkpoint before anything else. */
    private Journal.Place begin(Path root) throws IOException {
        if (!Journal.numbers(storage, root).isEmpty()) {
            throw new LogException("the data folder '" + root + "' has a journal but no checkpoint '" + Snapshot.FILE
                    + "'; the log is not opened, restore the data folder from a copy");
        }
        return Journal.Place.START;
    }

    private void removeDeletedFolders(Path root) throws IOException {
        for (String name : storage.list(root)) {
            if (name.endsWith(DELETED)) {
                deleteFolder(storage, root.resolve(name));
            }
        }
    }

    static void deleteFolder(Storage storage, Path folder) throws IOException {
        for (String name : storage.list(folder)) {
            storage.delete(folder.resolve(name));
        }
        storage.delete(folder);
    }

    private void replay(ByteReader entries) {
        try {
            while (entries.hasMore()) {
                replayEntry(entries);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void replayEntry(ByteReader entries) throws IOException {
        int type = entries.getByte();
        switch (type) {
            case Frame.BATCHES -> replayBatches(entries);
            case Frame.REFERENCE -> {
                UUID topic = entries.getUuid();
                PartitionLog partition = state.partition(new OffsetStore.Key(topic, entries.getInt()));
                long next = entries.getLong();
                if (partition != null) {
                    references.put(partition, next);
                }
            }
            case Frame.OFFSET -> Snapshot.readOffset(entries, state.offsets);
            case Frame.GROUP_DELETED -> state.offsets.deleteGroup(entries.getString());
            case Frame.PRODUCER -> {
                String id = entries.getString();
                long producerId = entries.getLong();
                state.putProducer(id, new LogState.ProducerIdentity(producerId, entries.getInt()));
            }
            case Frame.TOPIC_CREATED -> {
                String name = entries.getString();
                UUID id = entries.getUuid();
                int partitions = entries.getInt();
                TopicSettings settings = Snapshot.readSettings(entries);
                state.addTopic(new TopicDescription(name, id, partitions, settings));
            }
            case Frame.TOPIC_DELETED -> replayDeletion(entries.getUuid());
            default ->
                throw new LogException("the journal has an entry of type " + type
                        + ", which this version does not know; open the log with the version that wrote it");
        }
    }

    private void replayBatches(ByteReader entries) throws IOException {
        UUID topic = entries.getUuid();
        PartitionLog partition = state.partition(new OffsetStore.Key(topic, entries.getInt()));
        int length = entries.getInt();
        int at = entries.skip(length);
        if (partition == null) {
            return;
        }
        partition.load();
        long base = RecordBatch.baseOffset(entries.array(), at);
        if (base != partition.stagedEnd()) {
            throw new LogException("the journal continues partition " + partition + " at offset " + base
                    + ", but it ends at " + partition.stagedEnd() + "; the log is not opened, restore the data folder"
                    + " from a copy");
        }
        partition.write(entries.array(), at, length, staging);
        partition.producers.stage(entries.array(), at, length);
        partition.producers.publish();
        replayed.add(partition);
    }

    private void replayDeletion(UUID id) throws IOException {
        Topic topic = state.removeTopic(id);
        if (topic == null) {
            return;
        }
        for (PartitionLog partition : topic.partitions()) {
            references.remove(partition);
            replayed.remove(partition);
            partition.markDeleted();
        }
        deleted.add(topic);
    }

    /**
     * Finishes deletions that may have been cut short. A topic that was made anew under the same name proves that the
     * old one's folders were gone before.
     */
    private void finishDeletions() throws IOException {
        for (Topic topic : deleted) {
            if (state.topic(topic.name()) == null) {
                removeFolders(storage, state.root(), topic);
            }
        }
    }

    /** Takes the folders of a deleted topic away: renamed first, so that none is ever half there under its name. */
    static void removeFolders(Storage storage, Path root, Topic topic) throws IOException {
        for (PartitionLog partition : topic.partitions()) {
            if (storage.size(partition.folder) >= 0) {
                storage.rename(partition.folder, deletedFolder(root, topic, partition));
            }
        }
        storage.forceDirectory(root);
        for (PartitionLog partition : topic.partitions()) {
            deleteFolder(storage, deletedFolder(root, topic, partition));
        }
    }

    private static Path deletedFolder(Path root, Topic topic, PartitionLog partition) {
        return root.resolve(topic.id() + "-" + partition.name.partition() + DELETED);
    }

    /**
     * Reads the batches behind the checkpoint up to where the journal says that they end, or the first bad one. All of
     * them are of the epoch that the last open began; older ones are what an earlier recovery cut.
     */
    private void follow(PartitionLog partition, long end) throws IOException {
        PartitionLog.Extent extent = partition.extent();
        Segment segment = followed(partition, extent.activeBase());
        long position = extent.activeSize();
        long offset = extent.end();
        byte[] header = new byte[RecordBatch.HEADER];
        while (offset < end) {
            long size = goodBatch(segment, position, offset, partition.epochs().current(), header);
            if (size >= 0) {
                partition.producers.stageOne(header, 0);
                partition.producers.publish();
                offset = RecordBatch.nextOffset(header, 0);
                position += size;
                continue;
            }
            if (offset == segment.baseOffset || position < segment.size) {
                break;
            }
            Segment next = followed(partition, offset);
            if (next.size == 0) {
                break;
            }
            segment = next;
            position = 0;
        }
        partition.expect(new PartitionLog.Extent(extent.start(), offset, segment.baseOffset, position));
    }

    /** A segment whose bytes, and whose place in the folder, nothing has forced yet. */
    private Segment followed(PartitionLog partition, long baseOffset) throws IOException {
        Segment segment = new Segment(partition.folder, baseOffset);
        segment.size = Math.max(0, storage.size(segment.file));
        if (segment.size > 0) {
            dirty.add(segment);
            dirty.addFolder(state.root());
            dirty.addFolder(partition.folder);
        }
        return segment;
    }

    /** The size of the good batch at a position, or -1; its header is left in {@code header}. */
    private long goodBatch(Segment segment, long position, long offset, int epoch, byte[] header) throws IOException {
        if (position + RecordBatch.HEADER > segment.size) {
            return -1;
        }
        segment.read(files, ByteBuffer.wrap(header), position);
        long size = RecordBatch.size(header, 0);
        if (!RecordBatch.plausible(header, 0)
                || RecordBatch.baseOffset(header, 0) != offset
                || Bytes.getInt(header, RecordBatch.LEADER_EPOCH) != epoch
                || position + size > segment.size) {
            return -1;
        }
        byte[] batch = new byte[(int) size];
        segment.read(files, ByteBuffer.wrap(batch), position);
        if (!RecordBatch.crcValid(batch, 0, batch.length)) {
            return -1;
        }
        rewrite(segment, batch, position);
        return size;
    }

    /** The same bytes again: after a failed force they may be in the cache only, and the next force would not know. */
    private void rewrite(Segment segment, byte[] batch, long position) throws IOException {
        Storage.StoredFile handle = files.acquire(segment);
        try {
            staging.write(handle, batch, 0, batch.length, position);
        } finally {
            files.release(segment);
        }
    }
}
