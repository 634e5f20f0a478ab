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
    private final Storage storage;
    private final LogState state;
    private final DataFolder data;
    private final Staging staging;
    private final Map<PartitionLog, List<Reference>> references = new HashMap<>();
    private final Set<PartitionLog> replayed = new HashSet<>();
    private boolean forceFailed;

    Recovery(LogState state, Staging staging) {
        this.state = state;
        this.data = state.data();
        this.storage = data.files().storage();
        this.staging = staging;
    }

    /** Reads checkpoint and journal, and returns the end of the journal. */
    Journal.Place run() throws IOException {
        Path root = data.root();
        Snapshot.Info info = Snapshot.read(storage, root, state);
        if (info == null) {
            return begin(root);
        }
        findTrash(root);
        forceFailed = data.files().mark().isSet();
        Journal.Place end;
        try {
            end = new JournalReader(storage, root, info.place()).read(this::replay, info.clean());
            followAll();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        data.clean().set(info.clean());
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

    /** What was being deleted is deleted on. */
    private void findTrash(Path root) throws IOException {
        for (String name : storage.list(root)) {
            if (name.endsWith(Trash.DELETED)) {
                data.trash().add(root.resolve(name), 0);
            }
        }
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
                Reference reference = new Reference(entries.getLong(), entries.getInt());
                if (partition != null) {
                    references
                            .computeIfAbsent(partition, key -> new ArrayList<>())
                            .add(reference);
                }
            }
            case Frame.OFFSET -> Snapshot.readOffset(entries, state.offsets);
            case Frame.GROUP_DELETED -> state.deleteGroup(entries.getString());
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
            case Frame.TOPIC_ALTERED -> {
                UUID id = entries.getUuid();
                state.alterTopic(id, Snapshot.readSettings(entries));
            }
            case Frame.PARTITIONS_ADDED -> {
                UUID id = entries.getUuid();
                state.addPartitions(id, entries.getInt());
            }
            case Frame.START -> {
                UUID topic = entries.getUuid();
                PartitionLog partition = state.partition(new OffsetStore.Key(topic, entries.getInt()));
                long start = entries.getLong();
                if (partition != null) {
                    partition.truncateBefore(start);
                }
            }
            case Frame.COMPACTED -> replayCompaction(entries);
            case Frame.LIVE_GROUPS -> state.liveGroups.set(LiveGroups.read(entries));
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

    /** What is read here may not be on disk: the files get their names after the first checkpoint. */
    private void replayCompaction(ByteReader entries) {
        SegmentSwap swap = SegmentSwap.read(entries);
        PartitionLog.Compacted after = PartitionLog.Compacted.read(entries);
        long saved = entries.getLong();
        PartitionLog partition = state.partition(new OffsetStore.Key(swap.topic(), swap.partition()));
        if (partition != null) {
            state.swaps.add(swap);
            partition.expectSwap(after, saved);
        }
    }

    /**
     * Finishes swaps of compacted segments that may have been cut short, once a checkpoint has them, and deletes what
     * compactions that came to nothing have left.
     */
    static void finishSwaps(LogState state) throws IOException {
        for (SegmentSwap swap : state.swaps) {
            PartitionLog partition = state.partition(new OffsetStore.Key(swap.topic(), swap.partition()));
            if (partition != null) {
                partition.finishSwap(swap);
            }
        }
        state.swaps.clear();
        for (Topic topic : state.topics()) {
            boolean compacts = topic.description().settings().cleanup().compacts();
            for (PartitionLog partition : topic.partitions()) {
                if (compacts || !state.data().closedInOrder()) {
                    partition.segmentFiles().deleteStrays();
                }
            }
        }
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
        state.deleted.add(new LogState.Deleted(
                topic.name(), topic.id(), topic.partitions().size()));
    }

    /**
     * Finishes deletions that may have been cut short, once a checkpoint has them: what was read from the journal may not
     * be on disk before, and then the topic would come back without its files. A topic that was made anew under the same
     * name proves that the old one's folders were gone before.
     */
    static void finishDeletions(LogState state) throws IOException {
        for (LogState.Deleted topic : state.deleted) {
            if (state.topic(topic.name()) == null) {
                removeFolders(state.data(), topic);
            }
        }
        state.deleted.clear();
    }

    /** Takes the folders of a deleted topic away: renamed first, so that none is ever half there under its name. */
    static void removeFolders(DataFolder data, LogState.Deleted topic) throws IOException {
        Storage storage = data.files().storage();
        List<Path> renamed = new ArrayList<>();
        for (int i = 0; i < topic.partitions(); i++) {
            Path folder = data.root().resolve(topic.name() + "-" + i);
            if (storage.size(folder) >= 0) {
                Path target = Trash.freeName(storage, data.root(), topic.id() + "-" + i);
                storage.rename(folder, target);
                renamed.add(target);
            }
        }
        storage.forceDirectory(data.root());
        renamed.forEach(folder -> data.trash().add(folder, 0));
    }

    /** What a commit appended to a partition: up to where, and the digest of its batches. */
    private record Reference(long end, int digest) {}

    private void followAll() throws IOException {
        ByteBuffer buffer = FileWindow.directBuffer();
        for (Map.Entry<PartitionLog, List<Reference>> entry : references.entrySet()) {
            follow(entry.getKey(), entry.getValue(), buffer);
        }
    }

    /** Brings a partition to the end of its last commit of which nothing is missing. */
    private void follow(PartitionLog partition, List<Reference> commits, ByteBuffer buffer) throws IOException {
        try (Follower follower = new Follower(partition, data, buffer)) {
            for (Reference commit : commits) {
                if (!follower.follow(commit.end, commit.digest)) {
                    break;
                }
            }
            if (forceFailed) {
                follower.rewrite(staging);
            }
            // What a commit that is not whole has counted.
            partition.producers.undo(0);
            PartitionLog.Extent reached = follower.reached();
            // Without forces the truncation may have outlived records behind it.
            partition.expect(reached.startingAtMost(reached.end()));
        }
    }
}
