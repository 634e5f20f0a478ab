package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.api.StopException;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams with names that no topic can have, and such that change in a way that their topics do not take. */
@Timeout(60)
class HeldStreamsTest extends WorkerCase {

    private final MemoryTarget target = new MemoryTarget(true);

    private Pipeline pipeline(StreamsSource source, ScheduleSpec schedule) {
        return new Pipeline(
                "p",
                folder.resolve("p.yaml"),
                List.of(new SourceSpec("in", "streams", source, NONE, "{stream}", schedule, FailurePolicy.DEFAULT)),
                List.of(),
                List.of(new SinkSpec("out", "memory", target, NONE, List.of("*"), FailurePolicy.DEFAULT)));
    }

    private Worker start(StreamsSource source, ScheduleSpec schedule) {
        return Worker.start(log, List.of(pipeline(source, schedule)), options());
    }

    private static String failure(Worker worker) {
        return worker.status().get(0).failure().orElseThrow().toString();
    }

    @Test
    void aSourceThatBeginsStopsBeforeItReadsAnythingAndNamesThemAll() throws Exception {
        try (Worker worker = start(new StreamsSource("a", "b c", "d", "ü"), ScheduleSpec.once())) {
            await(worker::hasFailed);
            assertThat(failure(worker))
                    .contains("the topic 'b c' of stream 'b c' must have 1 to 249 letters")
                    .contains("so is that of 'ü'")
                    .contains("\"!b c\": {}");
        }
        assertThat(log.admin().topic("a")).isEmpty();
    }

    @Test
    void oneThatComesToBeStopsNoOther() throws Exception {
        StreamsSource source = new StreamsSource("a");
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> target.rows.size() == 1);
            source.add("b c");
            source.add("d");
            await(() -> target.rows.size() == 2);
            assertThat(worker.hasFailed()).isFalse();
        }
    }

    @Test
    void aLaterRunReadsTheOthersAndFailsAtItsEnd() throws Exception {
        StreamsSource source = new StreamsSource("a");
        runToTheEnd(pipeline(source, ScheduleSpec.once()));
        source.add("b c");
        source.add("d");
        try (Worker worker = start(source, ScheduleSpec.once())) {
            await(worker::hasFailed);
            await(() -> target.rows.size() == 2);
            assertThat(failure(worker)).contains("the topic 'b c' of stream 'b c'");
        }
        assertThat(log.admin().topic("d")).isPresent();
    }

    private static List<String> held(Worker worker) {
        return worker.status().get(0).held().stream()
                .map(TaskStatus.Held::stream)
                .toList();
    }

    @Test
    void theStatusNamesOneThatNoTopicCanHave() throws Exception {
        StreamsSource source = new StreamsSource("a");
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> target.rows.size() == 1);
            source.add("b c");
            await(() -> held(worker).equals(List.of("b c")));
            assertThat(worker.status().get(0).held().get(0).why().toString())
                    .contains("the topic 'b c' of stream 'b c'");
            assertThat(worker.status().get(0).state()).isEqualTo(TaskStatus.State.RUNNING);
        }
    }

    @Test
    void oneThatChangesAgainstItsTopicIsHeldBackUntilItChangesBackAndTheOthersGoOn() throws Exception {
        StreamsSource source = new StreamsSource("a", "b");
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> target.rows.size() == 2);
            source.change("a");
            await(() -> held(worker).equals(List.of("a")));
            assertThat(worker.status().get(0).held().get(0).why().toString())
                    .contains("stream 'a' has changed")
                    .contains("the field 'number' changes from int64 to string");
            source.add("c");
            await(() -> target.rows.size() == 3);
            source.change("b");
            source.changeBack("a");
            await(() -> held(worker).equals(List.of("b")));
            assertThat(worker.status().get(0).state()).isEqualTo(TaskStatus.State.RUNNING);
            assertThat(worker.hasFailed()).isFalse();
        }
    }

    @Test
    void oneOfWhichTheTransactionHasRecordsAlreadyIsHeldBackByTheNextSession() throws Exception {
        StreamsSource source = new StreamsSource("a", "b");
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> target.rows.size() == 2);
            source.changeLate("a");
            await(() -> held(worker).equals(List.of("a")));
            source.add("c");
            await(() -> target.rows.size() == 3);
            assertThat(worker.hasFailed()).isFalse();
        }
    }

    @Test
    void aRunReadsTheOthersAndFailsWithTheChangeAtItsEnd() throws Exception {
        StreamsSource source = new StreamsSource("a", "b");
        runToTheEnd(pipeline(source, ScheduleSpec.once()));
        source.change("a");
        source.add("c");
        try (Worker worker = start(source, ScheduleSpec.once())) {
            await(worker::hasFailed);
            await(() -> target.rows.size() == 3);
            assertThat(failure(worker)).contains("stream 'a' has changed");
        }
    }

    @Test
    void theOnlyOneThatChangesStopsTheSource() throws Exception {
        StreamsSource source = new StreamsSource("a");
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> target.rows.size() == 1);
            source.change("a");
            await(worker::hasFailed);
            assertThat(failure(worker)).contains("stream 'a' has changed");
            assertThat(held(worker)).isEmpty();
        }
    }

    private static StopException gone(boolean endsByItself) {
        return new StopException("source.gone", "it is gone", "bring it back").ofStream(endsByItself);
    }

    private static String why(Worker worker) {
        return worker.status().get(0).held().get(0).why().toString();
    }

    @Test
    void oneThatItsReaderCannotReadIsHeldBackUntilADiscoveryHasItAgain() throws Exception {
        StreamsSource source = new StreamsSource("a", "b");
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> target.rows.size() == 2);
            source.stop("a", gone(true));
            await(() -> held(worker).equals(List.of("a")));
            assertThat(why(worker))
                    .isEqualTo(
                            "it is gone. What to do: bring it back; it is read again by itself then, within a minute");
            source.leaveOut("a");
            source.add("c");
            await(() -> target.rows.size() == 3);
            assertThat(worker.status().get(0).state()).isEqualTo(TaskStatus.State.RUNNING);
            source.mend("a");
            await(() -> target.rows.size() == 4);
            await(() -> held(worker).isEmpty());
        }
    }

    @Test
    void oneThatDoesNotEndByItselfOutlivesTheSession() throws Exception {
        StreamsSource source = new StreamsSource("a", "b", "c");
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> target.rows.size() == 3);
            source.stop("a", gone(false));
            await(() -> held(worker).equals(List.of("a")));
            source.leaveOut("a");
            source.changeLate("b");
            await(() -> held(worker).equals(List.of("b", "a")));
            source.mend("a");
            source.add("d");
            await(() -> target.rows.size() == 4);
            assertThat(held(worker)).containsExactly("b", "a");
        }
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> target.rows.size() == 5);
            assertThat(worker.hasFailed()).isFalse();
        }
    }

    @Test
    void oneWhoseKeysCannotBeReadIsHeldBackToo() throws Exception {
        StreamsSource source = new StreamsSource("a", "b");
        source.stopScan("a", gone(false));
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> held(worker).equals(List.of("a")));
            source.add("c");
            await(() -> target.rows.size() == 3);
            assertThat(worker.hasFailed()).isFalse();
        }
    }

    @Test
    void theLastThatCanBeReadStopsTheSource() throws Exception {
        StreamsSource source = new StreamsSource("a", "b");
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> target.rows.size() == 2);
            source.stop("a", gone(false));
            await(() -> held(worker).equals(List.of("a")));
            source.stop("b", gone(false));
            await(worker::hasFailed);
            assertThat(failure(worker)).contains("it is gone");
        }
    }

    @Test
    void aStopOfTheSourceIsOneOfAllStreams() throws Exception {
        StreamsSource source = new StreamsSource("a", "b");
        try (Worker worker = start(source, ScheduleSpec.continuous())) {
            await(() -> target.rows.size() == 2);
            source.stop("a", new StopException("source.login", "the password is wrong", "correct it"));
            await(worker::hasFailed);
            assertThat(failure(worker)).contains("the password is wrong");
            assertThat(held(worker)).isEmpty();
        }
    }

    @Test
    void aRunReadsTheOthersFailsAtItsEndAndTheNextTriesAgain() throws Exception {
        StreamsSource source = new StreamsSource("a", "b");
        runToTheEnd(pipeline(source, ScheduleSpec.once()));
        source.stop("a", gone(false));
        source.add("c");
        try (Worker worker = start(source, ScheduleSpec.once())) {
            await(worker::hasFailed);
            await(() -> target.rows.size() == 3);
            assertThat(failure(worker)).contains("it is gone").contains("bring it back");
        }
        source.mend("a");
        runToTheEnd(pipeline(source, ScheduleSpec.once()));
    }
}
