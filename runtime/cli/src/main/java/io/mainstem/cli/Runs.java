package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.Run;
import io.mainstem.runtime.delivery.RunHistory;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks at the runs of sources for commands. */
final class Runs {

    private Runs() {}

    /** All runs, the latest first: those that the worker knows, or what is in a folder that no worker has. */
    static List<Run> all(Flags.Data data, Console console) {
        if (console.owner().isPresent()) {
            return console.owner().get().worker().history().all();
        }
        try (Log log = data.open(console);
                RunHistory history = RunHistory.open(log, Clock.systemUTC())) {
            return history.all();
        }
    }

    /** The latest of them, of one pipeline or of all, which began at a time or later. */
    static List<Run> some(List<Run> all, Optional<String> pipeline, Instant from, int max) {
        return all.stream()
                .filter(run -> pipeline.isEmpty() || run.source().pipeline().equals(pipeline.get()))
                .filter(run -> !run.start().isBefore(from))
                .limit(max)
                .toList();
    }

    /** The run of an id. */
    static Run find(String id, List<Run> all) {
        return all.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() ->
                        CommandException.failed("there is no run '" + id + "' (any more); see 'mainstem runs list'"));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** When it ended, as it is shown. */
    static String end(Run run) {
        return run.end().map(Runs::time).orElse("-");
    }

    /** A time to the second. */
    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static ArrayNode json(List<Run> runs) {
        ArrayNode array = JsonResult.array();
        runs.forEach(run -> array.add(json(run)));
        return array;
    }

    static ObjectNode json(Run run) {
        ObjectNode node = JsonResult.object()
                .put("id", run.id())
                .put("pipeline", run.source().pipeline())
                .put("source", run.source().source())
                .put("number", run.number())
                .put("trigger", word(run.trigger()))
                .put("schedule", run.schedule())
                .put("start", run.start().toString());
        run.end().ifPresent(end -> node.put("end", end.toString()));
        node.put("outcome", word(run.outcome()))
                .put("records", run.records())
                .put("bytes", run.bytes())
                .put("deadLetters", run.deadLetters());
        if (!run.failure().isEmpty()) {
            node.put("failure", run.failure());
        }
        return node;
    }
}
