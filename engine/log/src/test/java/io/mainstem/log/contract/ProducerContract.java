package io.mainstem.log.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.FencedException;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Headers;
import io.mainstem.log.InvalidRecordException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import io.mainstem.log.TransactionTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What every {@link io.mainstem.log.Log} keeps about producers and transactions. */
public abstract class ProducerContract extends ContractFixture {
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
            commits.forEach(ContractFixture::wait);
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
    void whatIsNotInItsArrayIsRefusedAndChangesNothing() {
        TopicPartition partition = partition(newTopic(1), 0);
        byte[] bytes = bytes("abcdef");
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            producer.append(partition, 0, bytes, 0, 2, bytes, 0, 6, Headers.EMPTY);
            producer.flush();
            assertThatThrownBy(() -> producer.append(partition, 0, bytes, 0, -2, bytes, 0, 6, Headers.EMPTY))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("-2");
            assertThatThrownBy(() -> producer.append(partition, 0, bytes, 0, 2, bytes, 3, 4, Headers.EMPTY))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            producer.append(partition, 0, bytes, 2, 1, bytes, 3, 3, Headers.EMPTY);
            producer.flush();
        }
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            assertThatThrownBy(() -> transaction.append(partition, 0, bytes, 0, -9, bytes, 0, 6, Headers.EMPTY))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> transaction.append(partition, 0, bytes, 5, 2, bytes, 0, 6, Headers.EMPTY))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            transaction.append(partition, 0, bytes, 0, -1, bytes, 5, 1, Headers.EMPTY);
            wait(transaction.commit());
        }
        assertThat(readAll(partition)).extracting(Received::value).containsExactly("abcdef", "def", "f");
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
                    .isInstanceOf(InvalidRecordException.class);
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

    @Test
    void recordsWithoutAFutureAreDurableAfterTheFlush() {
        TopicPartition partition = partition(newTopic(1), 0);
        List<String> expected = new ArrayList<>();
        byte[] array = bytes("xxkeyxx--value--");
        try (Producer producer = log.producer(ProducerOptions.idempotent().withBatchBytes(1 << 10))) {
            for (int i = 0; i < 500; i++) {
                producer.append(partition, 0, array, 2, 3, array, 9, 5, Headers.EMPTY);
                expected.add("key=value");
            }
            producer.append(partition, 0, array, 0, -1, array, 0, -1, Headers.EMPTY);
            expected.add("null=null");
            producer.flush();
            assertThat(readAll(partition))
                    .extracting(received -> received.key() + "=" + received.value())
                    .isEqualTo(expected);
        }
    }

    @Test
    void recordsWithAndWithoutAFutureKeepTheirOrder() {
        TopicPartition partition = partition(newTopic(1), 0);
        List<String> expected = new ArrayList<>();
        Map<Integer, CompletableFuture<Long>> futures = new java.util.TreeMap<>();
        try (Producer producer = log.producer(
                ProducerOptions.idempotent().withBatchBytes(1 << 10).withLinger(Duration.ofMillis(1)))) {
            for (int i = 0; i < 600; i++) {
                byte[] value = bytes("v" + i);
                if (i % 3 == 1) {
                    futures.put(i, producer.send(partition, 0, null, value, Headers.EMPTY));
                } else {
                    producer.append(partition, 0, value, 0, -1, value, 0, value.length, Headers.EMPTY);
                }
                expected.add("v" + i);
            }
            producer.flush();
            futures.forEach((number, future) -> assertThat(future).isCompletedWithValue((long) number));
        }
        assertThat(readAll(partition)).extracting(Received::value).isEqualTo(expected);
    }

    @Test
    void aRecordWithoutAFutureOverTheLimitIsRefusedAtOnceAndTheProducerGoesOn() {
        TopicSettings small =
                TopicSettings.defaults().toBuilder().maxRecordBytes(2048).build();
        TopicPartition partition = partition(log.admin().createTopic(freshName(), 1, small), 0);
        byte[] value = new byte[4096];
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            assertThatThrownBy(() -> producer.append(partition, 0, value, 0, -1, value, 0, 4096, Headers.EMPTY))
                    .isInstanceOf(RecordTooLargeException.class);
            producer.append(partition, 0, value, 0, -1, value, 0, 100, Headers.EMPTY);
            producer.flush();
        }
        assertThat(readAll(partition)).hasSize(1);
    }

    @Test
    void manyRecordsGoThroughALittleMemory() {
        TopicDescription topic = newTopic(3);
        List<String> expected = new ArrayList<>();
        try (Producer producer = log.producer(
                ProducerOptions.idempotent().withBufferBytes(64 << 10).withLinger(PATIENCE))) {
            for (int i = 0; i < 3_000; i++) {
                byte[] value = bytes(i + "x".repeat(200));
                producer.append(partition(topic, i % 3), 0, value, 0, -1, value, 0, value.length, Headers.EMPTY);
                expected.add(i + "x".repeat(200));
            }
            producer.flush();
        }
        List<String> found = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readAll(partition(topic, i)).forEach(received -> found.add(received.value()));
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void theMemoryHasALimitThatMakesSense() {
        assertThatThrownBy(() -> ProducerOptions.idempotent().withBufferBytes(1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ProducerOptions.transactional("x").withTransactionTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLingeringBatchGoesOffByItself() {
        TopicPartition partition = partition(newTopic(1), 0);
        try (Producer producer = log.producer(ProducerOptions.idempotent().withLinger(Duration.ofMillis(20)))) {
            CompletableFuture<Long> first = producer.send(partition, 0, null, bytes("a"), Headers.EMPTY);
            CompletableFuture<Long> second = producer.send(partition, 0, null, bytes("b"), Headers.EMPTY);
            await(() -> first.isDone() && second.isDone());
            assertThat(first).isCompletedWithValue(0L);
            assertThat(second).isCompletedWithValue(1L);
        }
    }

    @Test
    void aCloseSendsWhatWaits() {
        TopicPartition partition = partition(newTopic(1), 0);
        Producer producer = log.producer(ProducerOptions.idempotent().withLinger(PATIENCE));
        CompletableFuture<Long> future = producer.send(partition, 0, null, bytes("a"), Headers.EMPTY);
        producer.close(PATIENCE);
        assertThat(future).isCompletedWithValue(0L);
        assertThatThrownBy(() -> producer.send(partition, 0, null, bytes("b"), Headers.EMPTY))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aProducerOutlivesTheTopicItWroteTo() {
        TopicDescription topic = newTopic(1);
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            wait(producer.send(partition(topic, 0), 0, null, bytes("old"), Headers.EMPTY));
            log.admin().deleteTopic(topic.name());
            assertThatThrownBy(() -> producer.send(partition(topic, 0), 0, null, bytes("x"), Headers.EMPTY))
                    .isInstanceOf(TopicNotFoundException.class);
            log.admin().createTopic(topic.name(), 1, TopicSettings.defaults());
            assertThat(wait(producer.send(partition(topic, 0), 0, null, bytes("new"), Headers.EMPTY)))
                    .isZero();
        }
    }

    @Test
    void aTransactionThatIsOpenForTooLongIsAbortedAndItsOwnerHearsOfIt() {
        TopicPartition partition = partition(newTopic(1), 0);
        try (Producer producer =
                log.producer(ProducerOptions.transactional(freshName()).withTransactionTimeout(Duration.ofMillis(5)))) {
            Transaction late = producer.begin();
            late.append(partition, 0, null, bytes("late"), Headers.EMPTY);
            await(() -> isTimedOut(() -> late.append(partition, 0, null, bytes("late"), Headers.EMPTY)));
            assertThatThrownBy(late::commit).isInstanceOf(IllegalStateException.class);
            late.abort();
        }
        try (Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            Transaction transaction = producer.begin();
            transaction.append(partition, 0, null, bytes("in time"), Headers.EMPTY);
            wait(transaction.commit());
        }
        assertThat(readAll(partition)).extracting(Received::value).containsExactly("in time");
    }

    private static boolean isTimedOut(Runnable call) {
        try {
            call.run();
            return false;
        } catch (TransactionTimeoutException e) {
            return true;
        }
    }

    @Test
    void aTransactionForAMemberCommitsOnlyWhileThePartitionsAreTheMembers() {
        TopicDescription input = newTopic(2);
        TopicPartition output = partition(newTopic(1), 0);
        String group = freshName();
        for (int i = 0; i < 2; i++) {
            commit(freshName(), partition(input, i), "a", "b");
        }
        GroupConsumer one = log.consumer(group, ConsumerOptions.defaults());
        try (GroupConsumer two = log.consumer(group, ConsumerOptions.defaults());
                Producer producer = log.producer(ProducerOptions.transactional(freshName()))) {
            one.subscribe(List.of(input.name()), GroupConsumer.RebalanceListener.none());
            assertThat(consume(one, 4)).hasSize(4);
            Transaction good = producer.begin();
            good.append(output, 0, null, bytes("good"), Headers.EMPTY);
            good.commitOffsets(one, Map.of(partition(input, 0), OffsetAndMetadata.of(1)));
            wait(good.commit());

            Transaction zombie = producer.begin();
            zombie.append(output, 0, null, bytes("zombie"), Headers.EMPTY);
            zombie.commitOffsets(one, Map.of(partition(input, 0), OffsetAndMetadata.of(2)));
            one.close();
            two.subscribe(List.of(input.name()), GroupConsumer.RebalanceListener.none());
            await(() -> two.poll(NOW) != null && two.assignment().size() == 2);
            assertThatThrownBy(() -> wait(zombie.commit())).isInstanceOf(FencedException.class);
        }
        assertThat(readAll(output)).extracting(Received::value).containsExactly("good");
        assertThat(log.admin().committed(group))
                .containsExactly(Map.entry(partition(input, 0), OffsetAndMetadata.of(1)));
    }
}
