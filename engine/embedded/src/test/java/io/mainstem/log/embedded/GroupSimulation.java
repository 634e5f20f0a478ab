package io.mainstem.log.embedded;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.FencedException;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Headers;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.log.contract.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Two groups of members that join, leave, poll, commit, hang, come back and are killed with the log, all drawn from one seed.
 * The members of one commit their offsets; those of the other copy the records to another topic and commit records and
 * offsets in one transaction. A model knows who may read what, what is committed, and what has been delivered.
 */
final class GroupSimulation {
    private static final Path ROOT = Path.of("/simulated");
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(60);
    private static final Duration SESSION = Duration.ofSeconds(20);
    private static final String INPUT = "input";
    private static final String OUTPUT = "output";
    private static final List<String> GROUPS = List.of("at-least-once", "once");
    private static final int ACTIONS = 400;

    private final Random random;
    private final SimulatedDisk disk = new SimulatedDisk(ROOT);
    private final AtomicLong ticker = new AtomicLong();
    private final int partitions;
    private final Map<TopicPartition, List<String>> appended = new TreeMap<>();
    private final Set<String> delivered = new HashSet<>();
    private final Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = new HashMap<>();
    private final List<Member> members = new ArrayList<>();
    private EmbeddedLog log;
    private Producer appender;
    private int names;
    int refusals;
    int moves;

    GroupSimulation(long seed) throws IOException {
        random = new Random(seed);
        partitions = 1 + random.nextInt(6);
        log = EmbeddedLog.openUnlocked(ROOT, options());
        log.admin().createTopic(INPUT, partitions, TopicSettings.defaults());
        log.admin().createTopic(OUTPUT, partitions, TopicSettings.defaults());
        appender = log.producer(ProducerOptions.idempotent());
        for (int i = 0; i < partitions; i++) {
            appended.put(new TopicPartition(INPUT, i), new ArrayList<>());
        }
        GROUPS.forEach(group -> committed.put(group, new TreeMap<>()));
    }

    private EmbeddedLogOptions options() {
        return EmbeddedLogOptions.builder()
                .storage(disk)
                .background(false)
                .random(random)
                .ticker(ticker::get)
                .journalFileBytes(64 << 10)
                .checkpointBytes(64 << 10)
                .build();
    }

    /** Runs all actions, lets the groups finish, and compares. */
    void run() throws IOException {
        for (int i = 0; i < ACTIONS; i++) {
            act();
        }
        members.clear();
        restart();
        for (String group : GROUPS) {
            finish(join(group, ""));
        }
        for (int i = 0; i < partitions; i++) {
            TopicPartition input = new TopicPartition(INPUT, i);
            List<String> values = appended.get(input);
            require(delivered.containsAll(values), "records of " + input + " were not delivered");
            List<String> copied = LogModel.readRecords(log, new TopicPartition(OUTPUT, i)).stream()
                    .map(record -> record.substring(record.indexOf(':') + 1))
                    .toList();
            require(copied.equals(values), "the copy of " + input + " is " + copied + " instead of " + values);
        }
        log.close();
    }

    private void act() throws IOException {
        int choice = random.nextInt(100);
        if (choice < 20) {
            append();
        } else if (choice < 27 && members.size() < 6) {
            String instance = random.nextInt(3) == 0 ? "seat-" + random.nextInt(2) : "";
            join(GROUPS.get(random.nextInt(2)), instance);
        } else if (choice < 31) {
            pick(Member::close);
        } else if (choice < 37) {
            ticker.addAndGet(random.nextLong(POLL_INTERVAL.toNanos() * 3 / 2));
            members.forEach(Member::watched);
            log.look();
        } else if (choice == 37) {
            restart();
        } else if (choice < 62) {
            pick(Member::commit);
        } else {
            pick(Member::poll);
        }
    }

    private void append() {
        TopicPartition partition = new TopicPartition(INPUT, random.nextInt(partitions));
        String value = "v" + names++;
        appender.send(partition, 0, null, value.getBytes(StandardCharsets.UTF_8), Headers.EMPTY)
                .join();
        appended.get(partition).add(value);
    }

    private interface Action {
        void of(Member member);
    }

    private void pick(Action action) {
        if (!members.isEmpty()) {
            action.of(members.get(random.nextInt(members.size())));
        }
    }

    private Member join(String group, String instance) {
        Member member = new Member(group, instance);
        for (Member other : members) {
            if (!instance.isEmpty() && other.group.equals(group) && other.instance.equals(instance)) {
                other.out();
            }
        }
        members.add(member);
        member.consumer.subscribe(List.of(INPUT), member);
        return member;
    }

    private void restart() throws IOException {
        int how = random.nextInt(3);
        if (how == 0) {
            log.close();
        } else if (how == 1) {
            disk.kill();
        } else {
            disk.crash(random.nextLong());
        }
        members.clear();
        log = EmbeddedLog.openUnlocked(ROOT, options());
        appender = log.producer(ProducerOptions.idempotent());
        GROUPS.forEach(this::checkCommitted);
    }

    private void checkCommitted(String group) {
        Map<TopicPartition, OffsetAndMetadata> found = log.admin().committed(group);
        require(
                committed.get(group).equals(found),
                "group " + group + " has committed " + found + " instead of " + committed.get(group));
    }

    private void finish(Member member) {
        for (int quiet = 0; quiet < 3; quiet++) {
            int before = member.pending.size();
            member.poll();
            if (member.pending.size() > before) {
                quiet = 0;
            }
        }
        member.commit();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    /** One consumer and what the model knows of it. */
    private final class Member implements GroupConsumer.RebalanceListener {
        final String group;
        final String instance;
        final GroupConsumer consumer;
        final Set<TopicPartition> holds = new HashSet<>();
        final List<RecordChunk> pending = new ArrayList<>();
        private @Nullable Producer producer;
        private long lastPoll = ticker.get();
        private boolean out;

        Member(String group, String instance) {
            this.group = group;
            this.instance = instance;
            ConsumerOptions options = ConsumerOptions.defaults()
                    .withMaxPollInterval(POLL_INTERVAL)
                    .withSessionTimeout(SESSION);
            consumer = log.consumer(group, instance.isEmpty() ? options : options.withGroupInstanceId(instance));
        }

        @Override
        public void assigned(Set<TopicPartition> partitions) {
            moves++;
            for (Member other : members) {
                for (TopicPartition partition : partitions) {
                    require(
                            other == this || !other.group.equals(group) || !other.holds.contains(partition),
                            partition + " has two readers in group " + group);
                }
            }
            holds.addAll(partitions);
        }

        @Override
        public void revoked(Set<TopicPartition> partitions) {
            require(holds.containsAll(partitions), partitions + " were revoked, which the member did not have");
            if (random.nextBoolean()) {
                commit();
            }
            forget(partitions);
        }

        @Override
        public void lost(Set<TopicPartition> partitions) {
            require(out, partitions + " were lost by a member that polled in time");
            forget(partitions);
        }

        private void forget(Set<TopicPartition> partitions) {
            holds.removeAll(partitions);
            pending.removeIf(chunk -> partitions.contains(chunk.partition()));
        }

        /** The log is about to look at the time. */
        void watched() {
            if (ticker.get() - lastPoll >= POLL_INTERVAL.toNanos()) {
                out();
            }
        }

        /** Others may have its partitions. */
        void out() {
            out = true;
            holds.clear();
        }

        void poll() {
            List<RecordChunk> chunks;
            try {
                chunks = consumer.poll(Duration.ZERO);
            } catch (FencedException e) {
                require(out && !instance.isEmpty(), "fenced without another of its instance id: " + e.getMessage());
                close();
                return;
            }
            out = false;
            lastPoll = ticker.get();
            for (RecordChunk chunk : chunks) {
                require(holds.contains(chunk.partition()), "read " + chunk.partition() + ", which is not its own");
            }
            pending.addAll(chunks);
            if (group.equals(GROUPS.get(0))) {
                chunks.forEach(chunk -> Received.of(chunk).forEach(record -> delivered.add(record.value())));
            }
        }

        void commit() {
            if (pending.isEmpty()) {
                return;
            }
            Map<TopicPartition, OffsetAndMetadata> offsets = GroupConsumer.after(pending);
            try {
                if (group.equals(GROUPS.get(0))) {
                    consumer.commit(offsets);
                } else {
                    copy(offsets);
                }
            } catch (FencedException e) {
                require(out, "refused, although it has its partitions: " + e.getMessage());
                refusals++;
                close();
                return;
            }
            require(!out, "a member that was put out has committed " + offsets);
            pending.clear();
            committed.get(group).putAll(offsets);
            checkCommitted(group);
        }

        private void copy(Map<TopicPartition, OffsetAndMetadata> offsets) {
            Producer own = producer;
            if (own == null) {
                own = log.producer(ProducerOptions.transactional("copier-" + names++));
                producer = own;
            }
            Transaction transaction = own.begin();
            for (RecordChunk chunk : pending) {
                TopicPartition target =
                        new TopicPartition(OUTPUT, chunk.partition().partition());
                for (Received record : Received.of(chunk)) {
                    transaction.append(target, 0, null, record.value().getBytes(StandardCharsets.UTF_8), Headers.EMPTY);
                }
            }
            transaction.commitOffsets(consumer, offsets);
            StateChange.waitFor(transaction.commit());
        }

        void close() {
            members.remove(this);
            holds.clear();
            pending.clear();
            consumer.close();
            if (producer != null) {
                producer.close();
            }
        }
    }
}
