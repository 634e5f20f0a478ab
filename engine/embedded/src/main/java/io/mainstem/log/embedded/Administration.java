package io.mainstem.log.embedded;

import io.mainstem.log.LogAdmin;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.StorageException;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicExistsException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
