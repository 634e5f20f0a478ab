package io.mainstem.log.embedded;

import io.mainstem.log.GroupDescription;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetSpec;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.StorageException;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicExistsException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Topics and groups, for {@link LogAdmin}. Thread-safe. */
final class Administration implements LogAdmin {
    private static final int PARTITIONS_MAX = 10_000;

    private final Engine engine;
    private final OpenFiles files;
    private final RandomGenerator random;

    Administration(Engine engine, OpenFiles files, RandomGenerator random) {
        this.engine = engine;
        this.files = files;
        this.random = random;
    }

    @Override
    public TopicDescription createTopic(String name, int partitions, TopicSettings settings) {
        Names.checkTopic(name);
        if (partitions < 1 || partitions > PARTITIONS_MAX) {
            throw new IllegalArgumentException("topic '" + name + "' cannot have " + partitions
                    + " partitions; the number must be from 1 to " + PARTITIONS_MAX);
        }
        TopicDescription description = new TopicDescription(name, newId(), partitions, settings);
        Creation creation = new Creation(description);
        engine.checkpointer().betweenCheckpoints(() -> {
            engine.committer().submit(creation);
            creation.await();
            return creation;
        });
        engine.groups().topicsChanged(engine.state());
        return description;
    }

    /** A random UUID of version 4. */
    private synchronized UUID newId() {
        long high = random.nextLong() & ~0xF000L | 0x4000L;
        long low = random.nextLong() & ~(3L << 62) | 1L << 63;
        return new UUID(high, low);
    }

    @Override
    public List<TopicDescription> topics() {
        List<TopicDescription> descriptions = new ArrayList<>();
        engine.state().topics().forEach(topic -> descriptions.add(topic.description()));
        return descriptions;
    }

    @Override
    public Optional<TopicDescription> topic(String name) {
        return Optional.ofNullable(engine.state().topic(name)).map(Topic::description);
    }

    @Override
    public void deleteTopic(String name) {
        Deletion deletion = new Deletion(name);
        // No checkpoint may forget the deletion's frame before the folders are gone for good.
        engine.checkpointer().betweenCheckpoints(() -> {
            engine.committer().submit(deletion);
            deletion.await();
            removeFolders(deletion);
            return deletion;
        });
        engine.groups().topicsChanged(engine.state());
    }

    private void removeFolders(Deletion deletion) {
        Topic topic = deletion.topic;
        if (topic == null) {
            return;
        }
        try {
            for (PartitionLog partition : topic.partitions()) {
                partition.markDeleted();
            }
            Recovery.removeFolders(files.storage(), engine.state().root(), topic);
        } catch (IOException e) {
            engine.committer().fail(e);
            throw new StorageException(
                    "topic '" + topic.name() + "' is deleted, but its files could not be taken away (" + e.getMessage()
                            + "); close the log, check the disk and open it again",
                    e);
        }
    }

    @Override
    public PartitionOffsets offsets(TopicPartition partition) {
        PartitionLog log = engine.state().partition(partition);
        if (log == null) {
            throw new TopicNotFoundException("partition " + partition + " does not exist");
        }
        try {
            return log.offsets();
        } catch (IOException e) {
            throw new StorageException(
                    "the files of partition " + partition + " in '" + log.folder
                            + "' cannot be looked at; check the disk",
                    e);
        }
    }

    @Override
    public long endOfEpoch(TopicPartition partition, int leaderEpoch) {
        long end = offsets(partition).end();
        PartitionLog log = engine.state().partition(partition);
        if (log == null) {
            throw new TopicNotFoundException("partition " + partition + " does not exist");
        }
        return log.epochs().endOf(leaderEpoch, end);
    }

    @Override
    public List<String> groups() {
        Set<String> names = engine.state().offsets.names();
        names.addAll(engine.groups().namesWithMembers());
        return List.copyOf(names);
    }

    @Override
    public Optional<GroupDescription> describeGroup(String name) {
        Optional<Group> group = engine.groups().find(name).filter(Group::hasMembers);
        if (group.isEmpty() && !engine.state().offsets.names().contains(name)) {
            return Optional.empty();
        }
        List<GroupDescription.Member> members = group.map(Group::members).orElse(List.of());
        Map<TopicPartition, String> readers = new TreeMap<>();
        members.forEach(member -> member.assignment().forEach(partition -> readers.put(partition, member.id())));
        Map<TopicPartition, OffsetAndMetadata> committed = committed(name);
        Set<TopicPartition> all = new TreeSet<>(readers.keySet());
        all.addAll(committed.keySet());
        List<GroupDescription.Partition> partitions = new ArrayList<>();
        for (TopicPartition partition : all) {
            PartitionLog log = engine.state().partition(partition);
            if (log != null) {
                OffsetAndMetadata offset = committed.get(partition);
                partitions.add(new GroupDescription.Partition(
                        partition,
                        offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset()),
                        log.start(),
                        log.end(),
                        Optional.ofNullable(readers.get(partition))));
            }
        }
        GroupDescription.State state = group.map(Group::state).orElse(GroupDescription.State.EMPTY);
        int generation = engine.groups().find(name).map(Group::generation).orElse(0);
        return Optional.of(new GroupDescription(name, state, generation, members, partitions));
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> resolve(Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>();
        for (TopicPartition name : partitions) {
            PartitionLog log = engine.state().partition(name);
            if (log == null) {
                throw new TopicNotFoundException("partition " + name + " does not exist");
            }
            long offset = offset(log, spec);
            offsets.put(name, new OffsetAndMetadata(offset, log.epochs().current(), ""));
        }
        return offsets;
    }

    private static long offset(PartitionLog log, OffsetSpec spec) {
        if (spec instanceof OffsetSpec.Earliest) {
            return log.start();
        }
        if (spec instanceof OffsetSpec.At at) {
            log.checkRange(at.offset());
            return at.offset();
        }
        if (spec instanceof OffsetSpec.ForTimestamp timestamp) {
            return offsetForTime(log, timestamp.time().toEpochMilli());
        }
        return log.end();
    }

    /** The first record that is not before the time, found by reading; the end when there is none. */
    private static long offsetForTime(PartitionLog log, long time) {
        Fetcher fetcher = new Fetcher(log, 1 << 20, log.start());
        for (LogChunk chunk = fetcher.fetch(); chunk != null; chunk = fetcher.fetch()) {
            RecordCursor cursor = chunk.cursor();
            while (cursor.next()) {
                if (cursor.timestamp() >= time) {
                    return cursor.offset();
                }
            }
        }
        return fetcher.position();
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
        Map<TopicPartition, OffsetAndMetadata> committed = new TreeMap<>();
        engine.state().offsets.all(group).forEach((key, offset) -> {
            PartitionLog partition = engine.state().partition(key);
            if (partition != null) {
                committed.put(partition.name, offset);
            }
        });
        return committed;
    }

    @Override
    public void reset(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        GroupOffsets moves = new GroupOffsets(engine.state(), group).add(offsets);
        engine.submitAndWait(new GroupChange(group) {
            @Override
            void encode(Frame frame) {
                moves.encode(frame);
            }

            @Override
            void apply() {
                moves.apply();
            }
        });
    }

    @Override
    public void deleteGroup(String group) {
        engine.submitAndWait(new GroupChange(group) {
            @Override
            void encode(Frame frame) {
                frame.groupDeleted(group);
            }

            @Override
            void apply() {
                engine.state().offsets.deleteGroup(group);
            }
        });
    }

    /** A change of a group that has no members. */
    private abstract class GroupChange extends StateChange {
        private final String group;

        GroupChange(String group) {
            this.group = group;
        }

        @Override
        final @Nullable LogException refusal() {
            return engine.groups().hasMembers(group)
                    ? new LogException("group '" + group + "' has members now; stop them first")
                    : null;
        }
    }

    /** A topic on its way into the log. */
    private final class Creation extends StateChange {
        private final TopicDescription description;

        Creation(TopicDescription description) {
            this.description = description;
        }

        @Override
        @Nullable
        LogException refusal() {
            return engine.state().topic(description.name()) == null
                    ? null
                    : new TopicExistsException("a topic named '" + description.name() + "' exists");
        }

        @Override
        boolean alone() {
            return true;
        }

        @Override
        boolean forced() {
            return true;
        }

        @Override
        void encode(Frame frame) {
            frame.topicCreated(description.name(), description.id(), description.partitions(), description.settings());
        }

        @Override
        void apply() {
            engine.state().addTopic(description);
        }
    }

    /** A topic on its way out. */
    private final class Deletion extends StateChange {
        private final String name;

        @Nullable
        Topic topic;

        Deletion(String name) {
            this.name = name;
        }

        @Override
        @Nullable
        LogException refusal() {
            topic = engine.state().topic(name);
            return topic == null ? new TopicNotFoundException("topic '" + name + "' does not exist") : null;
        }

        @Override
        boolean alone() {
            return true;
        }

        @Override
        boolean forced() {
            return true;
        }

        @Override
        void encode(Frame frame) {
            if (topic != null) {
                frame.topicDeleted(topic.id());
            }
        }

        @Override
        void apply() {
            if (topic != null) {
                engine.state().removeTopic(topic.id());
                topic.partitions().forEach(PartitionLog::refuseUse);
            }
        }
    }
}
