package io.mainstem.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.log.DiskBudgetException;
import io.mainstem.log.Headers;
import io.mainstem.log.OffsetAndTimestamp;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.contract.Received;
import io.mainstem.log.embedded.History.Entry;
import io.mainstem.log.embedded.History.Promise;
import io.mainstem.log.embedded.History.Unit;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A clock that jumps, and one that stands still. */
class ClockTest {
    private static final Path ROOT = Path.of("/simulated");
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    private final ManualClock clock = new ManualClock();
    private final SimulatedDisk disk = new SimulatedDisk(ROOT);

    private EmbeddedLogOptions.Builder options() {
        return EmbeddedLogOptions.builder()
                .storage(disk)
                .clock(clock)
                .random(new Random(1))
                .journalFileBytes(64 << 10);
    }

    @Test
    void jumpsLoseNothingAndEveryTimeIsFoundWhereverTheLogIsKilled() throws Exception {
        History history = new History();
        Random random = new Random(5);
        List<Duration> jumps = List.of(
                Duration.ofHours(-1), Duration.ofDays(365), Duration.ofDays(-365), Duration.ofMillis(1), Duration.ZERO);
        TopicSettings settings = TopicSettings.defaults().toBuilder()
                .segmentBytes(16 << 10)
                .retentionMillis(TimeUnit.DAYS.toMillis(7))
                .build();
        long sequence = 0;
        for (int life = 0; life < 12; life++) {
            EmbeddedLog log =
                    EmbeddedLog.openUnlocked(ROOT, options().background(false).build());
            if (life == 0) {
                log.admin().createTopic("orders", 1, settings);
            }
            clock.advance(jumps.get(life % jumps.size()));
            long last = -1;
            try (Producer producer = log.producer(ProducerOptions.idempotent())) {
                for (int i = 0; i < 30; i++) {
                    Unit unit = history.attempt("writer", false, List.of(new Entry(PARTITION, sequence)));
                    byte[] value = new Stamp("writer", sequence++)
                            .value(random.nextInt(900))
                            .getBytes(StandardCharsets.US_ASCII);
                    long offset = StateChange.waitFor(producer.send(PARTITION, 0, null, value, Headers.EMPTY));
                    unit.acknowledged(Map.of(PARTITION, offset + 1));
                    assertThat(offset).isGreaterThan(last);
                    last = offset;
                    clock.advance(Duration.ofMillis(random.nextInt(50)));
                }
            }
            log.clean();
            assertThat(log.admin().offsets(PARTITION).start())
                    .as("nothing is deleted on one jump")
                    .isZero();
            checkTimes(log);
            assertThat(history.check(LogModel.read(log), Promise.ALL)).isEmpty();
            disk.crash(life);
        }
    }

    private static void checkTimes(EmbeddedLog log) {
        List<Received> records = new ArrayList<>();
        try (PartitionReader reader = log.reader(PARTITION, 0)) {
            while (reader.position() < log.admin().offsets(PARTITION).end()) {
                records.addAll(Received.of(reader.poll(Duration.ofSeconds(20)).orElseThrow()));
            }
        }
        for (int i = 1; i < records.size(); i++) {
            assertThat(records.get(i).timestamp())
                    .as("append times")
                    .isGreaterThanOrEqualTo(records.get(i - 1).timestamp());
        }
        for (int i = 0; i < records.size(); i += 7) {
            long time = records.get(i).timestamp();
            long expected = records.stream()
                    .filter(r -> r.timestamp() >= time)
                    .findFirst()
                    .orElseThrow()
                    .offset();
            assertThat(log.admin().offsetForTime(PARTITION, time).map(OffsetAndTimestamp::offset))
                    .contains(expected);
        }
    }

    /** With a clock that never moves, whatever waits for a time of its own still ends. */
    @Test
    void noWaitIsMeasuredByTheClock() throws Exception {
        disk.setCapacity(4 << 20);
        EmbeddedLog log = EmbeddedLog.openUnlocked(
                ROOT,
                options()
                        .checkpointInterval(Duration.ofMillis(1))
                        .retentionInterval(Duration.ofMillis(1))
                        .minFreeBytes(0)
                        .build());
        log.admin().createTopic("orders", 1, TopicSettings.defaults());
        try (Producer producer = log.producer(ProducerOptions.idempotent().withLinger(Duration.ofMillis(20)))) {
            assertThat(producer.send(PARTITION, 0, null, new byte[10], Headers.EMPTY)
                            .get(20, TimeUnit.SECONDS))
                    .as("linger")
                    .isZero();
        }
        try (PartitionReader reader = log.reader(PARTITION, 1)) {
            assertThat(reader.poll(Duration.ofMillis(20)))
                    .as("the wait of a reader")
                    .isEmpty();
        }
        log.close();
        EmbeddedLog paused =
                EmbeddedLog.openUnlocked(ROOT, options().minFreeBytes(3L << 20).build());
        disk.setCapacity(disk.usedBytes() + (1 << 20));
        ProducerOptions waiting = ProducerOptions.transactional("writer").withMaxBlock(Duration.ofMillis(20));
        paused.clean();
        try (Producer producer = paused.producer(waiting)) {
            assertThatThrownBy(producer::begin).as("the wait for room").isInstanceOf(DiskBudgetException.class);
        }
        paused.close();
    }
}
