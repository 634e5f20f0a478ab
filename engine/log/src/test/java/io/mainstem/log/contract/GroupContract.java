package io.mainstem.log.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.FencedException;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.GroupConsumer.RebalanceListener;
import io.mainstem.log.GroupDescription;
import io.mainstem.log.Headers;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetOutOfRangeException;
import io.mainstem.log.OffsetSpec;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What every {@link io.mainstem.log.Log} keeps about consumer groups. */
public abstract class GroupContract extends ContractFixture {
    @Test
    void aMemberReleasesOneChunkAndKeepsAnother() {
        TopicDescription topic = newTopic(2);
        commit(freshName(), partition(topic, 0), "a");
        commit(freshName(), partition(topic, 1), "b");
        try (GroupConsumer consumer = log.consumer(freshName(), ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            List<RecordChunk> chunks = consumer.poll(PATIENCE);
            assertThat(chunks).hasSize(2);
            chunks.get(0).release();
            commit(freshName(), partition(topic, 0), "c");
            commit(freshName(), partition(topic, 1), "d");
            assertThat(consume(consumer, 2)).containsExactlyInAnyOrder("c", "d");
            assertThat(values(chunks.get(1)))
                    .containsExactly(chunks.get(1).partition().partition() == 0 ? "a" : "b");
        }
    }

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

    @Test
    void onlyThePartitionsThatMoveStop() {
        TopicDescription topic = newTopic(4);
        String group = freshName();
        Events events = new Events();
        try (GroupConsumer one = log.consumer(group, ConsumerOptions.defaults());
                GroupConsumer two = log.consumer(group, ConsumerOptions.defaults())) {
            one.subscribe(List.of(topic.name()), events);
            await(() -> one.poll(NOW) != null && one.assignment().size() == 4);
            two.subscribe(List.of(topic.name()), RebalanceListener.none());
            one.poll(NOW);
            Set<TopicPartition> kept = one.assignment();
            assertThat(kept).hasSize(2);
            for (TopicPartition partition : kept) {
                commit(freshName(), partition, "news");
            }
            assertThat(consume(one, 2)).containsExactly("news", "news");
            await(() -> two.poll(NOW) != null && two.assignment().size() == 2);
            assertThat(events.all).containsExactly("assigned 4", "revoked 2");
        }
    }

    @Test
    void aMemberThatDoesNotPollIsPutOutAndJoinsAnew() {
        TopicDescription topic = newTopic(2);
        TopicPartition partition = partition(topic, 0);
        String group = freshName();
        Events events = new Events();
        try (GroupConsumer slow =
                        log.consumer(group, ConsumerOptions.defaults().withMaxPollInterval(Duration.ofMillis(100)));
                GroupConsumer other = log.consumer(group, ConsumerOptions.defaults())) {
            slow.subscribe(List.of(topic.name()), events);
            slow.poll(NOW);
            assertThat(slow.assignment()).hasSize(2);
            other.subscribe(List.of(topic.name()), RebalanceListener.none());
            await(() -> other.poll(NOW) != null && other.assignment().size() == 2);

            assertThatThrownBy(() -> slow.commit(Map.of(partition, OffsetAndMetadata.of(0))))
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining(partition.toString());
            slow.poll(NOW);
            assertThat(events.all).startsWith("assigned 2", "lost 2");
            await(() -> slow.poll(NOW) != null
                    && other.poll(NOW) != null
                    && slow.assignment().size() == 1
                    && other.assignment().size() == 1);
            assertThat(log.admin().committed(group)).isEmpty();
        }
    }

    @Test
    void aMemberThatWaitsForRecordsIsNotPutOut() throws Exception {
        TopicDescription topic = newTopic(1);
        String group = freshName();
        Events events = new Events();
        try (GroupConsumer member =
                log.consumer(group, ConsumerOptions.defaults().withMaxPollInterval(Duration.ofMillis(50)))) {
            member.subscribe(List.of(topic.name()), events);
            assertThat(member.poll(Duration.ofMillis(800))).isEmpty();
            assertThat(events.all).doesNotContain("lost 1").contains("assigned 1");
        }
    }

    @Test
    void aStaticMemberThatComesBackHasItsPartitionsAndNobodyElseIsDisturbed() {
        TopicDescription topic = newTopic(4);
        String group = freshName();
        Events others = new Events();
        GroupConsumer before = log.consumer(group, ConsumerOptions.defaults().withGroupInstanceId("a"));
        try (GroupConsumer other = log.consumer(group, ConsumerOptions.defaults())) {
            before.subscribe(List.of(topic.name()), RebalanceListener.none());
            other.subscribe(List.of(topic.name()), others);
            await(() -> before.poll(NOW) != null
                    && other.poll(NOW) != null
                    && before.assignment().size() == 2
                    && other.assignment().size() == 2);
            Set<TopicPartition> mine = before.assignment();
            int generation = describe(group).generation();
            before.close();
            other.poll(NOW);
            assertThat(describe(group).members().get(0).connected()).isFalse();
            try (GroupConsumer after =
                    log.consumer(group, ConsumerOptions.defaults().withGroupInstanceId("a"))) {
                after.subscribe(List.of(topic.name()), RebalanceListener.none());
                after.poll(NOW);
                assertThat(after.assignment()).isEqualTo(mine);
            }
            other.poll(NOW);
            assertThat(others.all).containsExactly("assigned 2");
            assertThat(describe(group).generation()).isEqualTo(generation);
        }
    }

    @Test
    void theSeatOfAStaticMemberIsGivenUpAfterTheSessionTimeout() {
        TopicDescription topic = newTopic(2);
        String group = freshName();
        ConsumerOptions options =
                ConsumerOptions.defaults().withGroupInstanceId("a").withSessionTimeout(Duration.ofMillis(50));
        GroupConsumer gone = log.consumer(group, options);
        try (GroupConsumer other = log.consumer(group, ConsumerOptions.defaults())) {
            gone.subscribe(List.of(topic.name()), RebalanceListener.none());
            gone.poll(NOW);
            gone.close();
            other.subscribe(List.of(topic.name()), RebalanceListener.none());
            await(() -> other.poll(NOW) != null && other.assignment().size() == 2);
        }
    }

    @Test
    void aSecondConsumerOfTheSameInstanceIdFencesTheFirst() {
        TopicDescription topic = newTopic(2);
        TopicPartition partition = partition(topic, 0);
        String group = freshName();
        ConsumerOptions options = ConsumerOptions.defaults().withGroupInstanceId("a");
        commit(freshName(), partition, "x");
        GroupConsumer first = log.consumer(group, options);
        try (GroupConsumer second = log.consumer(group, options)) {
            first.subscribe(List.of(topic.name()), RebalanceListener.none());
            assertThat(consume(first, 1)).containsExactly("x");
            second.subscribe(List.of(topic.name()), RebalanceListener.none());
            assertThatThrownBy(() -> first.commit(Map.of(partition, OffsetAndMetadata.of(1))))
                    .isInstanceOf(FencedException.class);
            assertThatThrownBy(() -> first.poll(PATIENCE))
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("'a'");
            assertThat(consume(second, 1)).containsExactly("x");
            first.close();
            assertThat(second.poll(NOW)).isEmpty();
            assertThat(second.assignment()).hasSize(2);
        }
    }

    @Test
    void aGroupIsDescribedWithMembersAndLag() {
        TopicDescription topic = newTopic(2);
        String group = freshName();
        assertThat(log.admin().describeGroup(group)).isEmpty();
        commit(freshName(), partition(topic, 0), "a", "b", "c");
        long end = log.admin().offsets(partition(topic, 0)).end();
        try (GroupConsumer member =
                log.consumer(group, ConsumerOptions.defaults().withGroupInstanceId("reader"))) {
            member.subscribe(List.of(topic.name()), RebalanceListener.none());
            assertThat(describe(group).state()).isEqualTo(GroupDescription.State.REBALANCING);
            assertThat(consume(member, 3)).hasSize(3);
            member.commit(Map.of(partition(topic, 0), OffsetAndMetadata.of(1)));
            GroupDescription description = describe(group);
            assertThat(description.state()).isEqualTo(GroupDescription.State.STABLE);
            assertThat(description.members())
                    .containsExactly(new GroupDescription.Member(
                            "reader", Optional.of("reader"), true, Set.of(partition(topic, 0), partition(topic, 1))));
            assertThat(description.partitions())
                    .containsExactly(
                            new GroupDescription.Partition(
                                    partition(topic, 0), OptionalLong.of(1), 0, end, Optional.of("reader")),
                            new GroupDescription.Partition(
                                    partition(topic, 1), OptionalLong.empty(), 0, 0, Optional.of("reader")));
            assertThat(description.lag()).isEqualTo(end - 1);
        }
    }

    private GroupDescription describe(String group) {
        return log.admin().describeGroup(group).orElseThrow();
    }

    @Test
    void aGroupIsResetToTheStartTheEndANumberOrATime() throws Exception {
        TopicDescription topic = createTime(1);
        TopicPartition partition = partition(topic, 0);
        String group = freshName();
        try (Producer producer = log.producer(ProducerOptions.idempotent().withBatchBytes(1 << 10))) {
            for (int i = 0; i < 500; i++) {
                var unused = producer.send(partition, 1_000 + i * 10L, null, bytes("v" + i), Headers.EMPTY);
            }
        }
        assertThat(resolve(partition, OffsetSpec.earliest())).isZero();
        assertThat(resolve(partition, OffsetSpec.latest())).isEqualTo(500);
        assertThat(resolve(partition, OffsetSpec.at(7))).isEqualTo(7);
        assertThat(resolve(partition, OffsetSpec.forTimestamp(Instant.EPOCH))).isZero();
        assertThat(resolve(partition, OffsetSpec.forTimestamp(Instant.ofEpochMilli(2_001))))
                .isEqualTo(101);
        assertThat(resolve(partition, OffsetSpec.forTimestamp(Instant.ofEpochMilli(1_000_000))))
                .isEqualTo(500);
        assertThatThrownBy(() -> resolve(partition, OffsetSpec.at(501))).isInstanceOf(OffsetOutOfRangeException.class);
        assertThatThrownBy(() -> resolve(partition(topic, 1), OffsetSpec.latest()))
                .isInstanceOf(TopicNotFoundException.class);

        log.admin().reset(group, log.admin().resolve(List.of(partition), OffsetSpec.at(498)));
        reopen();
        try (GroupConsumer consumer = log.consumer(group, ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            assertThat(consume(consumer, 2)).containsExactly("v498", "v499");
        }
    }

    private long resolve(TopicPartition partition, OffsetSpec spec) {
        return log.admin().resolve(List.of(partition), spec).get(partition).offset();
    }

    @Test
    void offsetsWithTheirMetadataSurviveAClose() throws Exception {
        TopicDescription topic = newTopic(1);
        TopicPartition partition = partition(topic, 0);
        String group = freshName();
        commit(freshName(), partition, "a", "b");
        OffsetAndMetadata offset = new OffsetAndMetadata(1, 0, "a note, \u00fc");
        try (GroupConsumer consumer = log.consumer(group, ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            consume(consumer, 2);
            consumer.commit(Map.of(partition, offset));
        }
        reopen();
        assertThat(log.admin().committed(group)).containsExactly(Map.entry(partition, offset));
        assertThat(log.admin().describeGroup(group)).hasValueSatisfying(description -> {
            assertThat(description.state()).isEqualTo(GroupDescription.State.EMPTY);
            assertThat(description.members()).isEmpty();
        });
    }

    @Test
    void aPollThatIsFullGoesOnWithThePartitionsThatHadNoRoom() {
        TopicDescription topic = newTopic(5);
        for (int i = 0; i < 5; i++) {
            commit(freshName(), partition(topic, i), "x".repeat(3_000) + i, "y".repeat(3_000) + i);
        }
        ConsumerOptions options = ConsumerOptions.defaults().withPollBytes(5_000);
        try (GroupConsumer consumer = log.consumer(freshName(), options)) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            Set<TopicPartition> seen = new HashSet<>();
            for (int poll = 0; poll < 5; poll++) {
                List<RecordChunk> chunks = consumer.poll(PATIENCE);
                assertThat(chunks).hasSize(1);
                seen.add(chunks.get(0).partition());
            }
            assertThat(seen).hasSize(5);
        }
    }

    @Test
    void aRecordLargerThanTheFetchSizeComesAlone() {
        TopicDescription topic = newTopic(1);
        TopicPartition partition = partition(topic, 0);
        commit(freshName(), partition, "small");
        commit(freshName(), partition, "x".repeat(100_000));
        commit(freshName(), partition, "small");
        ConsumerOptions options =
                ConsumerOptions.defaults().withFetchBytes(1 << 10).withPollBytes(1 << 10);
        try (GroupConsumer consumer = log.consumer(freshName(), options)) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            assertThat(consume(consumer, 3)).extracting(String::length).containsExactly(5, 100_000, 5);
        }
    }

    @Test
    void aPausedPartitionIsNotReadAndDoesNotHoldUpOthers() {
        TopicDescription topic = newTopic(2);
        commit(freshName(), partition(topic, 0), "paused");
        try (GroupConsumer consumer = log.consumer(freshName(), ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
            await(() -> {
                if (consumer.assignment().isEmpty()) {
                    consumer.poll(NOW);
                }
                return consumer.assignment().size() == 2;
            });
            consumer.seek(partition(topic, 0), 0);
            consumer.pause(List.of(partition(topic, 0)));
            commit(freshName(), partition(topic, 1), "other");
            assertThat(consume(consumer, 1)).containsExactly("other");
            assertThat(consumer.poll(NOW)).isEmpty();
            assertThat(consumer.position(partition(topic, 0))).isZero();
            consumer.resume(List.of(partition(topic, 0)));
            assertThat(consume(consumer, 1)).containsExactly("paused");
        }
    }

    @Test
    void anAppendEndsTheWaitOfAMember() throws Exception {
        TopicDescription topic = newTopic(2);
        CountDownLatch polling = new CountDownLatch(1);
        CompletableFuture<List<String>> read = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            try (GroupConsumer consumer = log.consumer(freshName(), ConsumerOptions.defaults())) {
                consumer.subscribe(List.of(topic.name()), RebalanceListener.none());
                consumer.poll(NOW);
                polling.countDown();
                read.complete(values(consumer.poll(Duration.ofMinutes(5)).get(0)));
            } catch (RuntimeException e) {
                read.completeExceptionally(e);
            }
        });
        waiter.start();
        polling.await();
        commit(freshName(), partition(topic, 1), "news");
        assertThat(wait(read)).containsExactly("news");
        waiter.join();
    }

    @Test
    void aMemberOfADeletedTopicHearsThatItsPartitionsAreGone() {
        TopicDescription topic = newTopic(2);
        Events events = new Events();
        try (GroupConsumer consumer = log.consumer(freshName(), ConsumerOptions.defaults())) {
            consumer.subscribe(List.of(topic.name()), events);
            consumer.poll(NOW);
            log.admin().deleteTopic(topic.name());
            consumer.poll(NOW);
            assertThat(consumer.assignment()).isEmpty();
            assertThat(events.all).containsExactly("assigned 2", "revoked 2");
        }
    }

    /** What a listener heard. */
    private static final class Events implements RebalanceListener {
        final List<String> all = new ArrayList<>();

        @Override
        public void revoked(Set<TopicPartition> partitions) {
            all.add("revoked " + partitions.size());
        }

        @Override
        public void assigned(Set<TopicPartition> partitions) {
            all.add("assigned " + partitions.size());
        }

        @Override
        public void lost(Set<TopicPartition> partitions) {
            all.add("lost " + partitions.size());
        }
    }
}
