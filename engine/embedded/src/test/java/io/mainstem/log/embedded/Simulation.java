package io.mainstem.log.embedded;

import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.Transaction;
import io.mainstem.log.TransactionAbortedException;
import io.mainstem.log.contract.Received;
import io.mainstem.log.embedded.History.Entry;
import io.mainstem.log.embedded.History.Unit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Several lives of a log on a simulated disk, all drawn from one seed: random actions, a failure at a random storage call,
 * a power cut or a kill, and the next open. After each open the log must hold what the model holds, with or without the
 * one action whose outcome was not told.
 */
final class Simulation {
    private static final Path ROOT = Path.of("/simulated");
    private static final int LIVES = 4;
    private static final int ACTIONS_MAX = 25;
    private static final String PRODUCER = "simulation";

    private final Random random;
    private final SimulatedDisk disk = new SimulatedDisk(ROOT);
    private final FaultyStorage storage = new FaultyStorage(disk);
    private final Durability durability;
    private final boolean powerCuts;
    private LogModel model = new LogModel();
    private @Nullable LogModel maybe;
    private final ManualClock clock = new ManualClock();
    private final History history = new History();
    private boolean closedInOrder;
    private boolean compacting;
    private final Set<String> compacted = new HashSet<>();
    private int values;

    /** A violated promise. */
    static final class Violation extends AssertionError {
        private static final long serialVersionUID = 1L;

        Violation(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Ends an action that was taken back. */
    private static final class AbortedByIntent extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    Simulation(long seed, Durability durability, boolean powerCuts) {
        this.random = new Random(seed);
        this.durability = durability;
        this.powerCuts = powerCuts;
    }

    /** The negative control: forces do nothing. */
    Simulation withoutForces() {
        disk.ignoreForces();
        return this;
    }

    /** Runs all lives; throws {@link Violation} when the log breaks a promise. */
    void run() {
        try {
            for (int life = 0; life < LIVES; life++) {
                live(life);
            }
            storage.heal();
            EmbeddedLog log = EmbeddedLog.openUnlocked(ROOT, options());
            check(log);
            act(model -> {});
            createAndCommit(log);
            log.close();
            log = EmbeddedLog.openUnlocked(ROOT, options());
            check(log);
            log.close();
        } catch (IOException | LogException e) {
            throw new Violation("the log did not open or work after the faults had ended: " + e.getMessage(), e);
        }
    }

    private void live(int life) {
        closedInOrder = false;
        if (random.nextInt(4) > 0) {
            storage.failAfter(random.nextInt(life == 0 ? 60 : 250), random.nextInt(4) > 0);
        } else {
            storage.heal();
        }
        EmbeddedLog log;
        try {
            log = EmbeddedLog.openUnlocked(ROOT, options());
        } catch (IOException | LogException e) {
            if (!storage.happened()) {
                throw new Violation("the log did not open: " + e.getMessage(), e);
            }
            end();
            return;
        }
        try {
            check(log);
            liveOn(log);
        } catch (LogException | CompletionException e) {
            if (!storage.happened()) {
                throw new Violation("the log failed although the disk did not: " + e.getMessage(), e);
            }
        }
        end();
    }

    private void liveOn(EmbeddedLog log) {
        int actions = random.nextInt(ACTIONS_MAX);
        for (int i = 0; i < actions; i++) {
            if (random.nextInt(60) == 0) {
                disk.failNextForce();
                storage.failAfter(Integer.MAX_VALUE, false);
                storage.assumeFailure();
                act(action(log));
                return;
            }
            act(action(log));
        }
        if (random.nextInt(4) == 0) {
            log.close();
            closedInOrder = !storage.happened();
        }
    }

    private void end() {
        disk.setCapacity(Long.MAX_VALUE / 4);
        if (!powerCuts || random.nextInt(4) == 0 || closedInOrder && durability == Durability.OS) {
            disk.kill();
        } else {
            disk.crash(random.nextLong());
        }
    }

    private void check(EmbeddedLog log) {
        LogModel found = LogModel.read(log);
        boolean prefix = durability == Durability.OS && powerCuts;
        List<History.Violation> violations =
                history.check(tracked(found), prefix ? History.Promise.BEGINNING : History.Promise.ALL);
        if (!violations.isEmpty()) {
            throw new Violation(violations.toString(), null);
        }
        if (durability == Durability.OS && powerCuts) {
            checkPrefixes(found);
            compacting = false;
            model = found;
            maybe = null;
            return;
        }
        LogModel other = maybe;
        maybe = null;
        if (compacting) {
            compacting = false;
            adopt(model, found);
            if (other != null) {
                adopt(other, found);
            }
        }
        if (found.equals(model)) {
            return;
        }
        if (other == null || !found.equals(other)) {
            throw new Violation(
                    "the log does not hold what it acknowledged\n" + model.difference(found)
                            + (other == null
                                    ? ""
                                    : "\nor, with the action of unknown outcome,\n" + other.difference(found)),
                    null);
        }
        model = other;
    }

    /** A compaction that did not end may have left anything that it may leave. */
    private void adopt(LogModel expected, LogModel found) {
        expected.records.replaceAll((partition, records) -> {
            List<String> left = found.records.getOrDefault(partition, records);
            try {
                checkCompaction(expected, partition, left);
                return left;
            } catch (Violation e) {
                return records;
            }
        });
    }

    private void checkPrefixes(LogModel found) {
        LogModel most = maybe == null ? model : maybe;
        found.records.forEach((partition, values) -> {
            List<String> expected = most.records.get(partition);
            List<String> before = model.records.get(partition);
            boolean ok =
                    isPrefix(values, expected) || isPrefix(values, before) || maybeCompacted(partition, values, most);
            // A topic whose deletion was lost is allowed to be there; its records then are those of before.
            if (!ok && (expected != null || before != null) && !values.isEmpty()) {
                throw new Violation(
                        partition + " is not a prefix of what was appended: found " + values + "\nexpected " + expected
                                + "\nor " + before,
                        null);
            }
        });
    }

    /** Whether it is what a compaction that did not end may leave of a prefix; which one is not known. */
    private boolean maybeCompacted(TopicPartition partition, List<String> values, LogModel most) {
        if (!compacting || values.isEmpty() || !most.records.containsKey(partition)) {
            return values.isEmpty();
        }
        LogModel prefix = most.copy();
        long first = offset(values.get(0));
        long last = offset(values.get(values.size() - 1));
        prefix.records.get(partition).removeIf(record -> offset(record) < first || offset(record) > last);
        try {
            checkCompaction(prefix, partition, values);
            return true;
        } catch (Violation e) {
            return false;
        }
    }

    private static long offset(String record) {
        return Long.parseLong(record.substring(0, record.indexOf(':')));
    }

    /** A truncation of a part at the start may be lost or not; the rest is a prefix. */
    private static boolean isPrefix(List<String> values, @Nullable List<String> all) {
        if (all == null) {
            return false;
        }
        int from = values.isEmpty() ? 0 : Math.max(0, all.indexOf(values.get(0)));
        return from + values.size() <= all.size() && values.equals(all.subList(from, from + values.size()));
    }

    /** Does one action; what it changes goes into the model when it is acknowledged. */
    private void act(Consumer<LogModel> change) {
        LogModel after = model.copy();
        try {
            change.accept(after);
            model = after;
        } catch (AbortedByIntent e) {
            return;
        } catch (TransactionAbortedException e) {
            if (!storage.happened()) {
                throw e;
            }
        } catch (LogException e) {
            maybe = after;
            throw e;
        }
    }

    private Consumer<LogModel> action(EmbeddedLog log) {
        List<TopicPartition> partitions = new ArrayList<>(model.records.keySet());
        int choice = partitions.isEmpty() ? 0 : random.nextInt(32);
        if (choice == 0) {
            return create(log);
        }
        if (choice == 1 && partitions.size() > 3) {
            return delete(log, pick(partitions).topic());
        }
        if (choice == 2) {
            return after -> log.checkpoint();
        }
        if (choice == 3) {
            return reset(log, pick(partitions));
        }
        return switch (choice) {
            case 20 -> truncate(log, pick(partitions));
            case 21 -> retain(log);
            case 22 -> alter(log, pick(partitions).topic());
            case 23 -> addPartitions(log, pick(partitions).topic());
            case 24 -> liveGroups(log);
            case 25 -> deleteGroup(log);
            case 26 -> jump();
            case 27 -> lookUp(log, pick(partitions));
            case 28 -> fill();
            case 29, 30, 31 -> compact(log);
            default -> choice < 7 ? send(log, pick(partitions)) : commit(log, partitions);
        };
    }

    private TopicPartition pick(List<TopicPartition> partitions) {
        return partitions.get(random.nextInt(partitions.size()));
    }

    private Consumer<LogModel> create(EmbeddedLog log) {
        String name = "topic" + random.nextInt(4);
        int partitions = 1 + random.nextInt(3);
        if (log.admin().topic(name).isPresent()) {
            return after -> {};
        }
        TopicSettings settings = settings();
        compacted.remove(name);
        return after -> {
            mayCompact(name, settings);
            after.createTopic(name, partitions, settings);
            log.admin().createTopic(name, partitions, settings);
        };
    }

    private TopicSettings settings() {
        TopicSettings.Cleanup[] all = TopicSettings.Cleanup.values();
        TopicSettings.Cleanup cleanup =
                random.nextBoolean() ? TopicSettings.Cleanup.DELETE : all[random.nextInt(all.length)];
        return TopicSettings.defaults().toBuilder()
                .segmentBytes(16 << 10)
                .segmentMillis(random.nextBoolean() ? 1_000 : 1 << 30)
                .retentionMillis(random.nextBoolean() ? TopicSettings.UNLIMITED : 2_000)
                .retentionBytes(random.nextBoolean() ? TopicSettings.UNLIMITED : 20_000)
                .keepUnread(random.nextBoolean())
                .compression(random.nextInt(4) == 0 ? Compression.LZ4 : Compression.NONE)
                .cleanup(cleanup)
                .deleteRetentionMillis(random.nextInt(4_000))
                .minCompactionLagMillis(random.nextInt(4) == 0 ? 1_000 : 0)
                .minCleanableRatio(random.nextBoolean() ? 0 : 0.5)
                .build();
    }

    private Consumer<LogModel> alter(EmbeddedLog log, String name) {
        TopicSettings settings = settings();
        return after -> {
            mayCompact(name, settings);
            after.settings.put(name, settings);
            log.admin().alterTopic(name, settings);
        };
    }

    private void mayCompact(String topic, TopicSettings settings) {
        if (settings.cleanup().compacts() && compacted.add(topic)) {
            history.deleted(topic);
        }
    }

    private Consumer<LogModel> addPartitions(EmbeddedLog log, String name) {
        int partitions = 1 + log.admin().topic(name).orElseThrow().partitions();
        return after -> {
            after.createPartitions(name, partitions);
            log.admin().createPartitions(name, partitions);
        };
    }

    private Consumer<LogModel> truncate(EmbeddedLog log, TopicPartition partition) {
        long end = model.ends.get(partition);
        long offset = random.nextInt(3) == 0 ? end : random.nextInt((int) end + 1);
        return after -> {
            after.truncateBefore(partition, offset);
            log.admin().truncateBefore(Map.of(partition, offset));
        };
    }

    private Consumer<LogModel> liveGroups(EmbeddedLog log) {
        Map<String, Set<String>> groups = new TreeMap<>();
        for (int i = 0; i < 3; i++) {
            if (random.nextBoolean()) {
                groups.put("group" + i, Set.of("topic" + random.nextInt(4)));
            }
        }
        long removedFor = random.nextInt(5_000);
        return after -> {
            after.setLiveGroups(groups, clock.instant(), removedFor);
            log.admin().setLiveGroups(groups, Duration.ofMillis(removedFor));
        };
    }

    /** What retention wants to delete is checked against the rules and then goes from the model, too. */
    private Consumer<LogModel> retain(EmbeddedLog log) {
        clock.advance(Duration.ofMillis(random.nextInt(4_000)));
        return after -> {
            Map<PartitionLog, Long> plan = log.retention().plan();
            plan.forEach((partition, start) -> {
                check(after, partition.name, start);
                after.truncateBefore(partition.name, start);
            });
            log.retention().carryOut(plan);
            log.retention().tidy();
            log.emptyTrash();
        };
    }

    private void check(LogModel now, TopicPartition partition, long start) {
        TopicSettings settings = now.settings.get(partition.topic());
        boolean mayDelete =
                settings.cleanup().deletes() && settings.retentionMillis() >= 0 || settings.retentionBytes() >= 0;
        if (!mayDelete || start > now.ends.get(partition) || start <= now.starts.get(partition)) {
            throw new Violation("retention may not move the start of " + partition + " to " + start, null);
        }
        now.liveGroups.forEach((name, group) -> {
            boolean live = group.until().isEmpty() || group.until().get().isAfter(clock.instant());
            OffsetAndMetadata read = now.offsets.getOrDefault(name, Map.of()).get(partition);
            long position = read == null ? now.starts.get(partition) : read.offset();
            if (settings.keepUnread() && live && group.topics().contains(partition.topic()) && position < start) {
                throw new Violation(
                        "retention deletes up to " + start + " of " + partition + ", but " + name + " has read up to "
                                + position,
                        null);
            }
        });
    }

    /** What compaction has left is checked against the rules; when it did not end, the next open shows what it has left. */
    private Consumer<LogModel> compact(EmbeddedLog log) {
        clock.advance(Duration.ofMillis(random.nextInt(4_000)));
        return after -> {
            compacting = true;
            log.compact();
            log.admin().topics().forEach(topic -> {
                for (int i = 0; i < topic.partitions(); i++) {
                    TopicPartition partition = new TopicPartition(topic.name(), i);
                    List<String> left = LogModel.readRecords(log, partition);
                    checkCompaction(after, partition, left);
                    after.records.put(partition, left);
                }
            });
            compacting = storage.happened();
            log.emptyTrash();
        };
    }

    /** Nothing is new, moved or changed, and what is gone was replaced later, or is a tombstone whose time was over. */
    private void checkCompaction(LogModel before, TopicPartition partition, List<String> left) {
        Set<String> kept = new HashSet<>(left);
        Map<String, String> last = new HashMap<>();
        List<String> expected = new ArrayList<>();
        List<String> all = before.records.getOrDefault(partition, List.of());
        all.forEach(record -> last.put(key(record), record));
        boolean compacts = before.settings.get(partition.topic()).cleanup().compacts();
        for (String record : all) {
            boolean replaced = !record.equals(last.get(key(record)));
            boolean mayGo = compacts && !key(record).equals("null") && (replaced || record.endsWith("=null"));
            if (!mayGo || kept.contains(record)) {
                expected.add(record);
            }
        }
        if (!expected.equals(left)) {
            throw new Violation("compaction may not make of " + partition + "\n" + all + "\nthis:\n" + left, null);
        }
    }

    private static String key(String record) {
        return record.substring(record.indexOf(':') + 1, record.indexOf('='));
    }

    private Consumer<LogModel> delete(EmbeddedLog log, String name) {
        return after -> {
            after.deleteTopic(name);
            history.perhapsDeleted(name);
            log.admin().deleteTopic(name);
            history.deleted(name);
        };
    }

    private Consumer<LogModel> deleteGroup(EmbeddedLog log) {
        String group = "group" + random.nextInt(3);
        return after -> {
            after.offsets.remove(group);
            after.liveGroups.remove(group);
            log.admin().deleteGroup(group);
        };
    }

    /** The clock goes back by an hour, or ahead by less than what retention doubts. */
    private Consumer<LogModel> jump() {
        clock.advance(random.nextBoolean() ? Duration.ofHours(-1) : Duration.ofMinutes(random.nextInt(60)));
        return after -> {};
    }

    /** What is there is read, and found by its times, also between the lives. */
    private Consumer<LogModel> lookUp(EmbeddedLog log, TopicPartition partition) {
        return after -> {
            List<String> found = LogModel.readRecords(log, partition);
            if (!found.equals(after.records.get(partition))) {
                throw new Violation(partition + " has " + found + " instead of " + after.records.get(partition), null);
            }
            long time = clock.millis() - random.nextInt(10_000);
            Optional<Long> first = Optional.empty();
            try (PartitionReader reader = log.reader(partition, after.starts.get(partition))) {
                while (first.isEmpty() && reader.position() < after.ends.get(partition)) {
                    first = Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow()).stream()
                            .filter(record -> record.timestamp() >= time)
                            .map(Received::offset)
                            .findFirst();
                }
            }
            Optional<Long> told = log.admin().offsetForTime(partition, time).map(OffsetAndTimestamp::offset);
            if (!told.equals(first)) {
                throw new Violation(partition + " at " + time + ": " + told + " was told, it is " + first, null);
            }
        };
    }

    /** The disk has room for a little more, or for as much as one likes. */
    private Consumer<LogModel> fill() {
        boolean full = random.nextInt(3) == 0;
        long room = random.nextInt(200_000);
        return after -> {
            disk.setCapacity(full ? disk.usedBytes() + room : Long.MAX_VALUE / 4);
            if (full) {
                storage.assumeFailure();
            }
        };
    }

    private Consumer<LogModel> reset(EmbeddedLog log, TopicPartition partition) {
        OffsetAndMetadata offset = new OffsetAndMetadata(random.nextInt(1000), random.nextInt(3), "m" + values++);
        String group = "group" + random.nextInt(3);
        return after -> {
            after.commitOffset(group, partition, offset);
            log.admin().reset(group, Map.of(partition, offset));
        };
    }

    private Consumer<LogModel> send(EmbeddedLog log, TopicPartition partition) {
        String key = key();
        Entry entry = new Entry(partition, values++);
        String value = value(entry);
        return after -> {
            after.append(partition, key + "=" + value);
            try (Producer producer = log.producer(ProducerOptions.idempotent().withReserve())) {
                Unit unit = history.attempt(PRODUCER, false, tracked(entry));
                long offset = join(
                        producer.send(partition, 0, bytes(key), value == null ? null : bytes(value), Headers.EMPTY),
                        unit);
                unit.acknowledged(Map.of(partition, offset + 1));
            }
        };
    }

    private Consumer<LogModel> commit(EmbeddedLog log, List<TopicPartition> partitions) {
        return after -> {
            try (Producer producer = log.producer(ProducerOptions.transactional("writer" + random.nextInt(2))
                    .withBatchBytes(2 << 10)
                    .withReserve())) {
                Transaction transaction = producer.begin();
                Set<TopicPartition> touched = new TreeSet<>();
                List<Entry> entries = new ArrayList<>();
                int count = 1 + random.nextInt(3);
                for (int i = 0; i < count; i++) {
                    TopicPartition partition = pick(partitions);
                    touched.add(partition);
                    appendSome(transaction, partition, after, entries);
                }
                if (random.nextInt(3) == 0) {
                    TopicPartition partition = pick(partitions);
                    OffsetAndMetadata offset = OffsetAndMetadata.of(random.nextInt(1000));
                    transaction.commitOffsets("group0", Map.of(partition, offset));
                    after.commitOffset("group0", partition, offset);
                }
                if (random.nextInt(10) == 0) {
                    transaction.abort();
                    throw new AbortedByIntent();
                }
                touched.forEach(after::skipOne);
                Unit unit = history.attempt(PRODUCER, true, entries);
                Map<TopicPartition, Long> ends = join(transaction.commit(), unit);
                unit.acknowledged(ends);
                ends.forEach((partition, end) -> {
                    if (!end.equals(after.ends.get(partition))) {
                        throw new Violation(partition + " ends at " + end + " instead of " + after.ends, null);
                    }
                });
            }
        };
    }

    private void appendSome(Transaction transaction, TopicPartition partition, LogModel after, List<Entry> entries) {
        int records = 1 + random.nextInt(20);
        for (int i = 0; i < records; i++) {
            String key = key();
            Entry entry = new Entry(partition, values++);
            String value = value(entry);
            entries.addAll(tracked(entry));
            transaction.append(partition, 0, bytes(key), value == null ? null : bytes(value), Headers.EMPTY);
            after.append(partition, key + "=" + value);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String key() {
        return "k" + random.nextInt(8);
    }

    /** A value that no other record has, or null, which deletes the key where the topic is compacted. */
    private @Nullable String value(Entry entry) {
        String value = new Stamp(PRODUCER, entry.sequence()).value(random.nextInt(400));
        return compacted.contains(entry.partition().topic()) && random.nextInt(10) == 0 ? null : value;
    }

    /** What the history is told of a record: nothing where a compaction may take it away, which has rules of its own. */
    private List<Entry> tracked(Entry entry) {
        return compacted.contains(entry.partition().topic()) ? List.of() : List.of(entry);
    }

    /** The partitions that the history knows, with values alone. */
    private LogModel tracked(LogModel found) {
        LogModel tracked = found.copy();
        tracked.records.keySet().removeIf(partition -> compacted.contains(partition.topic()));
        tracked.records.replaceAll((partition, records) -> records.stream()
                .map(record -> offset(record) + ":" + value(record))
                .toList());
        return tracked;
    }

    private static String value(String record) {
        return record.substring(record.indexOf('=') + 1);
    }

    private void createAndCommit(EmbeddedLog log) {
        act(create(log));
        if (!model.records.isEmpty()) {
            act(send(log, pick(new ArrayList<>(model.records.keySet()))));
        }
    }

    private static <T> T join(CompletableFuture<T> future, Unit unit) {
        try {
            return StateChange.waitFor(future);
        } catch (TransactionAbortedException e) {
            unit.refused();
            throw e;
        }
    }

    private EmbeddedLogOptions options() {
        return EmbeddedLogOptions.builder()
                .durability(durability)
                .storage(storage)
                .background(false)
                .random(random)
                .clock(clock)
                .journalFileBytes(64 << 10)
                .checkpointBytes(64 << 10)
                .openFilesMax(16)
                .minFreeBytes(0)
                .build();
    }
}
