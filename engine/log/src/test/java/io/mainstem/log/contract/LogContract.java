package io.mainstem.log.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.FencedException;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.GroupConsumer.RebalanceListener;
import io.mainstem.log.Headers;
import io.mainstem.log.InvalidRecordException;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetOutOfRangeException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicExistsException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Log} keeps. A back end inherits it and says how a log is opened; topics and groups have fresh names,
 * so that the log may be shared with other tests.
 */
public abstract class LogContract {
    /** Long enough for a busy machine; a test that waits this long fails. */
    protected static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration NOW = Duration.ZERO;

    /** The log under test. */
    protected Log log;

    /** Opens the log that the test uses. */
    protected abstract Log open() throws Exception;

    @BeforeEach
    final void openLog() throws Exception {
        log = open();
    }

    @AfterEach
    final void closeLog() {
        log.close();
    }

    // --- topics ---

    @Test
    void aCreatedTopicIsDescribedWithAnIdentityOfItsOwn() {
        String name = freshName();
        TopicSettings settings =
                TopicSettings.defaults().toBuilder().segmentBytes(1 << 20).build();
        TopicDescription created = log.admin().createTopic(name, 3, settings);

        assertThat(created.name()).isEqualTo(name);
        assertThat(created.partitions()).isEqualTo(3);
        assertThat(created.settings()).isEqualTo(settings);
        assertThat(log.admin().topic(name)).contains(created);
        assertThat(log.admin().topics()).contains(created);
        assertThat(created.id()).isNotEqualTo(newTopic(1).id());
    }

    @Test
    void aTopicNameIsTakenOnce() {
        TopicDescription topic = newTopic(1);
        assertThatThrownBy(() -> log.admin().createTopic(topic.name(), 1, TopicSettings.defaults()))
                .isInstanceOf(TopicExistsException.class)
                .hasMessageContaining(topic.name());
    }

    @Test
    void aTopicNameOrNumberOfPartitionsThatIsNotAllowedIsRefused() {
        for (String name : List.of("", ".", "..", "a/b", "a b", "ü", "x".repeat(250))) {
            assertThatThrownBy(() -> log.admin().createTopic(name, 1, TopicSettings.defaults()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (int partitions : new int[] {-1, 0, 10_001}) {
            assertThatThrownBy(() -> log.admin().createTopic(freshName(), partitions, TopicSettings.defaults()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aDeletedTopicIsGoneAndAnotherOfTheSameNameIsEmptyAndHasAnotherIdentity() {
        TopicDescription topic = newTopic(1);
        commit("x-" + topic.name(), partition(topic, 0), "old");
        log.admin().deleteTopic(topic.name());

        assertThat(log.admin().topic(topic.name())).isEmpty();
        assertThatThrownBy(() -> log.admin().deleteTopic(topic.name())).isInstanceOf(TopicNotFoundException.class);
        assertThatThrownBy(() -> log.reader(partition(topic, 0), 0)).isInstanceOf(TopicNotFoundException.class);

        TopicDescription again = log.admin().createTopic(topic.name(), 1, TopicSettings.defaults());
        assertThat(again.id()).isNotEqualTo(topic.id());
        assertThat(readAll(partition(again, 0))).isEmpty();
        commit("x-" + topic.name(), partition(again, 0), "new");
        assertThat(readAll(partition(again, 0))).extracting(Received::value).containsExactly("new");
    }

    @Test
    void theOffsetsOfAGroupInADeletedTopicAreForgotten() {
        TopicDescription topic = newTopic(1);
        String group = freshName();
        commit(freshName(), partition(topic, 0), "a", "b");
        log.admin().reset(group, Map.of(partition(topic, 0), OffsetAndMetadata.of(1)));
        log.admin().deleteTopic(topic.name());
        TopicDescription again = log.admin().createTopic(topic.name(), 1, TopicSettings.defaults());

        assertThat(log.admin().committed(group)).doesNotContainKey(partition(again, 0));
    }

    // --- transactions ---

    @Test
    void aCommittedTransactionIsReadInOrderWithEverythingThatWasGiven() {
        TopicDescription topic = createTime(1);
        TopicPartition partition = partition(topic, 0);
        Headers headers = Headers.of("one", bytes("1")).with("two", new byte[0]).with("one", bytes("3"));
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            transaction.append(partition, 1_000, bytes("k1"), bytes("v1"), headers);
            transaction.append(partition, 900, null, bytes("v2"), Headers.EMPTY);
            transaction.append(partition, 2_000_000_000_000L, bytes("k3"), null, headers);
            transaction.append(partition, 5, new byte[0], new byte[0], Headers.EMPTY);
            transaction.append(partition, 6, bytes("xxkeyxx"), 2, 3, bytes("--value"), 2, 5, Headers.EMPTY);
            assertThat(transaction.records()).isEqualTo(5);
            assertThat(transaction.bytes()).isPositive();
            Map<TopicPartition, Long> ends = wait(transaction.commit());
            assertThat(ends).containsOnlyKeys(partition);
            assertThat(ends.get(partition))
                    .isEqualTo(log.admin().offsets(partition).end());
        }
        assertThat(readAll(partition))
                .containsExactly(
                        new Received(0, 1_000, "k1", "v1", headers),
                        new Received(1, 900, null, "v2", Headers.EMPTY),
                        new Received(2, 2_000_000_000_000L, "k3", null, headers),
                        new Received(3, 5, "", "", Headers.EMPTY),
                        new Received(4, 6, "key", "value", Headers.EMPTY));
    }

    @Test
    void offsetsRiseStrictlyOverManyTransactionsAndPartitions() {
        TopicDescription topic = newTopic(3);
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            for (int round = 0; round < 20; round++) {
                Transaction transaction = producer.begin();
                for (int i = 0; i < 30; i++) {
                    transaction.append(partition(topic, i % 3), 0, null, bytes(round + ":" + i), Headers.EMPTY);
                }
                wait(transaction.commit());
            }
        }
        for (int number = 0; number < 3; number++) {
            List<Received> records = readAll(partition(topic, number));
            List<String> expected = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                for (int i = number; i < 30; i += 3) {
                    expected.add(round + ":" + i);
                }
            }
            assertThat(records).extracting(Received::value).isEqualTo(expected);
            assertThat(records).extracting(Received::offset).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void aConsumerSeesNothingOfAnAbortedTransaction() {
        TopicDescription topic = newTopic(1);
        TopicPartition partition = partition(topic, 0);
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction aborted = producer.begin();
            aborted.append(partition, 0, null, bytes("aborted"), Headers.EMPTY);
            aborted.abort();
            aborted.abort();
            Transaction committed = producer.begin();
            committed.append(partition, 0, null, bytes("committed"), Headers.EMPTY);
            wait(committed.commit());
            committed.abort();
        }
        assertThat(readAll(partition)).extracting(Received::value).containsExactly("committed");
    }

    @Test
    void aConsumerSeesNothingOfAnOpenTransaction() {
        TopicDescription topic = newTopic(1);
        TopicPartition partition = partition(topic, 0);
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction open = producer.begin();
            open.append(partition, 0, null, bytes("open"), Headers.EMPTY);
            assertThat(readAll(partition)).isEmpty();
            assertThat(log.admin().offsets(partition).end()).isZero();
        }
        assertThat(readAll(partition)).isEmpty();
    }

    @Test
    void anEndedTransactionTakesNothingMoreAndOneIsOpenAtATime() {
        TopicPartition partition = partition(newTopic(1), 0);
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            assertThatThrownBy(producer::begin).isInstanceOf(IllegalStateException.class);
            wait(transaction.commit());
            assertThatThrownBy(() -> transaction.append(partition, 0, null, bytes("x"), Headers.EMPTY))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(transaction::commit).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> producer.send(partition, 0, null, bytes("x"), Headers.EMPTY))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(readAll(partition)).isEmpty();
    }

    @Test
    void anEmptyTransactionCommits() {
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            assertThat(wait(producer.begin().commit())).isEmpty();
        }
    }

    @Test
    void commitsUnderWayTakeEffectInTheOrderOfTheCalls() {
        TopicPartition partition = partition(newTopic(1), 0);
        List<CompletableFuture<Map<TopicPartition, Long>>> commits = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            for (int i = 0; i < 50; i++) {
                Transaction transaction = producer.begin();
                transaction.append(partition, 0, null, bytes("r" + i), Headers.EMPTY);
                expected.add("r" + i);
                commits.add(transaction.commit());
            }
            commits.forEach(LogContract::wait);
        }
        assertThat(readAll(partition)).extracting(Received::value).isEqualTo(expected);
    }

    @Test
    void aTransactionMovesTheOffsetsOfAGroupWhenAndOnlyWhenItCommits() {
        TopicPartition input = partition(newTopic(1), 0);
        TopicPartition output = partition(newTopic(1), 0);
        String group = freshName();
        commit(freshName(), input, "a", "b", "c");
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction aborted = producer.begin();
            aborted.append(output, 0, null, bytes("1"), Headers.EMPTY);
            aborted.commitOffsets(group, Map.of(input, new OffsetAndMetadata(1, 0, "first")));
            aborted.abort();
            assertThat(log.admin().committed(group)).isEmpty();

            Transaction committed = producer.begin();
            committed.append(output, 0, null, bytes("2"), Headers.EMPTY);
            committed.commitOffsets(group, Map.of(input, new OffsetAndMetadata(1, 0, "overwritten")));
            committed.commitOffsets(group, Map.of(input, new OffsetAndMetadata(2, 0, "second")));
            wait(committed.commit());
        }
        assertThat(log.admin().committed(group))
                .containsExactly(Map.entry(input, new OffsetAndMetadata(2, 0, "second")));
    }

    @Test
    void aTransactionOfOffsetsAloneCommits() {
        TopicPartition partition = partition(newTopic(1), 0);
        String group = freshName();
        commit(freshName(), partition, "a");
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            transaction.commitOffsets(group, Map.of(partition, OffsetAndMetadata.of(1)));
            assertThat(wait(transaction.commit())).isEmpty();
        }
        assertThat(log.admin().committed(group)).containsKey(partition);
    }

    @Test
    void aRecordOverTheLimitIsRefusedAndTheTransactionGoesOn() {
        TopicSettings small =
                TopicSettings.defaults().toBuilder().maxRecordBytes(2048).build();
        TopicPartition partition = partition(log.admin().createTopic(freshName(), 1, small), 0);
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            transaction.append(partition, 0, null, bytes("before"), Headers.EMPTY);
            assertThatThrownBy(() -> transaction.append(partition, 0, null, new byte[4096], Headers.EMPTY))
                    .isInstanceOf(RecordTooLargeException.class)
                    .hasMessageContaining("2048");
            transaction.append(partition, 0, null, bytes("after"), Headers.EMPTY);
            wait(transaction.commit());
        }
        assertThat(readAll(partition)).extracting(Received::value).containsExactly("before", "after");
    }

    @Test
    void anAppendToAPartitionThatDoesNotExistIsRefused() {
        TopicDescription topic = newTopic(1);
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            assertThatThrownBy(() -> transaction.append(partition(topic, 1), 0, null, bytes("x"), Headers.EMPTY))
                    .isInstanceOf(TopicNotFoundException.class);
            transaction.append(partition(topic, 0), 0, null, bytes("y"), Headers.EMPTY);
            wait(transaction.commit());
        }
        assertThat(readAll(partition(topic, 0))).hasSize(1);
    }

    @Test
    void aLargeRecordIsDeliveredWhole() {
        TopicPartition partition = partition(newTopic(1), 0);
        byte[] large = new byte[5 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 >> 3);
        }
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            transaction.append(partition, 0, null, bytes("small"), Headers.EMPTY);
            transaction.append(partition, 0, null, large, Headers.EMPTY);
            transaction.append(partition, 0, null, bytes("small"), Headers.EMPTY);
            wait(transaction.commit());
        }
        assertThat(readAll(partition))
                .extracting(received -> String.valueOf(received.value()).length())
                .containsExactly(5, large.length, 5);
    }

    @Test
    void aNewProducerOfTheSameTransactionalIdFencesTheOneBefore() {
        TopicPartition partition = partition(newTopic(1), 0);
        String id = freshName();
        Producer zombie = log.producer(ProducerOptions.transactional(id));
        Transaction open = zombie.begin();
        open.append(partition, 0, null, bytes("zombie"), Headers.EMPTY);
        try (Producer owner = log.producer(ProducerOptions.transactional(id))) {
            assertThatThrownBy(() -> wait(open.commit())).isInstanceOf(FencedException.class);
            assertThatThrownBy(zombie::begin).isInstanceOf(FencedException.class);
            Transaction transaction = owner.begin();
            transaction.append(partition, 0, null, bytes("owner"), Headers.EMPTY);
            wait(transaction.commit());
        }
        zombie.close();
        assertThat(readAll(partition)).extracting(Received::value).containsExactly("owner");
    }

    @Test
    void compactedTopicsRefuseRecordsWithoutAKey() {
        TopicSettings compacted = TopicSettings.defaults().toBuilder()
                .cleanup(TopicSettings.Cleanup.COMPACT)
                .build();
        TopicPartition partition = partition(log.admin().createTopic(freshName(), 1, compacted), 0);
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            assertThatThrownBy(() -> transaction.append(partition, 0, null, bytes("x"), Headers.EMPTY))
                    .isInstanceOf(InvalidRecordException.class)
                    .hasMessageContaining("compacted");
            transaction.append(partition, 0, bytes("k"), null, Headers.EMPTY);
            wait(transaction.commit());
        }
        assertThat(readAll(partition)).extracting(Received::key).containsExactly("k");
    }

    // --- idempotent producers ---

    @Test
    void sentRecordsKeepTheirOrderAndTellTheirOffsets() {
        TopicPartition partition = partition(newTopic(1), 0);
        List<CompletableFuture<Long>> futures = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        try (Producer producer = log.producer(ProducerOptions.idempotent().withBatchBytes(1 << 10))) {
            for (int i = 0; i < 1_000; i++) {
                futures.add(producer.send(partition, 0, bytes("k"), bytes("v" + i), Headers.EMPTY));
                expected.add("v" + i);
            }
            producer.flush();
            for (int i = 0; i < futures.size(); i++) {
                assertThat(futures.get(i)).isCompletedWithValue((long) i);
            }
            assertThatThrownBy(producer::begin).isInstanceOf(IllegalStateException.class);
        }
        assertThat(readAll(partition)).extracting(Received::value).isEqualTo(expected);
    }

    @Test
    void aSentRecordIsDurableWithoutAFlush() {
        TopicPartition partition = partition(newTopic(1), 0);
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            assertThat(wait(producer.send(partition, 0, null, bytes("a"), Headers.EMPTY)))
                    .isZero();
            assertThat(wait(producer.send(partition, 0, null, bytes("b"), Headers.EMPTY)))
                    .isEqualTo(1);
        }
    }

    @Test
    void aSentRecordOverTheLimitFailsAloneInItsFuture() {
        TopicSettings small =
                TopicSettings.defaults().toBuilder().maxRecordBytes(2048).build();
        TopicPartition partition = partition(log.admin().createTopic(freshName(), 1, small), 0);
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            CompletableFuture<Long> refused = producer.send(partition, 0, null, new byte[4096], Headers.EMPTY);
            assertThatThrownBy(() -> wait(refused)).isInstanceOf(RecordTooLargeException.class);
            assertThat(wait(producer.send(partition, 0, null, bytes("fits"), Headers.EMPTY)))
                    .isZero();
        }
    }

    // --- readers ---

    @Test
    void aReaderBeginsAtAnyOffsetAndSeeks() {
        TopicPartition partition = partition(newTopic(1), 0);
        String[] values = new String[500];
        for (int i = 0; i < values.length; i++) {
            values[i] = "value-" + i;
        }
        commit(freshName(), partition, values);
        try (PartitionReader reader = log.reader(partition, 321)) {
            assertThat(first(reader)).isEqualTo(321);
            reader.seek(7);
            assertThat(first(reader)).isEqualTo(7);
            long end = log.admin().offsets(partition).end();
            reader.seek(end);
            assertThat(reader.poll(NOW)).isEmpty();
            assertThatThrownBy(() -> reader.seek(end + 1)).isInstanceOf(OffsetOutOfRangeException.class);
        }
        assertThatThrownBy(() -> log.reader(partition, 100_000)).isInstanceOf(OffsetOutOfRangeException.class);
    }

    @Test
    void anAppendEndsTheWaitOfAReader() throws Exception {
        TopicPartition partition = partition(newTopic(1), 0);
        CountDownLatch polling = new CountDownLatch(1);
        CompletableFuture<String> read = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            try (PartitionReader reader = log.reader(partition, 0)) {
                polling.countDown();
                read.complete(values(reader.poll(PATIENCE).orElseThrow()).get(0));
            } catch (RuntimeException e) {
                read.completeExceptionally(e);
            }
        });
        waiter.start();
        polling.await();
        commit(freshName(), partition, "news");
        assertThat(wait(read)).isEqualTo("news");
        waiter.join();
    }

    @Test
    void wakeupEndsTheNextWaitOfAReader() {
        try (PartitionReader reader = log.reader(partition(newTopic(1), 0), 0)) {
            reader.wakeup();
            assertThat(reader.poll(PATIENCE)).isEmpty();
        }
    }

    // --- groups ---

    @Test
    void aGroupGoesOnWhereItCommitted() {
        TopicDescription topic = newTopic(1);
        TopicPartition partition = partition(topic, 0);
        String group = freshName();
        commit(freshName(), partition, "a", "b");
        try (GroupConsumer consumer = log.consumer(group, ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            var chunks = consumer.poll(PATIENCE);
            assertThat(values(chunks.get(0))).containsExactly("a", "b");
            assertThat(consumer.committed(partition)).isEmpty();
            consumer.commit(GroupConsumer.after(chunks));
            assertThat(consumer.committed(partition))
                    .hasValueSatisfying(
                            committed -> assertThat(committed.offset()).isEqualTo(consumer.position(partition)));
        }
        commit(freshName(), partition, "c");
        try (GroupConsumer consumer = log.consumer(group, ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            assertThat(consume(consumer, 1)).containsExactly("c");
        }
    }

    @Test
    void aGroupWithoutCommitsBeginsAtTheEndWhenItWantsOnlyWhatIsNew() {
        TopicDescription topic = newTopic(1);
        commit(freshName(), partition(topic, 0), "old");
        try (GroupConsumer consumer =
                log.consumer(freshName(), ConsumerOptions.defaults().withStartAt(ConsumerOptions.StartAt.LATEST))) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            while (consumer.assignment().isEmpty()) {
                assertThat(consumer.poll(NOW)).isEmpty();
            }
            consumer.position(partition(topic, 0));
            commit(freshName(), partition(topic, 0), "new");
            assertThat(consume(consumer, 1)).containsExactly("new");
        }
    }

    @Test
    @SuppressWarnings("try")
    void membersShareThePartitionsAndEachIsReadByOne() {
        TopicDescription topic = newTopic(4);
        String group = freshName();
        try (GroupConsumer one = log.consumer(group, ConsumerOptions.defaults());
                GroupConsumer two = log.consumer(group, ConsumerOptions.defaults())) {
            one.subscribe(List.of(topic.name()), RebalanceListener.none());
            await(() -> one.poll(NOW) != null && one.assignment().size() == 4);
            two.subscribe(List.of(topic.name()), RebalanceListener.none());
            Set<TopicPartition> before = one.assignment();
            await(() -> {
                one.poll(NOW);
                two.poll(NOW);
                Set<TopicPartition> both = new HashSet<>(one.assignment());
                assertThat(both.stream().noneMatch(two.assignment()::contains)).isTrue();
                return one.assignment().size() == 2 && two.assignment().size() == 2;
            });
            assertThat(before).containsAll(one.assignment());
            one.close();
            await(() -> two.poll(NOW) != null && two.assignment().size() == 4);
        }
    }

    @Test
    void theListenerHearsOfPartitionsThatComeAndGo() {
        TopicDescription topic = newTopic(2);
        String group = freshName();
        List<String> events = new ArrayList<>();
        RebalanceListener listener = new RebalanceListener() {
            @Override
            public void revoked(Set<TopicPartition> partitions) {
                events.add("revoked " + partitions.size());
            }

            @Override
            public void assigned(Set<TopicPartition> partitions) {
                events.add("assigned " + partitions.size());
            }
        };
        try (GroupConsumer one = log.consumer(group, ConsumerOptions.defaults());
                GroupConsumer two = log.consumer(group, ConsumerOptions.defaults())) {
            one.subscribe(List.of(topic.name()), listener);
            await(() -> one.poll(NOW) != null && one.assignment().size() == 2);
            two.subscribe(List.of(topic.name()), RebalanceListener.none());
            await(() -> one.poll(NOW) != null
                    && two.poll(NOW) != null
                    && one.assignment().size() == 1);
        }
        assertThat(events).containsExactly("assigned 2", "revoked 1");
    }

    @Test
    void theLastMomentToCommitIsInRevoked() {
        TopicDescription topic = newTopic(2);
        String group = freshName();
        commit(freshName(), partition(topic, 0), "a");
        commit(freshName(), partition(topic, 1), "b");
        try (GroupConsumer one = log.consumer(group, ConsumerOptions.defaults());
                GroupConsumer two = log.consumer(group, ConsumerOptions.defaults())) {
            RebalanceListener listener = new RebalanceListener() {
                @Override
                public void revoked(Set<TopicPartition> partitions) {
                    partitions.forEach(p -> one.commit(Map.of(p, OffsetAndMetadata.of(one.position(p)))));
                }

                @Override
                public void assigned(Set<TopicPartition> partitions) {}
            };
            one.subscribe(List.of(topic.name()), listener);
            assertThat(consume(one, 2)).containsExactlyInAnyOrder("a", "b");
            two.subscribe(List.of(topic.name()), RebalanceListener.none());
            await(() -> one.poll(NOW).isEmpty()
                    && two.poll(NOW).isEmpty()
                    && two.assignment().size() == 1);
            TopicPartition moved = two.assignment().iterator().next();
            assertThat(two.committed(moved)).isPresent();
            assertThatThrownBy(() -> one.commit(Map.of(moved, OffsetAndMetadata.of(0))))
                    .isInstanceOf(FencedException.class);
        }
    }

    @Test
    void aMemberSeeksPausesAndResumes() {
        TopicDescription topic = newTopic(1);
        TopicPartition partition = partition(topic, 0);
        commit(freshName(), partition, "a", "b", "c");
        try (GroupConsumer consumer = log.consumer(freshName(), ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            assertThat(consume(consumer, 3)).containsExactly("a", "b", "c");
            consumer.seek(partition, 1);
            assertThat(consumer.position(partition)).isEqualTo(1);
            consumer.pause(List.of(partition));
            assertThat(consumer.poll(NOW)).isEmpty();
            consumer.resume(List.of(partition));
            assertThat(consume(consumer, 2)).containsExactly("b", "c");
            assertThatThrownBy(() -> consumer.seek(partition, 1_000)).isInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @Test
    void aGroupIsListedResetAndForgottenWhenItHasNoMembers() {
        TopicDescription topic = newTopic(1);
        TopicPartition partition = partition(topic, 0);
        String group = freshName();
        commit(freshName(), partition, "a", "b");
        assertThat(log.admin().committed(group)).isEmpty();
        log.admin().reset(group, Map.of(partition, new OffsetAndMetadata(1, -1, "by hand")));
        assertThat(log.admin().groups()).contains(group);
        assertThat(log.admin().committed(group).get(partition).metadata()).isEqualTo("by hand");
        try (GroupConsumer consumer = log.consumer(group, ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            assertThat(consume(consumer, 1)).containsExactly("b");
            assertThatThrownBy(() -> log.admin().reset(group, Map.of(partition, OffsetAndMetadata.of(0))))
                    .isInstanceOf(LogException.class);
            assertThatThrownBy(() -> log.admin().deleteGroup(group)).isInstanceOf(LogException.class);
        }
        log.admin().deleteGroup(group);
        assertThat(log.admin().groups()).doesNotContain(group);
    }

    @Test
    void wakeupEndsTheNextWaitOfAMember() {
        TopicDescription topic = newTopic(1);
        try (GroupConsumer consumer = log.consumer(freshName(), ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            consumer.wakeup();
            assertThat(consumer.poll(PATIENCE)).isEmpty();
        }
    }

    @Test
    void subscribingToATopicThatDoesNotExistIsRefused() {
        try (GroupConsumer consumer = log.consumer(freshName(), ConsumerOptions.defaults())) {
            assertThatThrownBy(() -> consumer.subscribe(List.of(freshName()), RebalanceListener.none()))
                    .isInstanceOf(TopicNotFoundException.class);
        }
    }

    @Test
    void smallFetchesDeliverEverythingOnce() {
        TopicDescription topic = newTopic(2);
        List<String> expected = new ArrayList<>();
        try (Producer producer =
                log.producer(ProducerOptions.transactional(freshName()).withBatchBytes(1 << 10))) {
            for (int round = 0; round < 10; round++) {
                Transaction transaction = producer.begin();
                for (int i = 0; i < 100; i++) {
                    String value = round + "/" + i + "x".repeat(i);
                    transaction.append(partition(topic, i % 2), 0, null, bytes(value), Headers.EMPTY);
                    expected.add(value);
                }
                wait(transaction.commit());
            }
        }
        try (GroupConsumer consumer =
                log.consumer(freshName(), ConsumerOptions.defaults().withFetchBytes(1 << 10))) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            assertThat(consume(consumer, expected.size())).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    // --- what the tests are written with ---

    /** A name that no other test has. */
    protected static String freshName() {
        return "t" + UUID.randomUUID().toString().replace("-", "");
    }

    /** A new topic with the default settings. */
    protected TopicDescription newTopic(int partitions) {
        return log.admin().createTopic(freshName(), partitions, TopicSettings.defaults());
    }

    private TopicDescription createTime(int partitions) {
        TopicSettings settings = TopicSettings.defaults().toBuilder()
                .timestampType(TopicSettings.TimestampType.CREATE_TIME)
                .build();
        return log.admin().createTopic(freshName(), partitions, settings);
    }

    /** A partition of a topic. */
    protected static TopicPartition partition(TopicDescription topic, int number) {
        return new TopicPartition(topic.name(), number);
    }

    /** A text in UTF-8. */
    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Commits some values without keys in one transaction. */
    protected void commit(String transactionalId, TopicPartition partition, String... values) {
        try (Producer producer = log.producer(ProducerOptions.transactional(transactionalId))) {
            Transaction transaction = producer.begin();
            for (String value : values) {
                transaction.append(partition, 0, null, bytes(value), Headers.EMPTY);
            }
            wait(transaction.commit());
        }
    }

    /** The result of a future; throws what it failed with. */
    protected static <T> T wait(CompletableFuture<T> future) {
        try {
            return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** All records of a partition up to its end. */
    protected List<Received> readAll(TopicPartition partition) {
        List<Received> records = new ArrayList<>();
        try (PartitionReader reader =
                log.reader(partition, log.admin().offsets(partition).start())) {
            long end = log.admin().offsets(partition).end();
            while (reader.position() < end) {
                records.addAll(Received.of(reader.poll(PATIENCE).orElseThrow()));
            }
        }
        return records;
    }

    private static List<String> values(RecordChunk chunk) {
        List<String> values = new ArrayList<>();
        Received.of(chunk).forEach(received -> values.add(received.value()));
        return values;
    }

    private static long first(PartitionReader reader) {
        return Received.of(reader.poll(PATIENCE).orElseThrow()).get(0).offset();
    }

    /** The values of the next records of a member, at least so many. */
    protected static List<String> consume(GroupConsumer consumer, int count) {
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (values.size() < count && System.nanoTime() < deadline) {
            consumer.poll(Duration.ofMillis(200)).forEach(chunk -> values.addAll(values(chunk)));
        }
        return values;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is over").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
