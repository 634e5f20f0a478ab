package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.log.DiskUsage;
import io.mainstem.runtime.worker.TaskStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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
            ObjectNode result =
                    JsonResult.object().put("pid", ProcessHandle.current().pid());
            result.set("tasks", TaskReport.json(owner.tasks()));
            owner.log().admin().diskUsage().ifPresent(usage -> result.set("disk", json(usage)));
            console.result(result.toPrettyString());
        } else {
            print(owner.tasks(), console);
            owner.log().admin().diskUsage().ifPresent(usage -> print(usage, console));
        }
        return ExitCode.DONE;
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
        usage.pause()
                .ifPresent(pause -> node.putObject("pause")
                        .put("since", pause.since().toString())
                        .put("reason", pause.reason()));
        return node;
    }

    private static void print(DiskUsage usage, Console console) {
        console.result("");
        console.result("log: " + Units.bytes(usage.usedBytes())
                + (usage.budgetBytes().isPresent()
                        ? " of " + Units.bytes(usage.budgetBytes().getAsLong())
                        : "")
                + " used, " + Units.bytes(usage.freeBytes()) + " free on the disk");
        usage.pause()
                .ifPresent(pause -> console.result("the log is paused since " + pause.since() + ", because "
                        + pause.reason() + "; sources wait until there is room"));
    }

    private static void print(List<TaskStatus> tasks, Console console) {
        TextTable table = new TextTable("TASK", "STATE", "RECORDS", "LAG", "DEAD LETTERS", "FAILURE");
        for (TaskStatus task : tasks) {
            table.row(
                    TaskReport.title(task),
                    TaskReport.stateAndNext(task),
                    Units.count(task.records()),
                    task.lag() < 0 ? "-" : Units.count(task.lag()),
                    Units.count(task.deadLetters()),
                    task.failure().map(Object::toString).orElse("-"));
        }
        table.print(console);
        Instant now = Instant.now();
        for (TaskStatus task : tasks) {
            TaskReport.details(task, now).forEach(console::result);
        }
    }
}
