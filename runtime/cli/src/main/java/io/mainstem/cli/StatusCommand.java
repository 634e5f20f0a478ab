package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.log.DiskUsage;
import io.mainstem.runtime.delivery.DeliveryMode;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command
final class StatusCommand implements Command {

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        Owner owner = console.owner().orElseThrow(() -> nobody(data.folder(console)));
        if (json) {
            console.result(json(owner, console).toPrettyString());
        } else {
            console.result(summary(owner));
            console.result("");
            print(owner.tasks(), console);
            owner.fileProblems()
                    .firsts()
                    .forEach(problem -> console.result("a file is not valid: " + FileProblems.text(problem, console)));
            owner.log().admin().diskUsage().ifPresent(usage -> print(usage, console));
        }
        return ExitCode.DONE;
    }

    static ObjectNode json(Owner owner, Console console) {
        ObjectNode result = JsonResult.object()
                .put("pid", ProcessHandle.current().pid())
                .put("version", VersionCommand.version())
                .put("upSeconds", upSeconds());
        ArrayNode pipelines = result.putArray("pipelines");
        owner.worker().pipelines().forEach(pipeline -> pipelines.add(json(owner, pipeline)));
        result.set("tasks", TaskReport.json(owner.tasks()));
        ArrayNode problems = result.putArray("fileProblems");
        owner.fileProblems().firsts().forEach(problem -> problems.add(FileProblems.text(problem, console)));
        owner.log().admin().diskUsage().ifPresent(usage -> result.set("disk", json(usage)));
        return result;
    }

    private static ObjectNode json(Owner owner, PipelineStatus pipeline) {
        ObjectNode node = JsonResult.object()
                .put("pipeline", pipeline.pipeline().name())
                .put("state", PipelinesListCommand.state(pipeline));
        long lag = owner.worker().lag(pipeline.pipeline());
        return lag < 0 ? node : node.put("lag", lag);
    }

    /** The worker in a line: which process, since when, and how many of its pipelines are in which state. */
    static String summary(Owner owner) {
        Map<PipelineStatus.State, Long> states = new EnumMap<>(PipelineStatus.State.class);
        owner.worker().pipelines().forEach(pipeline -> states.merge(pipeline.state(), 1L, Long::sum));
        String counts = states.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return "worker " + ProcessHandle.current().pid() + ", mainstem " + VersionCommand.version() + ", up "
                + Units.span(upSeconds()) + ", pipelines: " + (counts.isEmpty() ? "none" : counts);
    }

    private static long upSeconds() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, Instant.now()).toSeconds())
                .orElse(0L);
    }

    static FolderBusyException nobody(Path folder) {
        return new FolderBusyException(
                folder,
                "no worker runs on the data folder '" + folder
                        + "' (or it is just starting or ending); 'mainstem run' or 'mainstem serve' starts one");
    }

    private static ObjectNode json(DiskUsage usage) {
        ObjectNode node = JsonResult.object()
                .put("usedBytes", usage.usedBytes())
                .put("freeBytes", usage.freeBytes())
                .put("minFreeBytes", usage.minFreeBytes());
        usage.budgetBytes().ifPresent(budget -> node.put("budgetBytes", budget));
        usage.full()
                .ifPresent(full -> node.putObject("full")
                        .put("since", full.since().toString())
                        .put("reason", full.reason()));
        return node;
    }

    private static void print(DiskUsage usage, Console console) {
        console.result("");
        console.result("log: " + Units.bytes(usage.usedBytes())
                + (usage.budgetBytes().isPresent()
                        ? " of " + Units.bytes(usage.budgetBytes().getAsLong())
                        : "")
                + " used, " + Units.bytes(usage.freeBytes()) + " free on the disk");
        usage.full()
                .ifPresent(full -> console.result("the log is full since " + full.since() + ", because " + full.reason()
                        + "; sources wait until there is room"));
    }

    private static void print(List<TaskStatus> tasks, Console console) {
        TextTable table = new TextTable("TASK", "STATE", "RECORDS", "LAG", "DEAD LETTERS", "DELIVERY", "FAILURE");
        for (TaskStatus task : tasks) {
            table.row(
                    TaskReport.title(task),
                    TaskReport.stateAndNext(task),
                    Units.count(task.records()),
                    task.lag() < 0 ? "-" : Units.count(task.lag()),
                    Units.count(task.deadLetters()),
                    task.delivery().map(mode -> mode.kind().word()).orElse("-"),
                    task.failure().map(Object::toString).orElse("-"));
        }
        table.print(console);
        tasks.stream()
                .flatMap(task -> task.delivery().stream())
                .distinct()
                .map(DeliveryMode::toString)
                .forEach(console::result);
        Instant now = Instant.now();
        for (TaskStatus task : tasks) {
            TaskReport.details(task, now).forEach(console::result);
        }
    }
}
