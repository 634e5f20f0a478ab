package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Pipeline;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
        /** A source or sink has failed and waits for the next attempt, or hangs in its connector. */
        RETRYING,
        /** The log is full, and a source waits for room in it, or for what it reads from: it goes on by itself. */
        WAITING,
        /** It works, or starts. */
        RUNNING,
        /** Everything that it had to do is done. */
        FINISHED,
        /** It was told to stop. */
        STOPPED
    }

    /** Its state. */
    public State state() {
        return moment().state();
    }

    /** Its state with the reason for it. */
    public Moment moment() {
        List<TaskStatus.Moment> moments = tasks.stream().map(TaskStatus::moment).toList();
        State state = state(moments);
        Optional<Failure> failure = refused.or(() -> moments.stream()
                .filter(task -> explains(state, task.state()))
                .flatMap(task -> task.failure().stream())
                .findFirst());
        return new Moment(state, failure);
    }

    /** Whether a task in this state is why the whole has that one. */
    private static boolean explains(State whole, TaskStatus.State task) {
        return switch (task) {
            case FAILED, SLEEPING -> whole == State.FAILED;
            case RETRYING, HUNG -> whole == State.RETRYING;
            case WAITING -> whole == State.WAITING;
            case STOPPED -> whole == State.STOPPED;
            default -> false;
        };
    }

    /**
     * What holds at one moment.
     *
     * @param state the state
     * @param failure why it could not start, or is in this state
     */
    public record Moment(State state, Optional<Failure> failure) {}

    private State state(List<TaskStatus.Moment> moments) {
        if (pausedSince.isPresent() && moments.isEmpty()) {
            return State.PAUSED;
        }
        if (refused.isEmpty() && moments.isEmpty()) {
            // Its tasks are still to be made: none of them has done anything.
            return State.RUNNING;
        }
        boolean sleepsOnFailure = moments.stream()
                .anyMatch(task -> task.state() == TaskStatus.State.SLEEPING
                        && task.failure().isPresent());
        Set<TaskStatus.State> states =
                moments.stream().map(TaskStatus.Moment::state).collect(Collectors.toSet());
        if (refused.isPresent() || states.contains(TaskStatus.State.FAILED) || sleepsOnFailure) {
            return State.FAILED;
        }
        if (states.contains(TaskStatus.State.RETRYING) || states.contains(TaskStatus.State.HUNG)) {
            return State.RETRYING;
        }
        if (states.contains(TaskStatus.State.WAITING)) {
            return State.WAITING;
        }
        if (states.contains(TaskStatus.State.RUNNING)
                || states.contains(TaskStatus.State.STARTING)
                || states.contains(TaskStatus.State.SLEEPING)) {
            return State.RUNNING;
        }
        return states.contains(TaskStatus.State.STOPPED) ? State.STOPPED : State.FINISHED;
    }

    /** When the next run of a source is due, if none goes on. */
    public Optional<Instant> nextRun() {
        return tasks.stream().flatMap(task -> task.nextRun().stream()).min(Instant::compareTo);
    }

    /** Why it could not start, or does not work now. */
    public Optional<Failure> failure() {
        return moment().failure();
    }
}
