package io.mainstem.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstem.log.DiskBudgetException;
import io.mainstem.runtime.pipeline.Pipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class TaskStatusTest {

    /** Otherwise a source that goes on and finishes could be said to have finished because the log is full. */
    @Test
    void aStateComesWithItsOwnFailureWhoeverLooks() throws InterruptedException {
        TaskStatus status = new TaskStatus("p", "in", TaskStatus.Side.SOURCE);
        Failure full = Failure.of(new DiskBudgetException("the log is full"));
        AtomicBoolean stopped = new AtomicBoolean();
        Thread changing = new Thread(() -> {
            while (!stopped.get()) {
                status.waiting(full);
                status.ended(TaskStatus.State.FINISHED);
            }
        });
        changing.start();
        try {
            for (int i = 0; i < 50_000; i++) {
                TaskStatus.Moment moment = status.moment();
                assertThat(moment.failure().isPresent())
                        .as("%s", moment)
                        .isEqualTo(moment.state() == TaskStatus.State.WAITING);
            }
        } finally {
            stopped.set(true);
            changing.join();
        }
    }

    @Test
    void aPipelineWhoseTasksAreStillToBeMadeHasNotFinished() {
        Pipeline pipeline = new Pipeline("p", Path.of("p.yaml"), List.of(), List.of(), List.of());
        PipelineStatus fresh = new PipelineStatus(pipeline, Optional.empty(), Optional.empty(), List.of());
        assertThat(fresh.state()).isEqualTo(PipelineStatus.State.RUNNING);
    }
}
