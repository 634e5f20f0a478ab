package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Headers;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the log forgets when nobody uses it, on clocks that the tests move. */
class ExpiryTest {
    private static final Path ROOT = Path.of("/simulated");
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    private final SimulatedDisk disk = new SimulatedDisk(ROOT);
    private final ManualClock clock = new ManualClock();
    private final AtomicLong ticker = new AtomicLong();
    private EmbeddedLog log;

    @BeforeEach
    void prepare() throws Exception {
        open();
        log.admin().createTopic(PARTITION.topic(), 1, TopicSettings.defaults());
        try (Producer producer = log.producer(ProducerOptions.idempotent())) {
            var unused = producer.send(PARTITION, 0, null, new byte[10], Headers.EMPTY);
        }
    }

    private void open() throws Exception {
        log = EmbeddedLog.openUnlocked(
                ROOT,
                EmbeddedLogOptions.builder()
                        .storage(disk)
                        .background(false)
                        .random(new Random(1))
                        .clock(clock)
                        .ticker(ticker::get)
                        .build());
    }

    private void pass(Duration time) {
        for (long hours = 0; hours < time.toHours(); hours++) {
            ticker.addAndGet(Duration.ofHours(1).toNanos());
            clock.advance(Duration.ofHours(1));
            log.look();
        }
    }

    private void commit(String group) {
        log.admin().reset(group, Map.of(PARTITION, OffsetAndMetadata.of(1)));
    }

    @Test
    void offsetsOfAGroupThatNobodyUsesAreForgotten() throws Exception {
        commit("idle");
        pass(Duration.ofDays(6));
        commit("busy");
        assertThat(log.admin().groups()).containsExactly("busy", "idle");
        pass(Duration.ofDays(2));
        assertThat(log.admin().groups()).containsExactly("busy");
        disk.crash(1);
        open();
        assertThat(log.admin().groups()).containsExactly("busy");
    }

    @Test
    void theTimeGoesOnOverRestarts() throws Exception {
        commit("group");
        for (int day = 0; day < 6; day++) {
            pass(Duration.ofDays(1));
            log.checkpoint();
            disk.kill();
            clock.advance(Duration.ofHours(3));
            open();
        }
        assertThat(log.admin().groups()).containsExactly("group");
        pass(Duration.ofDays(1));
        assertThat(log.admin().groups()).isEmpty();
    }

    @Test
    void offsetsOfAGroupWithMembersStayAndCountFromTheEndOfTheLastOne() {
        commit("group");
        pass(Duration.ofDays(6));
        GroupConsumer member = log.consumer(
                "group", ConsumerOptions.defaults().withMaxPollInterval(ConsumerOptions.MAX_POLL_INTERVAL_MAX));
        member.subscribe(List.of(PARTITION.topic()), GroupConsumer.RebalanceListener.none());
        pass(Duration.ofDays(15));
        assertThat(log.admin().groups()).containsExactly("group");
        member.close();
        pass(Duration.ofDays(6));
        assertThat(log.admin().committed("group")).hasSize(1);
        pass(Duration.ofDays(2));
        assertThat(log.admin().groups()).isEmpty();
    }

    @Test
    void aGroupThatHasMembersWhenTheProcessIsKilledCountsFromTheNextOpen() throws Exception {
        commit("group");
        pass(Duration.ofDays(6));
        log.checkpoint();
        log.consumer("group", ConsumerOptions.defaults())
                .subscribe(List.of(PARTITION.topic()), GroupConsumer.RebalanceListener.none());
        assertThat(log.engine().checkpointer().hasWork()).isTrue();
        log.checkpoint();
        disk.kill();
        clock.advance(Duration.ofDays(3));
        open();
        pass(Duration.ofDays(6));
        assertThat(log.admin().groups()).containsExactly("group");
    }

    @Test
    void offsetsOfALiveGroupStay() {
        commit("live");
        commit("other");
        log.admin().setLiveGroups(Map.of("live", Set.of(PARTITION.topic())), Duration.ofDays(1));
        pass(Duration.ofDays(9));
        assertThat(log.admin().groups()).containsExactly("live");
    }

    @Test
    void aJumpOfTheWallClockMakesNothingExpire() {
        commit("group");
        pass(Duration.ofDays(1));
        clock.advance(Duration.ofDays(365));
        pass(Duration.ofDays(1));
        assertThat(log.admin().groups()).containsExactly("group");
    }

    @Test
    void aTransactionalIdThatNobodyUsesIsForgottenAndOneThatIsOpenIsNot() throws Exception {
        write(log.producer(ProducerOptions.transactional("gone"))).close();
        write(log.producer(ProducerOptions.transactional("open")));
        long gone = producerId("gone");
        long kept = producerId("open");
        pass(Duration.ofDays(5));
        log.close();
        open();
        pass(Duration.ofDays(1));
        assertThat(log.engine().state().producers()).containsKeys("gone", "open");
        Producer open = write(log.producer(ProducerOptions.transactional("open")));
        pass(Duration.ofDays(9));
        assertThat(log.engine().state().producers()).containsOnlyKeys("open");
        write(open);
        assertThat(producerId("open")).isEqualTo(kept);
        write(log.producer(ProducerOptions.transactional("gone")));
        assertThat(producerId("gone")).isNotEqualTo(gone);
    }

    private long producerId(String transactionalId) {
        return log.engine().state().producers().get(transactionalId).producerId();
    }

    private static Producer write(Producer producer) {
        Transaction transaction = producer.begin();
        transaction.append(PARTITION, 0, null, new byte[10], Headers.EMPTY);
        StateChange.waitFor(transaction.commit());
        return producer;
    }
}
