package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.runtime.worker.HungCall;
import io.mainstem.runtime.worker.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How sources and sinks are doing, for people and for programs. */
final class TaskReport {

    private static final String WAITING = "waiting";

    private TaskReport() {}

    /** What a task is called: {@code source pipeline/name}. */
    static String title(TaskStatus task) {
        return side(task) + " " + task.pipeline() + "/" + task.name();
    }

    /** Where it is in its life. */
    static String state(TaskStatus task) {
        return state(task.moment());
    }

    /** Where it was in its life at a moment. */
    static String state(TaskStatus.Moment moment) {
        return moment.state().name().toLowerCase(Locale.ROOT);
    }

    /** The same with the time of the next run, or with the end of a wait, if there is one. */
    static String stateAndNext(TaskStatus task) {
        String state = state(task);
        String until = task.pause()
                .map(pause -> (state.equals(WAITING) ? " until " : ", waits until ") + Runs.time(pause.until()))
                .orElse("");
        return state + next(task.nextRun()) + until;
    }

    /** When it goes on, to stand behind the reason why it does not. */
    static String goesOn(TaskStatus task) {
        return task.pause()
                .map(pause -> "; it goes on at " + Runs.time(pause.until()))
                .orElse("");
    }

    /** Until when it waits and for what, in a line for a person, if its failure does not say so. */
    private static Optional<String> pauseLine(TaskStatus task) {
        return task.pause()
                .filter(pause -> task.failure().isEmpty())
                .map(pause -> title(task) + ": waits until " + Runs.time(pause.until()) + ": " + pause.why());
    }

    /** Where others reach it, in a line for a person. */
    static Optional<String> addressLine(TaskStatus task) {
        return task.address().map(address -> title(task) + " is reached at " + address);
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
            task.delivery()
                    .ifPresent(mode -> one.putObject("delivery")
                            .put("mode", mode.kind().word())
                            .put("reason", mode.reason()));
            task.nextRun().ifPresent(next -> one.put("nextRun", next.toString()));
            task.pause()
                    .ifPresent(pause -> one.put("waitsFor", pause.why())
                            .put("waitsUntil", pause.until().toString()));
            task.address().ifPresent(address -> one.put("address", address));
            if (!task.held().isEmpty()) {
                ArrayNode held = one.putArray("held");
                task.held()
                        .forEach(stream -> held.addObject()
                                .put("stream", stream.stream())
                                .put("failure", stream.why().toString()));
            }
            task.failure()
                    .ifPresent(failure -> one.put("failure", failure.toString())
                            .put("failureKind", failure.kind().name().toLowerCase(Locale.ROOT)));
            task.attempts().ifPresent(attempts -> one.set("attempts", json(attempts)));
            List<HungCall> hung = task.hungCalls();
            if (!hung.isEmpty()) {
                ArrayNode calls = one.putArray("hungCalls");
                hung.forEach(call -> calls.add(json(call)));
            }
        }
        return all;
    }

    private static ObjectNode json(TaskStatus.Attempts attempts) {
        ObjectNode node = JsonResult.object()
                .put("failures", attempts.count())
                .put("since", attempts.since().toString());
        attempts.next().ifPresent(next -> node.put("next", next.toString()));
        return node;
    }

    private static ObjectNode json(HungCall call) {
        ObjectNode node = JsonResult.object()
                .put("call", call.call())
                .put("millis", call.lasted().toMillis())
                .put("thread", call.thread());
        ArrayNode stack = node.putArray("stack");
        call.stack().forEach(stack::add);
        return node;
    }

    /** What is not well with a task, in lines for a person. */
    static List<String> details(TaskStatus task, Instant now) {
        List<String> lines = new ArrayList<>();
        addressLine(task).ifPresent(lines::add);
        pauseLine(task).ifPresent(lines::add);
        task.held()
                .forEach(held ->
                        lines.add(title(task) + ": holds the stream '" + held.stream() + "' back: " + held.why()));
        task.attempts().ifPresent(attempts -> lines.add(title(task) + ": " + words(attempts, now)));
        for (HungCall call : task.hungCalls()) {
            lines.add(title(task) + ": thread " + call.thread() + " has been in the connector's call '" + call.call()
                    + "' for " + call.lasted().toSeconds() + " s, at");
            call.stack().forEach(frame -> lines.add("    " + frame));
        }
        return lines;
    }

    private static String words(TaskStatus.Attempts attempts, Instant now) {
        String next = attempts.next()
                .map(moment -> moment.isAfter(now)
                        ? "; the next attempt begins in "
                                + (Duration.between(now, moment).toSeconds() + 1) + " s"
                        : "; an attempt is under way")
                .orElse("");
        return "failed " + attempts.count() + (attempts.count() == 1 ? " time" : " times") + " since "
                + attempts.since() + next;
    }
}
