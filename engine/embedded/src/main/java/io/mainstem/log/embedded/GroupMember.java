package io.mainstem.log.embedded;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.CorruptRecordException;
import io.mainstem.log.FencedException;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetOutOfRangeException;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group. One thread at a time, except {@link #wakeup} and {@link #close}: another thread may close a member
 * whose own thread hangs, its partitions are then free and its later commits are fenced.
 */
final class GroupMember implements GroupConsumer {
    private final Engine engine;
    private final String groupName;
    private final Group group;
    private final ConsumerOptions options;
    private final Signal signal = new Signal();
    private final ReadArrays arrays = new ReadArrays();
    private final Map<TopicPartition, Assigned> assigned = new TreeMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private RebalanceListener listener = RebalanceListener.none();
    private Set<String> topics = Set.of();
    private @Nullable TopicPartition readFirst;
    private volatile boolean wakeup;
    private volatile boolean closed;
    private volatile boolean replaced;
    private volatile boolean polling;
    private volatile long busySince;

    /** A partition that this member reads; the fetcher is made when the position is first needed. */
    private static final class Assigned {
        final PartitionLog log;

        @Nullable
        Fetcher fetcher;

        Assigned(PartitionLog log) {
            this.log = log;
        }
    }

    GroupMember(Engine engine, String groupName, ConsumerOptions options) {
        this.engine = engine;
        this.groupName = Names.checkGroup(groupName);
        this.group = engine.groups().group(groupName);
        this.options = options;
        engine.groups().add(signal);
    }

    void signal() {
        signal.raise();
    }

    @Override
    public void subscribe(Collection<String> topics, RebalanceListener rebalanceListener) {
        checkOpen();
        for (String topic : topics) {
            if (engine.state().topic(topic) == null) {
                throw new TopicNotFoundException("topic '" + topic + "' does not exist");
            }
        }
        listener = rebalanceListener;
        this.topics = Set.copyOf(topics);
        busyFromNow();
        join();
    }

    private void join() {
        engine.state().offsets.used(groupName);
        group.join(this, topics, engine.state());
        if (closed) {
            leave();
        }
    }

    private void leave() {
        group.leave(this, engine.ticker().getAsLong(), engine.state());
        // Idle from now on, not from before it joined.
        engine.state().offsets.used(groupName);
    }

    /** Its thread is with the caller from now on, and has to come back in time. */
    private void busyFromNow() {
        busySince = engine.ticker().getAsLong();
        polling = false;
    }

    /** Whether its thread has been away for too long. Any thread may ask. */
    boolean isOverdue(long now) {
        return !polling && now - busySince >= options.maxPollInterval().toNanos();
    }

    /** Another consumer has its instance id now. */
    void replaced() {
        replaced = true;
        signal.raise();
    }

    Optional<String> instanceId() {
        return options.groupInstanceId();
    }

    long sessionNanos() {
        return options.sessionTimeout().toNanos();
    }

    String groupName() {
        return groupName;
    }

    boolean isOf(Engine other) {
        return engine.equals(other);
    }

    private void checkOpen() {
        if (closed) {
            throw new LogException("this consumer of group '" + groupName + "' is closed");
        }
        if (replaced) {
            throw new FencedException("another consumer has the group instance id '"
                    + options.groupInstanceId().orElse("") + "' of group '" + groupName + "' now; this one must stop");
        }
        if (engine.committer().stopped() != null && !engine.committer().hasFailed()) {
            throw new LogException("the log is closed");
        }
    }

    @Override
    public List<RecordChunk> poll(Duration maxWait) {
        polling = true;
        try {
            return poll(System.nanoTime() + maxWait.toNanos());
        } finally {
            busyFromNow();
        }
    }

    private List<RecordChunk> poll(long deadline) {
        while (true) {
            checkOpen();
            signal.clear();
            if (wakeup) {
                wakeup = false;
                return List.of();
            }
            rebalance();
            List<RecordChunk> chunks = fetchAll();
            long left = deadline - System.nanoTime();
            if (!chunks.isEmpty() || left <= 0 || Thread.currentThread().isInterrupted()) {
                return chunks;
            }
            signal.await(left);
        }
    }

    private void rebalance() {
        Group.Change change = group.change(this);
        if (!change.member() && !topics.isEmpty()) {
            loseAll();
            if (group.isTaken(this)) {
                replaced();
            }
            checkOpen();
            join();
            change = group.change(this);
        }
        if (!change.lost().isEmpty()) {
            giveUp(change.lost());
        }
        if (change.gained().isEmpty()) {
            return;
        }
        change.gained().forEach(partition -> {
            assigned.put(partition.name, new Assigned(partition));
            partition.addWaiting(signal);
        });
        Set<TopicPartition> gained = names(change.gained());
        tell(() -> listener.assigned(gained));
    }

    private void giveUp(Set<PartitionLog> lost) {
        Set<TopicPartition> names = names(lost);
        try {
            tell(() -> listener.revoked(names));
        } finally {
            lost.forEach(this::drop);
            group.release(this, lost);
        }
    }

    /** The log has put it out of the group. */
    private void loseAll() {
        Set<PartitionLog> lost = new HashSet<>();
        assigned.values().forEach(entry -> lost.add(entry.log));
        lost.forEach(this::drop);
        if (!lost.isEmpty()) {
            Set<TopicPartition> names = names(lost);
            tell(() -> listener.lost(names));
        }
    }

    /** The listener's time counts as the caller's own. */
    private void tell(Runnable call) {
        busyFromNow();
        try {
            call.run();
        } finally {
            polling = true;
        }
    }

    private void drop(PartitionLog partition) {
        Assigned entry = assigned.get(partition.name);
        if (entry != null && entry.log == partition) {
            assigned.remove(partition.name);
            paused.remove(partition.name);
        }
        partition.removeWaiting(signal);
    }

    private static Set<TopicPartition> names(Set<PartitionLog> partitions) {
        Set<TopicPartition> names = new TreeSet<>();
        partitions.forEach(partition -> names.add(partition.name));
        return names;
    }

    /** One chunk of each partition with news, beginning behind the partition at which the poll before ended. */
    private List<RecordChunk> fetchAll() {
        List<RecordChunk> chunks = new ArrayList<>();
        long bytes = 0;
        for (TopicPartition name : turn()) {
            Assigned entry = assigned.get(name);
            if (entry == null || paused.contains(name) || entry.log.isDeleted()) {
                continue;
            }
            if (bytes >= options.pollBytes()) {
                readFirst = name;
                return chunks;
            }
            LogChunk chunk;
            try {
                chunk = fetcher(entry).fetch();
            } catch (TopicNotFoundException e) {
                continue;
            } catch (CorruptRecordException | OffsetOutOfRangeException e) {
                if (chunks.isEmpty()) {
                    throw e;
                }
                readFirst = name;
                return chunks;
            }
            if (chunk != null) {
                chunks.add(chunk);
                bytes += chunk.bytes();
            }
        }
        return chunks;
    }

    private List<TopicPartition> turn() {
        List<TopicPartition> names = new ArrayList<>(assigned.keySet());
        TopicPartition first = readFirst;
        int at = first == null ? -1 : names.indexOf(first);
        readFirst = null;
        if (at > 0) {
            Collections.rotate(names, -at);
        }
        return names;
    }

    private Fetcher fetcher(Assigned entry) {
        Fetcher fetcher = entry.fetcher;
        if (fetcher == null) {
            fetcher = new Fetcher(entry.log, options.fetchBytes(), arrays, startOf(entry.log));
            entry.fetcher = fetcher;
        }
        return fetcher;
    }

    private long startOf(PartitionLog partition) {
        // Under the append lock, so that a commit of the owner before is either seen here or fenced.
        Optional<OffsetAndMetadata> found = engine.committer()
                .exclusively(() -> engine.state().offsets.get(groupName, GroupOffsets.key(partition)));
        if (found.isEmpty()) {
            return options.startAt() == ConsumerOptions.StartAt.EARLIEST ? partition.start() : partition.end();
        }
        OffsetAndMetadata offset = found.get();
        partition.checkRange(offset.offset());
        if (!partition.epochs().agrees(offset.leaderEpoch(), offset.offset())) {
            throw new OffsetOutOfRangeException("group '" + groupName + "' committed offset " + offset.offset() + " of "
                    + partition + " in leader epoch " + offset.leaderEpoch()
                    + ", but the log was cut before it since then; seek to where the group shall go on");
        }
        return offset.offset();
    }

    @Override
    public Set<TopicPartition> assignment() {
        return new TreeSet<>(assigned.keySet());
    }

    @Override
    public long position(TopicPartition partition) {
        return fetcher(entry(partition)).position();
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        Assigned entry = entry(partition);
        entry.log.checkRange(offset);
        entry.fetcher = new Fetcher(entry.log, options.fetchBytes(), arrays, offset);
    }

    private Assigned entry(TopicPartition partition) {
        Assigned entry = assigned.get(partition);
        if (entry == null) {
            throw new IllegalStateException(
                    "partition " + partition + " is not assigned to this member of group '" + groupName + "'");
        }
        return entry;
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        partitions.forEach(this::entry);
        paused.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        partitions.forEach(this::entry);
        paused.removeAll(partitions);
    }

    @Override
    public void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        Set<PartitionLog> partitions = partitions(offsets.keySet());
        engine.submitAndWait(new OffsetCommit(partitions, new GroupOffsets(engine.state(), groupName).add(offsets)));
    }

    /** The partitions of these names; throws when one is not assigned. */
    Set<PartitionLog> partitions(Set<TopicPartition> names) {
        Set<PartitionLog> partitions = new HashSet<>();
        for (TopicPartition name : names) {
            Assigned entry = assigned.get(name);
            if (entry == null) {
                throw fenced(name);
            }
            partitions.add(entry.log);
        }
        return partitions;
    }

    /** Why it may not commit for these partitions, or null. */
    @Nullable
    LogException fenced(Set<PartitionLog> partitions) {
        for (PartitionLog partition : partitions) {
            if (!group.owns(this, partition)) {
                return fenced(partition.name);
            }
        }
        return null;
    }

    private FencedException fenced(TopicPartition partition) {
        return new FencedException("partition " + partition + " does not belong to this member of group '" + groupName
                + "' (any more); its offset was not committed");
    }

    @Override
    public Optional<OffsetAndMetadata> committed(TopicPartition partition) {
        PartitionLog log = engine.state().partition(partition);
        return log == null ? Optional.empty() : engine.state().offsets.get(groupName, GroupOffsets.key(log));
    }

    @Override
    public void wakeup() {
        wakeup = true;
        signal.raise();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        leave();
        engine.groups().remove(signal);
        engine.state().topics().forEach(topic -> topic.partitions().forEach(log -> log.removeWaiting(signal)));
        signal.raise();
    }

    /** Offsets on their way into the log; refused when a partition was taken away meanwhile. */
    private final class OffsetCommit extends StateChange {
        private final Set<PartitionLog> partitions;
        private final GroupOffsets offsets;

        OffsetCommit(Set<PartitionLog> partitions, GroupOffsets offsets) {
            this.partitions = partitions;
            this.offsets = offsets;
        }

        @Override
        @Nullable
        LogException refusal() {
            return fenced(partitions);
        }

        @Override
        void encode(Frame frame) {
            offsets.encode(frame);
        }

        @Override
        void apply() {
            offsets.apply();
        }
    }
}
