package io.mainstem.cli;

import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.Worker;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Pauses, resumes or restarts pipelines of the worker that has the data folder. */
@picocli.CommandLine.Command
final class PipelinesChangeCommand implements Command {

    private final Change change;
    private final String done;

    @Parameters(arity = "1..*", paramLabel = "PIPELINE", description = "The names of pipelines.")
    private List<String> names = List.of();

    @Mixin
    private Flags.Data data = new Flags.Data();

    /** Something that a worker does to a pipeline; false when it has none of that name. */
    private interface Change {
        boolean make(Worker worker, String name) throws InterruptedException;
    }

    private PipelinesChangeCommand(Change change, String done) {
        this.change = change;
        this.done = done;
    }

    static PipelinesChangeCommand pause() {
        return new PipelinesChangeCommand(Worker::pause, "paused");
    }

    static PipelinesChangeCommand resume() {
        return new PipelinesChangeCommand(Worker::resume, "resumed");
    }

    static PipelinesChangeCommand restart() {
        return new PipelinesChangeCommand(Worker::restart, "restarted");
    }

    @Override
    public int run(Console console) throws InterruptedException {
        Owner owner = console.owner().orElseThrow(() -> StatusCommand.nobody(data.folder(console)));
        Worker worker = owner.worker();
        if (!worker.stays()) {
            throw CommandException.busy(
                    "the worker is a 'mainstem run', which ends when its pipelines are done; stop it and start it again,"
                            + " or use 'mainstem serve'");
        }
        for (String name : names) {
            if (!change.make(worker, name)) {
                throw CommandException.usage("there is no pipeline '" + name + "'; there are "
                        + worker.pipelines().stream()
                                .map(pipeline -> pipeline.pipeline().name())
                                .sorted()
                                .collect(Collectors.joining(", ")));
            }
            console.result("pipeline '" + name + "' is " + done);
            sayFileProblem(owner, name, console);
        }
        return ExitCode.DONE;
    }

    /** What was started, if anything, is not what the file says now. */
    private static void sayFileProblem(Owner owner, String name, Console console) {
        owner.worker().pipelines().stream()
                .map(PipelineStatus::pipeline)
                .filter(pipeline -> pipeline.name().equals(name))
                .flatMap(pipeline -> owner.fileProblems().first(pipeline.file()).stream())
                .findFirst()
                .ifPresent(problem -> console.warn("pipeline '" + name + "': " + PipelinesListCommand.EARLIER
                        + FileProblems.text(problem, console)));
    }
}
