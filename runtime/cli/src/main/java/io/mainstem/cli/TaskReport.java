package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.runtime.worker.TaskStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How sources and sinks are doing, for people and for programs. */
final class TaskReport {

    private TaskReport() {}

    /** What a task is called: {@code source pipeline/name}. */
    static String title(TaskStatus task) {
        return side(task) + " " + task.pipeline() + "/" + task.name();
    }

    /** Where it is in its life. */
    static String state(TaskStatus task) {
        return task.state().name().toLowerCase(Locale.ROOT);
    }

    /** The same with the time of the next run, if it waits for that. */
    static String stateAndNext(TaskStatus task) {
        return state(task) + next(task.nextRun());
    }

    /** The time of the next run, to stand behind a state. */
    static String next(Optional<Instant> next) {
        return next.map(time -> ", next at " + Runs.time(time)).orElse("");
    }

    private static String side(TaskStatus task) {
        return task.side().name().toLowerCase(Locale.ROOT);
    }

    static ArrayNode json(List<TaskStatus> tasks) {
        ArrayNode all = JsonResult.array();
        for (TaskStatus task : tasks) {
            ObjectNode one = all.addObject()
                    .put("pipeline", task.pipeline())
                    .put("name", task.name())
                    .put("side", side(task))
                    .put("state", state(task))
                    .put("records", task.records())
                    .put("bytes", task.bytes())
                    .put("deadLetters", task.deadLetters());
            if (task.lag() >= 0) {
                one.put("lag", task.lag());
            }
            task.nextRun().ifPresent(next -> one.put("nextRun", next.toString()));
            task.failure().ifPresent(failure -> one.put("failure", failure.toString()));
        }
        return all;
    }
}
