package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each operation with its first, second, third ... storage call failing, until it needs no more calls: once with that one
 * failure, once with all calls after it failing too. Afterwards the log opens and holds all or nothing of the operation.
 */
class FailureTest {
    private static final Path ROOT = Path.of("/simulated");
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final TopicPartition OTHER = new TopicPartition("orders", 1);

    /** What fails. */
    enum Operation {
        COMMIT {
            @Override
            void run(EmbeddedLog log) {
                commit(log, 3, 100);
            }
        },
        ROLL {
            @Override
            void run(EmbeddedLog log) {
                commit(log, 120, 300);
            }
        },
        CHECKPOINT {
            @Override
            void run(EmbeddedLog log) {
                log.checkpoint();
            }
        },
        TOPIC_CREATE {
            @Override
            void run(EmbeddedLog log) {
                log.admin().createTopic("new", 2, TopicSettings.defaults());
            }
        },
        TOPIC_DELETE {
            @Override
            void run(EmbeddedLog log) {
                log.admin().deleteTopic("orders");
            }
        },
        TOPIC_ALTER {
            @Override
            void run(EmbeddedLog log) {
                log.admin().alterTopic("orders", TopicSettings.defaults());
            }
        },
        PARTITIONS_CREATE {
            @Override
            void run(EmbeddedLog log) {
                log.admin().createPartitions("orders", 4);
            }
        },
        TRUNCATE {
            @Override
            void run(EmbeddedLog log) {
                log.admin().truncateBefore(Map.of(PARTITION, 60L, OTHER, 64L));
            }
        },
        RETENTION {
            @Override
            void run(EmbeddedLog log) {
                log.clean();
            }
        },
        LIVE_GROUPS {
            @Override
            void run(EmbeddedLog log) {
                log.admin().setLiveGroups(Map.of("group", Set.of("orders")), Duration.ZERO);
            }
        },
        OFFSET_COMMIT {
            @Override
            void run(EmbeddedLog log) {
                log.admin().reset("group", Map.of(PARTITION, OffsetAndMetadata.of(5)));
            }
        },
        MEMBER_COMMIT {
            @Override
            void run(EmbeddedLog log) {
                GroupConsumer member = member(log);
                member.commit(GroupConsumer.after(member.poll(Duration.ZERO)));
            }
        },
        COMMIT_FOR_A_MEMBER {
            @Override
            void run(EmbeddedLog log) {
                GroupConsumer member = member(log);
                List<RecordChunk> chunks = member.poll(Duration.ZERO);
                Transaction transaction =
                        log.producer(ProducerOptions.transactional("copier")).begin();
                transaction.append(OTHER, 0, null, new byte[100], Headers.EMPTY);
                transaction.commitOffsets(member, GroupConsumer.after(chunks));
                StateChange.waitFor(transaction.commit());
            }
        },
        SEND {
            @Override
            void run(EmbeddedLog log) {
                StateChange.waitFor(log.producer(ProducerOptions.idempotent())
                        .send(PARTITION, 0, null, new byte[100], Headers.EMPTY));
            }
        },
        CLOSE {
            @Override
            void run(EmbeddedLog log) {
                log.close();
            }
        };

        abstract void run(EmbeddedLog log);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void anOperationWhoseNthStorageCallFailsHappensWholeOrNotAtAll(Operation operation) throws Exception {
        LogModel before = expected(null);
        LogModel after = expected(operation);
        for (boolean forGood : new boolean[] {false, true}) {
            int number = 0;
            while (attempt(operation, number, forGood, List.of(before, after))) {
                number++;
            }
            assertThat(number).isGreaterThan(0);
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void aRecoveryWhoseNthStorageCallFailsCanBeRepeated(Operation operation) throws Exception {
        LogModel after = expected(operation);
        boolean failed = true;
        for (int number = 0; failed; number++) {
            SimulatedDisk disk = new SimulatedDisk(ROOT);
            FaultyStorage storage = new FaultyStorage(disk);
            EmbeddedLog log = prepared(storage);
            operation.run(log);
            disk.crash(number);
            storage.failAfter(number, true);
            try {
                EmbeddedLog.openUnlocked(ROOT, options(storage));
            } catch (IOException | LogException e) {
                assertThat(storage.happened()).isTrue();
            }
            failed = storage.happened();
            disk.crash(number + 1_000_000L);
            storage.heal();
            assertThat(read(storage)).as("call %d", number).isEqualTo(after);
        }
    }

    /** False when the operation needed fewer calls. */
    private static boolean attempt(Operation operation, int number, boolean forGood, List<LogModel> allowed)
            throws Exception {
        SimulatedDisk disk = new SimulatedDisk(ROOT);
        FaultyStorage storage = new FaultyStorage(disk);
        EmbeddedLog log = prepared(storage);
        storage.failAfter(number, forGood);
        try {
            operation.run(log);
        } catch (LogException e) {
            assertThat(storage.happened()).isTrue();
        }
        boolean happened = storage.happened();
        storage.heal();
        disk.crash(number);
        assertThat(read(storage)).as("call %d", number).isIn(allowed);
        return happened;
    }

    private static LogModel expected(Operation operation) throws Exception {
        FaultyStorage storage = new FaultyStorage(new SimulatedDisk(ROOT));
        EmbeddedLog log = prepared(storage);
        if (operation != null) {
            operation.run(log);
        }
        log.close();
        return read(storage);
    }

    private static LogModel read(Storage storage) throws Exception {
        EmbeddedLog log = EmbeddedLog.openUnlocked(ROOT, options(storage));
        LogModel model = LogModel.read(log);
        log.close();
        return model;
    }

    private static EmbeddedLog prepared(Storage storage) throws Exception {
        EmbeddedLog log = EmbeddedLog.openUnlocked(ROOT, options(storage));
        log.admin()
                .createTopic(
                        "orders",
                        2,
                        TopicSettings.defaults().toBuilder()
                                .segmentBytes(16 << 10)
                                .retentionBytes(1)
                                .build());
        commit(log, 120, 300);
        log.checkpoint();
        commit(log, 5, 100);
        return log;
    }

    private static GroupConsumer member(EmbeddedLog log) {
        GroupConsumer member = log.consumer("group", ConsumerOptions.defaults());
        member.subscribe(List.of("orders"), GroupConsumer.RebalanceListener.none());
        return member;
    }

    private static void commit(EmbeddedLog log, int records, int size) {
        try (Producer producer =
                log.producer(ProducerOptions.transactional("writer").withBatchBytes(2 << 10))) {
            Transaction transaction = producer.begin();
            for (int i = 0; i < records; i++) {
                byte[] value = (i + "z".repeat(size)).getBytes(StandardCharsets.UTF_8);
                transaction.append(i % 2 == 0 ? PARTITION : OTHER, 0, null, value, Headers.EMPTY);
            }
            transaction.commitOffsets("group", Map.of(PARTITION, OffsetAndMetadata.of(records)));
            StateChange.waitFor(transaction.commit());
        }
    }

    private static EmbeddedLogOptions options(Storage storage) {
        return EmbeddedLogOptions.builder()
                .storage(storage)
                .background(false)
                .random(new Random(1))
                .clock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .journalFileBytes(256 << 10)
                .openFilesMax(16)
                .build();
    }
}
