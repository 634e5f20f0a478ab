package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.LetterState;
import io.mainstem.runtime.delivery.Replay;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Bad records of sinks: how they are found, kept, and sent again. */
class BadRecordsTest extends WorkerCase {

    @Test
    void theRecordsBecauseOfWhichASinkThrowsAreFoundAndTheOthersArriveInOrder() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Set<Long> bad = new TreeSet<>(Set.of(0L, 1L, 4_095L));
        while (bad.size() < 8) {
            bad.add((long) random.nextInt(4_096));
        }
        MemoryTarget target = new MemoryTarget(true);
        bad.forEach(target::chokeOn);

        run(new NumbersSource(1, 4_096, 4_096), target, KEEP);

        List<Long> expected = new ArrayList<>(numbersTo(4_096));
        expected.removeAll(bad);
        assertThat(target.numbers()).as("seed %d", seed).isEqualTo(expected);
        assertThat(offsets(letters())).as("seed %d", seed).containsExactlyElementsOf(bad);
        assertThat(letters()).allSatisfy(letter -> {
            assertThat(letter.head().cause().errorClass()).isEqualTo("java.lang.IllegalStateException");
            assertThat(letter.head().attempts()).isEqualTo(2);
        });
        assertThat(letters().stream().map(letter -> letter.head().cause().digest()))
                .as("one cause")
                .hasSameElementsAs(Set.of(letters().get(0).head().cause().digest()));
        int logarithm = 12;
        assertThat(target.writes.get()).as("writes, seed %d", seed).isLessThanOrEqualTo(2 + bad.size() * 2 * logarithm);
    }

    @Test
    void aTargetThatRefusesEverythingForAWhileMakesNoDeadLetters() throws Exception {
        MemoryTarget target = new MemoryTarget(true).breakFor(40);
        run(new NumbersSource(1, 500, 500), target, KEEP);
        assertThat(target.numbers()).isEqualTo(numbersTo(500));
        assertThat(letters()).isEmpty();
    }

    @Test
    void whatASinkAsksForAgainWhileItIsFlushedIsNotDone() throws Exception {
        MemoryTarget target = new MemoryTarget(true).putOff(3);
        run(new NumbersSource(1, 500, 500), target, KEEP);
        assertThat(target.numbers()).isEqualTo(numbersTo(500));
        assertThat(letters()).isEmpty();
    }

    @Test
    void aLoneRecordIsNotJudgedBeforeAnotherIsWritten() throws Exception {
        MemoryTarget target = new MemoryTarget(true).chokeOn(0);
        NumbersSource source = new NumbersSource(1, 1, 1);
        FailurePolicy impatient = new FailurePolicy(
                new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO), KEEP.badRecords());
        try (Worker worker = start(source, target, impatient)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(1).state()).isEqualTo(TaskStatus.State.FAILED);
            assertThat(worker.status().get(1).deadLetters()).isZero();
        }
        assertThat(letters()).isEmpty();

        source.growTo(3);
        run(source, target, KEEP);

        assertThat(target.numbers()).containsExactly(1L, 2L);
        assertThat(offsets(letters())).containsExactly(0L);
    }

    @Test
    void aSinkThatCannotRepeatItsWritesIsNotSearched() throws Exception {
        MemoryTarget target = new MemoryTarget(false).chokeOn(7);
        FailurePolicy impatient = new FailurePolicy(
                new FailurePolicy.Retry(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO), KEEP.badRecords());
        try (Worker worker = start(new NumbersSource(1, 100, 100), target, impatient)) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status().get(1).state()).isEqualTo(TaskStatus.State.FAILED);
        }
        assertThat(letters()).isEmpty();
    }

    @Test
    void aLetterHasTheRecordAndWhatIsKnownOfIt() throws Exception {
        run(new NumbersSource(1, 10, 10).badAt(4), new MemoryTarget(true).refuse(3), KEEP);

        Letter ofSink = letter(DeadLetter.Side.SINK);
        assertThat(ofSink.owner().toString()).isEqualTo("test/target");
        assertThat(ofSink.owner().connector()).isEqualTo("memory");
        assertThat(ofSink.head().origin()).isEqualTo("numbers-0@3");
        assertThat(ofSink.head().cause().message()).isEqualTo("refused 3");
        assertThat(ofSink.state()).isEqualTo(LetterState.OPEN);
        DeadLetter content = DeadLetters.read(log).content(ofSink);
        assertThat(new String(content.value(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("row 3");
        Letter ofSource = letter(DeadLetter.Side.SOURCE);
        assertThat(ofSource.head().origin()).isEqualTo("split-0:4");
        assertThat(DeadLetters.read(log).content(ofSource).value())
                .isEqualTo("raw 4".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void aLetterThatIsThereTwiceCountsOnce() throws Exception {
        MemoryTarget target = new MemoryTarget(false).refuse(3);
        NumbersSource source = new NumbersSource(1, 10, 10);
        run(source, target, KEEP);
        log.admin()
                .reset(
                        "test.target",
                        Map.of(
                                new io.mainstem.log.TopicPartition("numbers", 0),
                                io.mainstem.log.OffsetAndMetadata.of(0)));
        run(source, target, KEEP);
        assertThat(log.admin()
                        .offsets(new io.mainstem.log.TopicPartition("numbers.dead", 0))
                        .end())
                .isEqualTo(2);
        assertThat(letters()).hasSize(1);
    }

    @Test
    void aReplayedLetterReachesItsSinkOnceAndNoOther() throws Exception {
        MemoryTarget target = new MemoryTarget(true).refuse(3).refuse(8);
        NumbersSource source = new NumbersSource(1, 10, 10);
        run(source, target, KEEP);
        target.mend();

        assertThat(replay(false).sent()).hasSize(2);
        assertThat(replay(false).sent()).isEmpty();
        run(source, target, KEEP);
        run(source, target, KEEP);

        assertThat(target.numbers()).containsExactlyInAnyOrderElementsOf(numbersTo(10));
        assertThat(letters()).extracting(Letter::state).containsOnly(LetterState.REPLAYED);
    }

    @Test
    void aReplayedLetterThatFailsAgainIsOpenAgain() throws Exception {
        MemoryTarget target = new MemoryTarget(true).refuse(3);
        NumbersSource source = new NumbersSource(1, 10, 10);
        run(source, target, KEEP);
        replay(false);
        run(source, target, KEEP);

        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.state()).isEqualTo(LetterState.OPEN);
            assertThat(letter.head().attempts()).isEqualTo(2);
            assertThat(letter.head().origin()).isEqualTo("numbers-0@3");
        });
        target.mend();
        replay(false);
        run(source, target, KEEP);
        assertThat(target.numbers()).containsExactlyInAnyOrderElementsOf(numbersTo(10));
    }

    @Test
    void aReplayReachesASinkThatRuns() throws Exception {
        MemoryTarget target = new MemoryTarget(true).refuse(3);
        try (Worker worker = Worker.start(
                log,
                List.of(pipeline(new NumbersSource(1, 10, 10), target, KEEP, ScheduleSpec.continuous(), List.of())),
                options())) {
            await(() -> target.numbers().size() == 9 && !letters().isEmpty());
            target.mend();
            await(() -> replay(false).sent().size() == 1);
            await(() -> target.numbers().size() == 10);
            assertThat(worker.hasFailed()).isFalse();
        }
        assertThat(target.numbers()).containsExactlyInAnyOrderElementsOf(numbersTo(10));
    }

    @Test
    void aReplayDoesNotOverwriteALaterRecordOfItsKeyUnlessItIsForced() throws Exception {
        MemoryTarget target = new MemoryTarget(true).refuse(3).refuse(9);
        NumbersSource source = new NumbersSource(1, 10, 10);
        run(source, target, KEEP, List.of("split"));
        target.mend();

        Replay.Outcome outcome = replay(false);
        assertThat(offsets(outcome.sent())).as("nothing came after the last").containsExactly(9L);
        assertThat(outcome.refused()).hasSize(1);
        assertThat(outcome.refused().values().iterator().next()).contains("numbers-0@4", "--force");

        assertThat(offsets(replay(true).sent())).containsExactly(3L);
        run(source, target, KEEP, List.of("split"));
        assertThat(target.numbers()).containsExactlyInAnyOrderElementsOf(numbersTo(10));
    }

    @Test
    void aRecordThatItsSinkHasStillToPassIsNotReplayed() throws Exception {
        MemoryTarget target = new MemoryTarget(true).refuse(3);
        NumbersSource source = new NumbersSource(1, 10, 10);
        run(source, target, KEEP);
        log.admin()
                .reset(
                        "test.target",
                        Map.of(
                                new io.mainstem.log.TopicPartition("numbers", 0),
                                io.mainstem.log.OffsetAndMetadata.of(2)));

        Replay.Outcome outcome = replay(true);

        assertThat(outcome.sent()).isEmpty();
        assertThat(outcome.refused().values().iterator().next()).contains("has not gone past it");
    }

    @Test
    void aDroppedLetterIsNotReplayed() throws Exception {
        run(new NumbersSource(1, 10, 10), new MemoryTarget(true).refuse(3), KEEP);
        assertThat(DeadLetters.drop(log, Clock.systemUTC(), letter -> true)).isEqualTo(1);
        assertThat(letters()).extracting(Letter::state).containsExactly(LetterState.DROPPED);
        assertThat(replay(true).sent()).isEmpty();
    }

    private Replay.Outcome replay(boolean force) {
        return Replay.send(log, Clock.systemUTC(), letter -> true, force);
    }

    private List<Letter> letters() {
        return DeadLetters.read(log).all();
    }

    private Letter letter(DeadLetter.Side side) {
        return letters().stream()
                .filter(letter -> letter.owner().side() == side)
                .findFirst()
                .orElseThrow();
    }

    private static List<Long> offsets(List<Letter> letters) {
        return letters.stream()
                .map(letter -> letter.head().record().orElseThrow().offset())
                .sorted()
                .toList();
    }

    private void run(NumbersSource source, MemoryTarget target, FailurePolicy policy) throws Exception {
        run(source, target, policy, List.of());
    }

    private void run(NumbersSource source, MemoryTarget target, FailurePolicy policy, List<String> key)
            throws Exception {
        Pipeline pipeline = pipeline(source, target, policy, ScheduleSpec.once(), key);
        try (Worker worker = Worker.start(log, List.of(pipeline), options())) {
            assertThat(worker.await(PATIENCE)).isTrue();
            assertThat(worker.status())
                    .allSatisfy(task ->
                            assertThat(task.state()).as("%s", task.failure()).isEqualTo(TaskStatus.State.FINISHED));
        }
    }

    private Worker start(NumbersSource source, MemoryTarget target, FailurePolicy policy) {
        return Worker.start(log, List.of(pipeline(source, target, policy, ScheduleSpec.once(), List.of())), options());
    }

    private Pipeline pipeline(
            NumbersSource source, MemoryTarget target, FailurePolicy policy, ScheduleSpec schedule, List<String> key) {
        return new Pipeline(
                "test",
                folder.resolve("test.yaml"),
                List.of(new SourceSpec("numbers", "numbers", source, NONE, "{stream}", schedule, policy)),
                List.of(new TopicSpec("numbers", 1, key, CodecKind.AVRO, TopicSettings.defaults())),
                List.of(new SinkSpec("target", "memory", target, NONE, List.of("numbers"), policy)));
    }

    private static List<Long> numbersTo(long end) {
        return LongStream.range(0, end).boxed().toList();
    }
}
