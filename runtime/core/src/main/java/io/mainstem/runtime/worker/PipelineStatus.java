package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Pipeline;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a pipeline is doing.
 *
 * @param pipeline which
 * @param pausedSince since when it is paused, if it is
 * @param refused why it could not start, if it could not
 * @param tasks its sources and sinks, unless it is paused or could not start
 */
public record PipelineStatus(
        Pipeline pipeline, Optional<Instant> pausedSince, Optional<Failure> refused, List<TaskStatus> tasks) {

    /** Copies the list. */
    public PipelineStatus {
        tasks = List.copyOf(tasks);
    }

    /** The state of a whole pipeline, the worst of its tasks first. */
    public enum State {
        /** A person has paused it. */
        PAUSED,
        /** It could not start, a source or sink has given up, or the last run of a source has. */
        FAILED,
        /** A source or sink has failed and waits for the next attempt, or for room in the log, or hangs in its connector. */
        RETRYING,
        /** It works, or starts. */
        RUNNING,
        /** Everything that it had to do is done. */
        FINISHED,
        /** It was told to stop. */
        STOPPED
    }

    /** Its state. */
    public State state() {
        if (pausedSince.isPresent() && tasks.isEmpty()) {
            return State.PAUSED;
        }
        boolean sleepsOnFailure = tasks.stream()
                .anyMatch(task -> task.state() == TaskStatus.State.SLEEPING
                        && task.failure().isPresent());
        if (refused.isPresent() || has(TaskStatus.State.FAILED) || sleepsOnFailure) {
            return State.FAILED;
        }
        if (has(TaskStatus.State.RETRYING) || has(TaskStatus.State.WAITING) || has(TaskStatus.State.HUNG)) {
            return State.RETRYING;
        }
        if (has(TaskStatus.State.RUNNING) || has(TaskStatus.State.STARTING) || has(TaskStatus.State.SLEEPING)) {
            return State.RUNNING;
        }
        return has(TaskStatus.State.STOPPED) ? State.STOPPED : State.FINISHED;
    }

    private boolean has(TaskStatus.State state) {
        return tasks.stream().anyMatch(task -> task.state() == state);
    }

    /** When the next run of a source is due, if none goes on. */
    public Optional<Instant> nextRun() {
        return tasks.stream().flatMap(task -> task.nextRun().stream()).min(Instant::compareTo);
    }

    /** Why it could not start, or does not work now: the first reason there is. */
    public Optional<Failure> failure() {
        return refused.or(
                () -> tasks.stream().flatMap(task -> task.failure().stream()).findFirst());
    }
}
