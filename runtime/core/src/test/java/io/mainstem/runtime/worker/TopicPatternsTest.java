package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.admin.Groups;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.LetterState;
import io.mainstem.runtime.delivery.Replay;
import io.mainstem.runtime.delivery.ReplayMark;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sink whose topics are patterns. */
@Timeout(60)
class TopicPatternsTest extends WorkerCase {

    private static final FailurePolicy LETTERS = new FailurePolicy(
            new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofSeconds(20)),
            new FailurePolicy.BadRecords.DeadLetters("shop.bad", Optional.empty()));

    private final MemoryTarget target = new MemoryTarget(true);

    private SinkSpec sink(String... topics) {
        return new SinkSpec("out", "memory", target, NONE, List.of(topics), LETTERS);
    }

    /** A pipeline that reads patterns and fills these topics, each with the numbers from 0 to 99. */
    private Pipeline pipeline(SinkSpec sink, String... topics) {
        List<SourceSpec> sources = new ArrayList<>();
        for (String topic : topics) {
            sources.add(new SourceSpec(
                    topic.replace('.', '-'),
                    "numbers",
                    new NumbersSource(1, 100, 10),
                    NONE,
                    topic,
                    ScheduleSpec.once(),
                    LETTERS));
        }
        return new Pipeline("p", folder.resolve("p.yaml"), sources, List.of(), List.of(sink));
    }

    private List<String> topicsOfRows() {
        return target.rows.stream()
                .map(row -> row.origin().orElseThrow().partition().topic())
                .distinct()
                .sorted()
                .toList();
    }

    @Test
    void aRunEndsWhenAllThatThePatternTakesIsWritten() throws Exception {
        runToTheEnd(pipeline(sink("shop.*", "!shop.audit*"), "shop.orders", "shop.items", "shop.audit.all", "other"));
        assertThat(topicsOfRows()).containsExactly("shop.items", "shop.orders");
        assertThat(target.rows).hasSize(200);
    }

    @Test
    void aPatternDoesNotTakeWhatItsSinkPublishes() throws Exception {
        runToTheEnd(pipeline(sink("shop.*"), "shop.orders", MemoryTarget.ANSWERS));
        assertThat(topicsOfRows()).containsExactly("shop.orders");
    }

    @Test
    void aRunEndsThoughThereIsNoTopicForThePattern() throws Exception {
        runToTheEnd(pipeline(sink("nothing.*"), "shop.orders"));
        assertThat(target.rows).isEmpty();
    }

    @Test
    void topicsAreTakenWhenTheyComeToBeAndTheOthersGoOn() throws Exception {
        Pipeline reads = pipeline(sink("shop.*"), "shop.orders");
        try (Worker worker = Worker.open(log, options())) {
            worker.apply(List.of(reads), Secrets.none());
            await(() -> target.rows.size() == 100);
            Pipeline writes = new Pipeline(
                    "q",
                    folder.resolve("q.yaml"),
                    pipeline(sink("x"), "shop.items", "shops").sources(),
                    List.of(),
                    List.of());
            worker.apply(List.of(reads, writes), Secrets.none());
            await(() -> target.rows.size() == 200);
            await(() -> worker.lag(reads) == 0);
            assertThat(topicsOfRows()).containsExactly("shop.items", "shop.orders");
            assertThat(reads.uses("shop.new")).as("kept from being deleted").isTrue();
        }
    }

    @Test
    void whatComesWhileThePipelineIsPausedIsCountedAndReadLater() throws Exception {
        Pipeline reads = pipeline(sink("shop.*"));
        Pipeline writes = new Pipeline(
                "q", folder.resolve("q.yaml"), pipeline(sink("x"), "shop.items").sources(), List.of(), List.of());
        try (Worker worker = Worker.open(log, options())) {
            worker.apply(List.of(reads), Secrets.none());
            worker.pause("p");
            worker.apply(List.of(reads, writes), Secrets.none());
            await(() -> worker.lag(reads) >= 100);
            worker.resume("p");
            await(() -> target.rows.size() == 100);
        }
    }

    @Test
    void itsOwnDeadLettersAreNotReadAndCanBeSentAgain() throws Exception {
        target.refuse(7);
        Pipeline pipeline = pipeline(sink("shop.*"), "shop.orders");
        runToTheEnd(pipeline);
        assertThat(target.rows).hasSize(99);
        assertThat(DeadLetters.read(log).all()).hasSize(1);

        target.mend();
        assertThat(Replay.send(log, Clock.systemUTC(), letter -> true, false).sent())
                .hasSize(1);
        runToTheEnd(pipeline);
        assertThat(target.numbers()).hasSize(100).contains(7L);
        assertThat(topicsOfRows()).containsExactly("shop.orders");
        assertThat(DeadLetters.read(log).all())
                .singleElement()
                .satisfies(letter -> assertThat(letter.state()).isEqualTo(LetterState.REPLAYED));
    }

    @Test
    void aBackfillCopiesWhatThePatternTakesNow() throws Exception {
        Pipeline pipeline = pipeline(sink("shop.*", "!shop.audit"), "shop.orders", "shop.items", "shop.audit");
        runToTheEnd(pipeline);
        MemoryTarget another = new MemoryTarget(true);
        SinkSpec copy = new SinkSpec(
                "copy", "memory", another, NONE, sink("shop.*", "!shop.audit").topics(), LETTERS);
        try (Worker worker = Worker.open(log, options());
                Backfill backfill = worker.startBackfill(
                        pipeline, copy, Instant.EPOCH, Clock.systemUTC().instant())) {
            assertThat(backfill.await(Duration.ofSeconds(30))).isTrue();
            assertThat(backfill.status().state()).isEqualTo(TaskStatus.State.FINISHED);
        }
        assertThat(another.rows).hasSize(200);
    }

    @Test
    void whatThePatternHasComeToLeaveOutIsNoLag() throws Exception {
        target.refuse(7);
        runToTheEnd(pipeline(sink("shop.*"), "shop.orders", "shop.audit"));
        target.mend();
        assertThat(Replay.send(log, Clock.systemUTC(), letter -> true, false).sent())
                .hasSize(2);
        log.admin().reset("p.out", Map.of(new TopicPartition("shop.audit", 0), OffsetAndMetadata.of(40)));

        try (Worker worker = Worker.open(log, options())) {
            Pipeline pipeline = pipeline(sink("shop.*", "!shop.audit"));
            worker.apply(List.of(pipeline), Secrets.none());
            await(() -> worker.lag(pipeline) == 0);
            assertThat(log.admin().describeGroup("p.out").orElseThrow().lag())
                    .as("of all that it has ever read")
                    .isPositive();
            assertThat(Groups.describe(log.admin(), "p.out").orElseThrow()).satisfies(group -> {
                assertThat(group.lag()).isZero();
                assertThat(group.partitions())
                        .extracting(each -> each.partition().topic())
                        .containsExactlyInAnyOrder("shop.orders", ReplayMark.topic("p", "out", "shop.orders"));
            });
        }
        assertThat(Groups.describe(log.admin(), "p.out").orElseThrow().lag())
                .as("while it is down")
                .isZero();
    }

    @Test
    void theLogKeepsWhatPatternsHaveStillToRead() throws Exception {
        try (Worker worker = Worker.open(log, options())) {
            worker.apply(List.of(pipeline(sink("shop.*"))), Secrets.none());
            assertThat(log.admin().liveGroups().get("p.out").reads("shop.later"))
                    .isTrue();
            assertThat(log.admin().liveGroups().get("p.out").reads("shop.bad")).isFalse();
            assertThat(log.admin().committed("p.out").keySet()).doesNotContain(new TopicPartition("shop.bad", 0));
        }
    }
}
