package io.mainstem.log.embedded;

import io.mainstem.log.CompactionStatus;
import io.mainstem.log.DiskUsage;
import io.mainstem.log.GroupDescription;
import io.mainstem.log.LiveGroup;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.OffsetOutOfRangeException;
import io.mainstem.log.OffsetSpec;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.StorageException;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicExistsException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** How the names of Mainstem's own topics begin. */
    private static final String INTERNAL = "__";

    private final Engine engine;
    private final RandomGenerator random;

    Administration(Engine engine, RandomGenerator random) {
        this.engine = engine;
        this.random = random;
    }

    @Override
    public TopicDescription createTopic(String name, int partitions, TopicSettings settings) {
        Names.checkTopic(name);
        checkPartitions(name, partitions);
        checkRetention(name, settings);
        // A compression that this machine cannot do is refused now, not at the first record.
        Codec.of(settings.compression());
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

    private static void checkPartitions(String name, int partitions) {
        if (partitions < 1 || partitions > PARTITIONS_MAX) {
            throw new IllegalArgumentException("topic '" + name + "' cannot have " + partitions
                    + " partitions; the number must be from 1 to " + PARTITIONS_MAX);
        }
    }

    /** Positions and schemas must be there for ever. */
    private static void checkRetention(String name, TopicSettings settings) {
        boolean limited = settings.retentionMillis() != TopicSettings.UNLIMITED
                || settings.retentionBytes() != TopicSettings.UNLIMITED;
        if (limited && name.startsWith(INTERNAL)) {
            throw new IllegalArgumentException("topic '" + name
                    + "' is one of Mainstem's own, whose records are never deleted by retention; leave its"
                    + " retention unlimited");
        }
    }

    @Override
    public TopicDescription alterTopic(String name, TopicSettings settings) {
        checkRetention(name, settings);
        Codec.of(settings.compression());
        return change(new Alteration(name) {
            @Override
            void encode(Frame frame) {
                frame.topicAltered(topic().id(), settings);
            }

            @Override
            void apply() {
                engine.state().alterTopic(topic().id(), settings);
            }
        });
    }

    @Override
    public TopicDescription createPartitions(String name, int partitions) {
        checkPartitions(name, partitions);
        TopicDescription description = change(new Alteration(name) {
            @Override
            @Nullable
            RuntimeException objection() {
                int before = topic().partitions().size();
                return partitions > before
                        ? null
                        : new IllegalArgumentException("topic '" + name + "' has " + before
                                + " partitions; it can get more, not " + partitions);
            }

            @Override
            void encode(Frame frame) {
                frame.partitionsAdded(topic().id(), partitions);
            }

            @Override
            void apply() {
                engine.state().addPartitions(topic().id(), partitions);
            }
        });
        engine.groups().topicsChanged(engine.state());
        return description;
    }

    private TopicDescription change(Alteration alteration) {
        try {
            engine.submitAndWait(alteration);
        } catch (LogException e) {
            RuntimeException objection = alteration.objection;
            throw objection == null ? e : objection;
        }
        return topic(alteration.name)
                .filter(now -> now.id().equals(alteration.topic().id()))
                .orElseThrow(() -> notFound(alteration.name));
    }

    private static TopicNotFoundException notFound(String topic) {
        return new TopicNotFoundException("topic '" + topic + "' does not exist");
    }

    private PartitionLog find(TopicPartition partition) {
        PartitionLog log = engine.state().partition(partition);
        if (log == null) {
            throw new TopicNotFoundException("partition " + partition + " does not exist");
        }
        return log;
    }

    @Override
    public Map<TopicPartition, Long> truncateBefore(Map<TopicPartition, Long> offsets) {
        Map<PartitionLog, Long> starts = new LinkedHashMap<>();
        offsets.forEach((partition, offset) -> starts.put(loaded(find(partition)), offset));
        engine.submitAndWait(new Truncation(starts));
        Map<TopicPartition, Long> after = new TreeMap<>();
        starts.keySet().forEach(partition -> after.put(partition.name, partition.start()));
        return after;
    }

    /** A partition that was not used yet does not know its segments, and would give no space back. */
    private static PartitionLog loaded(PartitionLog log) {
        try {
            log.load();
            return log;
        } catch (IOException e) {
            throw unreadable(log, e);
        }
    }

    @Override
    public Optional<OffsetAndTimestamp> offsetForTime(TopicPartition partition, long timestamp) {
        PartitionLog log = find(partition);
        while (true) {
            long start = log.start();
            int replacements = log.replacements();
            try {
                return new TimeLookup(log, timestamp).find();
            } catch (IOException | OffsetOutOfRangeException e) {
                if (log.isDeleted()) {
                    throw log.gone();
                }
                if (log.start() == start && log.replacements() == replacements) {
                    throw unreadable(log, e);
                }
                // The segments that were looked at were deleted or replaced meanwhile; the others are looked at again.
            }
        }
    }

    private static StorageException unreadable(PartitionLog log, Exception cause) {
        return new StorageException(
                "the files of partition " + log + " in '" + log.folder + "' cannot be looked at; check the disk",
                cause);
    }

    @Override
    public Optional<CompactionStatus> compaction(TopicPartition partition) {
        PartitionLog log = find(partition);
        while (true) {
            long start = log.start();
            int replacements = log.replacements();
            try {
                return engine.compaction().status(log);
            } catch (IOException e) {
                if (log.isDeleted()) {
                    throw log.gone();
                }
                if (log.start() == start && log.replacements() == replacements) {
                    throw unreadable(log, e);
                }
            }
        }
    }

    @Override
    public void setLiveGroups(Map<String, Set<String>> topics, Duration removedFor) {
        topics.keySet().forEach(Names::checkGroup);
        engine.submitAndWait(new StateChange() {
            private Map<String, LiveGroup> after = Map.of();

            @Override
            @Nullable
            LogException refusal() {
                after = engine.state().liveGroups.after(topics, engine.clock().millis(), removedFor.toMillis());
                return null;
            }

            @Override
            boolean alone() {
                return true;
            }

            @Override
            void encode(Frame frame) {
                if (!after.equals(engine.state().liveGroups.all())) {
                    frame.liveGroups(after);
                }
            }

            @Override
            void apply() {
                engine.state().liveGroups.set(after);
            }
        });
    }

    @Override
    public Map<String, LiveGroup> liveGroups() {
        return engine.state().liveGroups.all();
    }

    @Override
    public Optional<DiskUsage> diskUsage() {
        return Optional.of(engine.budget().usage());
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
            Recovery.removeFolders(
                    engine.state().data(),
                    new LogState.Deleted(
                            topic.name(), topic.id(), topic.partitions().size()));
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
        return find(partition).offsets();
    }

    @Override
    public long endOfEpoch(TopicPartition partition, int leaderEpoch) {
        PartitionLog log = find(partition);
        long end = log.offsets().end();
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

    private long offset(PartitionLog log, OffsetSpec spec) {
        if (spec instanceof OffsetSpec.Earliest) {
            return log.start();
        }
        if (spec instanceof OffsetSpec.At at) {
            log.checkRange(at.offset());
            return at.offset();
        }
        if (spec instanceof OffsetSpec.ForTimestamp timestamp) {
            // Records that come during the lookup are later than the end that is taken when it finds none.
            long end = log.end();
            return offsetForTime(log.name, timestamp.time().toEpochMilli())
                    .map(OffsetAndTimestamp::offset)
                    .orElse(end);
        }
        return log.end();
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
                engine.state().deleteGroup(group);
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

    /** A change of a topic that is there. */
    private abstract class Alteration extends StateChange {
        final String name;

        @Nullable
        RuntimeException objection;

        private @Nullable Topic topic;

        Alteration(String name) {
            this.name = name;
        }

        /** The topic, once the change was accepted. */
        final Topic topic() {
            return Objects.requireNonNull(topic);
        }

        /** What speaks against it. */
        @Nullable
        RuntimeException objection() {
            return null;
        }

        @Override
        final @Nullable LogException refusal() {
            topic = engine.state().topic(name);
            if (topic == null) {
                return notFound(name);
            }
            objection = objection();
            return objection == null ? null : new LogException(String.valueOf(objection.getMessage()));
        }

        @Override
        final boolean alone() {
            return true;
        }

        @Override
        final boolean forced() {
            return true;
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
