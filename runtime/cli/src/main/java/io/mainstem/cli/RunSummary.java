package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Option;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.FailurePolicy.BadRecords.DeadLetters;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.worker.TaskStatus;
import io.mainstem.runtime.worker.TaskStatus.Side;
import io.mainstem.runtime.worker.TaskStatus.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a run came to: what was read and written, where it is, and what is left to do. */
final class RunSummary {

    /** The options that say where something is, in any connector. */
    private static final Set<String> FILES = Set.of("path", "folder", "file");

    /** An address that ends in the path of a file; one in memory, or an address of SQLite's own, is left as it is. */
    private static final Pattern FILE_URL = Pattern.compile("(jdbc:sqlite:)(?!:|file:)([^?]+)(.*)");

    private static final Set<String> PLACES = Set.of("url", "table", "topic", "query");

    private final PipelineSet.Valid set;
    private final List<TaskStatus> tasks;
    private final List<String> hanging;
    private final long millis;

    RunSummary(PipelineSet.Valid set, List<TaskStatus> tasks, List<String> hanging, long millis) {
        this.set = set;
        this.tasks = tasks;
        this.hanging = hanging;
        this.millis = millis;
    }

    int exitCode() {
        if (!hanging.isEmpty() || tasks.stream().anyMatch(task -> task.state() == State.FAILED)) {
            return ExitCode.FAILED;
        }
        boolean letters = tasks.stream().anyMatch(task -> task.deadLetters() > 0);
        return letters ? ExitCode.DEAD_LETTERS : ExitCode.DONE;
    }

    void print(Console console) {
        for (TaskStatus task : tasks) {
            console.result(line(task, console));
            task.failure().ifPresent(failure -> console.result("  " + failure));
            task.hungCalls()
                    .forEach(call -> console.result("  it was left behind in the connector's call '" + call.call()
                            + "' after " + call.lasted().toSeconds() + " s, at "
                            + call.stack().stream().findFirst().orElse("its end")));
            letters(task).ifPresent(console::result);
        }
        hanging.forEach(name -> console.result(name + " did not end in time, and was left behind"));
        console.result("took " + Units.seconds(millis));
    }

    private String line(TaskStatus task, Console console) {
        String verb = task.side() == Side.SOURCE ? "read" : "wrote";
        return TaskReport.title(task) + " " + verb + " " + Units.count(task.records()) + " records ("
                + Units.bytes(task.bytes()) + ") " + place(task, console) + ", "
                + TaskReport.state(task);
    }

    private Optional<String> letters(TaskStatus task) {
        if (task.deadLetters() == 0) {
            return Optional.empty();
        }
        String topic = policy(task).badRecords() instanceof DeadLetters letters ? letters.topic() : "";
        return Optional.of("  " + Units.count(task.deadLetters()) + " bad records are in topic '" + topic
                + "'; see 'mainstem dead-letters list'");
    }

    private Pipeline pipeline(TaskStatus task) {
        return set.pipelines().stream()
                .filter(pipeline -> pipeline.name().equals(task.pipeline()))
                .findFirst()
                .orElseThrow();
    }

    private Optional<SourceSpec> source(TaskStatus task) {
        return pipeline(task).sources().stream()
                .filter(source -> task.side() == Side.SOURCE && source.name().equals(task.name()))
                .findFirst();
    }

    private Optional<SinkSpec> sink(TaskStatus task) {
        return pipeline(task).sinks().stream()
                .filter(sink -> task.side() == Side.SINK && sink.name().equals(task.name()))
                .findFirst();
    }

    private FailurePolicy policy(TaskStatus task) {
        return source(task)
                .map(SourceSpec::onFailure)
                .or(() -> sink(task).map(SinkSpec::onFailure))
                .orElse(FailurePolicy.DEFAULT);
    }

    private String place(TaskStatus task, Console console) {
        return source(task)
                .map(source -> "from " + source.connector()
                        + places(task, console, source.factory().config(), source.config()))
                .or(() -> sink(task)
                        .map(sink -> "to " + sink.connector()
                                + places(task, console, sink.factory().config(), sink.config())))
                .orElse("");
    }

    private String places(TaskStatus task, Console console, ConfigSpec spec, Config config) {
        List<String> parts = new ArrayList<>();
        for (Option<?> option : spec.options()) {
            boolean shown = FILES.contains(option.name()) || PLACES.contains(option.name());
            if (shown && !option.isSecret() && config.isSet(option)) {
                String text = config.find(option).map(Object::toString).orElse("");
                parts.add(option.name() + " " + place(task, console, option.name(), text));
            }
        }
        return parts.isEmpty() ? "" : " (" + String.join(", ", parts) + ")";
    }

    /** Paths in options begin at the folder of the pipeline's file; here they are named as all others are. */
    private String place(TaskStatus task, Console console, String option, String text) {
        Path file = pipeline(task).file();
        if (FILES.contains(option)) {
            return console.place(file.resolveSibling(text));
        }
        Matcher url = FILE_URL.matcher(text);
        return option.equals("url") && url.matches()
                ? url.group(1) + console.place(file.resolveSibling(url.group(2))) + url.group(3)
                : text;
    }

    ObjectNode json() {
        ObjectNode result = JsonResult.object().put("exitCode", exitCode()).put("millis", millis);
        result.set("tasks", TaskReport.json(tasks));
        ArrayNode left = result.putArray("hanging");
        hanging.forEach(left::add);
        return result;
    }
}
