package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.codec.CodecKind;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.Run;
import io.mainstem.runtime.delivery.Run.Outcome;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker that is told again and again what should run. */
@Timeout(120)
class ServingWorkerTest extends WorkerCase {

    private Worker worker;

    @BeforeEach
    void openWorker() {
        worker = Worker.open(log, options());
    }

    @AfterEach
    void closeWorker() {
        worker.close();
    }

    private void apply(Pipeline... pipelines) throws InterruptedException {
        worker.apply(List.of(pipelines), Secrets.none());
    }

    private Pipeline pipeline(String name, NumbersSource source, MemoryTarget target) {
        return pipeline(name, source, target, 1);
    }

    private Pipeline pipeline(String name, NumbersSource source, MemoryTarget target, int partitions) {
        return new Pipeline(
                name,
                folder.resolve(name + ".yaml"),
                List.of(new SourceSpec(
                        "in", "numbers", source, NONE, name, ScheduleSpec.continuous(), FailurePolicy.DEFAULT)),
                List.of(new TopicSpec(name, partitions, List.of(), CodecKind.AVRO, TopicSettings.defaults())),
                List.of(new SinkSpec("out", "memory", target, NONE, List.of(name), FailurePolicy.DEFAULT)));
    }

    private PipelineStatus status(String name) {
        return worker.pipelines().stream()
                .filter(pipeline -> pipeline.pipeline().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsDefinedAsBeforeGoesOnAndWhatIsNotStartsAnew() throws Exception {
        NumbersSource source = new NumbersSource(1, 100, 10);
        MemoryTarget kept = new MemoryTarget(true);
        MemoryTarget changed = new MemoryTarget(true);
        apply(pipeline("kept", source, kept), pipeline("changed", source, changed));
        await(() -> kept.rows.size() == 100 && changed.rows.size() == 100);
        List<TaskStatus> before = worker.status();

        MemoryTarget another = new MemoryTarget(true);
        apply(pipeline("kept", source, kept), pipeline("changed", source, another));
        await(() -> another.rows.size() == 100);

        List<TaskStatus> after = worker.status();
        assertThat(after.stream().filter(before::contains).map(TaskStatus::toString))
                .hasSize(3)
                .noneMatch(task -> task.startsWith("changed/out"));
        assertThat(before.stream().filter(task -> !after.contains(task)))
                .singleElement()
                .satisfies(task -> assertThat(task.state()).isEqualTo(TaskStatus.State.STOPPED));
    }

    @Test
    void aPipelineThatIsTakenAwayStopsAndGoesOnWhenItComesBack() throws Exception {
        NumbersSource source = new NumbersSource(1, 100, 10);
        MemoryTarget target = new MemoryTarget(true);
        apply(pipeline("p", source, target));
        await(() -> target.rows.size() == 100);
        apply();
        assertThat(worker.pipelines()).isEmpty();
        assertThat(worker.status()).isEmpty();
        apply(pipeline("p", new NumbersSource(1, 150, 10), target));
        await(() -> target.rows.size() == 150);
    }

    @Test
    void aPausedPipelineStaysPausedOverARestartAndLosesNothing() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        Pipeline pipeline = pipeline("p", new NumbersSource(1, 100, 10), target);
        apply(pipeline);
        await(() -> target.rows.size() == 100);
        assertThat(worker.pause("p")).isTrue();
        assertThat(status("p").state()).isEqualTo(PipelineStatus.State.PAUSED);
        worker.close();
        log.close();

        openLog();
        openWorker();
        Pipeline grown = pipeline("p", new NumbersSource(1, 200, 10), target);
        apply(grown);
        assertThat(status("p").state()).isEqualTo(PipelineStatus.State.PAUSED);
        assertThat(log.admin().liveGroups()).containsOnlyKeys("p.out");
        assertThat(worker.resume("p")).isTrue();
        await(() -> target.rows.size() == 200);
        assertThat(target.numbers()).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void theLagIsKnownWhileTheTargetIsDownAndWhileThePipelineIsPaused() throws Exception {
        MemoryTarget target = new MemoryTarget(true).breakFor(Integer.MAX_VALUE);
        Pipeline pipeline = pipeline("p", new NumbersSource(1, 100, 10), target);
        apply(pipeline);
        await(() -> worker.status().get(0).records() == 100
                && worker.status().get(1).failure().isPresent());
        long lag = worker.status().get(1).lag();
        assertThat(lag).isGreaterThanOrEqualTo(100);
        assertThat(worker.pause("p")).isTrue();
        assertThat(worker.lag(pipeline)).isGreaterThanOrEqualTo(lag);
    }

    @Test
    void nothingIsLeftToReadWhenAllIsWritten() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        Pipeline pipeline = pipeline("p", new NumbersSource(1, 100, 10), target);
        apply(pipeline);
        await(() -> target.rows.size() == 100 && worker.lag(pipeline) == 0);
        assertThat(worker.pause("p")).isTrue();
        assertThat(worker.lag(pipeline)).isZero();
    }

    @Test
    void aPipelineThatCannotStartIsInNobodysWay() throws Exception {
        log.admin().createTopic("wrong", 3, TopicSettings.defaults());
        MemoryTarget target = new MemoryTarget(true);
        NumbersSource source = new NumbersSource(1, 100, 10);
        apply(pipeline("wrong", source, new MemoryTarget(true), 2), pipeline("right", source, target));
        await(() -> target.rows.size() == 100);
        assertThat(status("wrong").state()).isEqualTo(PipelineStatus.State.FAILED);
        assertThat(status("wrong").failure().orElseThrow().message()).contains("3 partition(s)");
        log.admin().deleteTopic("wrong");
        assertThat(worker.restart("wrong")).isTrue();
        assertThat(status("wrong").refused()).isEmpty();
        assertThat(log.admin().topic("wrong").orElseThrow().partitions()).isEqualTo(2);
    }

    @Test
    void restartStartsWhatHasFailed() throws Exception {
        MemoryTarget target = new MemoryTarget(true).refuse(50);
        apply(pipeline("p", new NumbersSource(1, 100, 10), target));
        await(() -> status("p").state() == PipelineStatus.State.FAILED);
        target.mend();
        assertThat(worker.restart("p")).isTrue();
        await(() -> target.rows.size() == 100);
        assertThat(target.numbers()).doesNotHaveDuplicates();
    }

    private boolean startsRun(SourceName source) {
        try {
            return worker.startRun(source) == Worker.RunRequest.STARTED;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Pipeline scheduled(ScheduleSpec schedule, NumbersSource source, MemoryTarget target) {
        Pipeline pipeline = pipeline("p", source, target);
        SourceSpec in = pipeline.sources().get(0);
        SourceSpec timed = new SourceSpec(
                in.name(), in.connector(), in.factory(), in.config(), in.topic(), schedule, in.onFailure());
        return new Pipeline("p", pipeline.file(), List.of(timed), pipeline.topics(), pipeline.sinks());
    }

    @Test
    void aRunIsStartedByHandWhileItsSourceSleepsOrIsDone() throws Exception {
        SourceName in = new SourceName("p", "in");
        for (ScheduleSpec schedule : List.of(ScheduleSpec.every(Duration.ofDays(1)), ScheduleSpec.once())) {
            NumbersSource source = new NumbersSource(1, 100, 10);
            MemoryTarget target = new MemoryTarget(true);
            worker.close();
            log.close();
            folder = folder.resolve("next");
            openLog();
            openWorker();
            apply(scheduled(schedule, source, target));
            await(() -> worker.history()
                    .last(in)
                    .filter(run -> run.outcome() == Outcome.DONE)
                    .isPresent());
            source.growTo(250);
            await(() -> startsRun(in));
            await(() -> target.rows.size() == 250);
            await(() -> worker.history()
                    .last(in)
                    .filter(run -> run.outcome() == Outcome.DONE)
                    .isPresent());
            Run run = worker.history().last(in).orElseThrow();
            assertThat(run.number()).isEqualTo(2);
            assertThat(run.trigger()).isEqualTo(Run.Trigger.HAND);
            assertThat(run.records()).isEqualTo(150);
            assertThat(target.numbers()).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatHasNoRunsIsNotStarted() throws Exception {
        apply(pipeline("p", new NumbersSource(1, 100, 10), new MemoryTarget(true)));
        assertThat(worker.startRun(new SourceName("p", "in"))).isEqualTo(Worker.RunRequest.CONTINUOUS);
        assertThat(worker.startRun(new SourceName("p", "out"))).isEqualTo(Worker.RunRequest.NO_SOURCE);
        assertThat(worker.pause("p")).isTrue();
        assertThat(worker.startRun(new SourceName("p", "in"))).isEqualTo(Worker.RunRequest.NO_SOURCE);
        assertThat(worker.history().all()).isEmpty();
    }

    @Test
    void aTimeThatPassedWhileThePipelineWasPausedIsMadeGoodOnce() throws Exception {
        MemoryTarget target = new MemoryTarget(true);
        NumbersSource source = new NumbersSource(1, 100, 10);
        apply(scheduled(ScheduleSpec.every(Duration.ofMillis(200)), source, target));
        await(() -> target.rows.size() == 100);
        worker.pause("p");
        Run before = worker.history().last(new SourceName("p", "in")).orElseThrow();
        await(() -> Clock.systemUTC().instant().isAfter(before.start().plusMillis(200)));
        worker.resume("p");
        await(() -> worker.history().all().stream()
                .anyMatch(run -> run.number() == before.number() + 1 && run.outcome() == Outcome.DONE));
        assertThat(worker.history().all().stream()
                        .filter(run -> run.number() == before.number() + 1)
                        .map(Run::trigger))
                .containsExactly(Run.Trigger.MISFIRE);
    }

    @Test
    void aLookWaitsForNoPipelineThatHangs() throws Exception {
        MemoryTarget target = new MemoryTarget(true).hangInFlush();
        apply(pipeline("p", new NumbersSource(1, 100, 10), target));
        target.hanging.await();
        Thread pausing = new Thread(() -> {
            try {
                worker.pause("p");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        pausing.start();

        await(() -> status("p").pausedSince().isPresent());
        assertThat(worker.status()).hasSize(2);
        assertThat(pausing.isAlive()).isTrue();
        pausing.join();
        assertThat(status("p").state()).isEqualTo(PipelineStatus.State.PAUSED);
    }

    @Test
    void aNameThatIsNoneIsSaid() throws Exception {
        assertThat(worker.pause("nobody")).isFalse();
        assertThat(worker.resume("nobody")).isFalse();
        assertThat(worker.restart("nobody")).isFalse();
    }
}
