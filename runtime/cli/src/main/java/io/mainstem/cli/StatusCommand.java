package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.runtime.worker.TaskStatus;
import java.nio.file.Path;
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
            result.set("tasks", TaskReport.json(owner.status().get()));
            console.result(result.toPrettyString());
        } else {
            print(owner.status().get(), console);
        }
        return ExitCode.DONE;
    }

    private static FolderBusyException nobody(Path folder) {
        return new FolderBusyException(
                folder,
                "no worker runs on the data folder '" + folder
                        + "' (or it is just starting or ending); 'mainstem run' starts one");
    }

    private static void print(List<TaskStatus> tasks, Console console) {
        TextTable table = new TextTable("TASK", "STATE", "RECORDS", "LAG", "DEAD LETTERS", "FAILURE");
        for (TaskStatus task : tasks) {
            table.row(
                    TaskReport.title(task),
                    TaskReport.state(task),
                    Units.count(task.records()),
                    task.lag() < 0 ? "-" : Units.count(task.lag()),
                    Units.count(task.deadLetters()),
                    task.failure().map(Object::toString).orElse("-"));
        }
        table.print(console);
    }
}
