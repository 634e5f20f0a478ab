package io.mainstem.log.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetOutOfRangeException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicExistsException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What every {@link io.mainstem.log.Log} keeps about topics and readers. */
public abstract class LogContract extends ContractFixture {
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

    @Test
    void aReleasedChunkIsUsedNoMoreAndTheOthersStayAsTheyAre() {
        TopicDescription topic = newTopic(1);
        TopicPartition partition = partition(topic, 0);
        commit(freshName(), partition, "a", "b");
        try (PartitionReader reader = log.reader(partition, 0)) {
            RecordChunk kept = reader.poll(PATIENCE).orElseThrow();
            commit(freshName(), partition, "c", "d");
            RecordChunk released = reader.poll(PATIENCE).orElseThrow();
            RecordCursor cursor = released.cursor();
            assertThat(cursor.next()).isTrue();
            released.release();
            assertThatThrownBy(cursor::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("released");
            assertThatThrownBy(released::cursor).isInstanceOf(IllegalStateException.class);

            commit(freshName(), partition, "e", "f");
            RecordChunk next = reader.poll(PATIENCE).orElseThrow();
            released.release();
            commit(freshName(), partition, "g");
            RecordChunk last = reader.poll(PATIENCE).orElseThrow();
            assertThat(values(kept)).containsExactly("a", "b");
            assertThat(values(next)).containsExactly("e", "f");
            assertThat(values(last)).containsExactly("g");
        }
    }
}
