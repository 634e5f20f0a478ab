package io.mainstem.cli;

import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.Worker;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class RunsStartCommand implements Command {

    @Parameters(paramLabel = "PIPELINE/SOURCE", description = "The source.")
    private String source = "";

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) throws InterruptedException {
        Worker worker = console.owner()
                .orElseThrow(() -> StatusCommand.nobody(data.folder(console)))
                .worker();
        SourceName name = start(worker, source);
        console.result("a run of source '" + name + "' starts");
        return ExitCode.DONE;
    }

    /**
     * Starts a run.
     *
     * @param source pipeline/source
     */
    static SourceName start(Worker worker, String source) throws InterruptedException {
        SourceName name = name(worker, source);
        return switch (worker.startRun(name)) {
            case STARTED -> name;
            case NO_SOURCE -> throw CommandException.conflict(whyNot(worker, name.pipeline()));
            case CONTINUOUS ->
                throw CommandException.conflict(
                        "source '" + name + "' reads continuously, so that there is nothing to start");
            case BUSY ->
                throw CommandException.conflict("a run of source '" + name
                        + "' goes on already; see 'mainstem runs list --pipeline " + name.pipeline() + "'");
            case ENDED ->
                throw CommandException.conflict(
                        "source '" + name
                                + "' is done, and a 'mainstem run' starts nothing again; run it again, or use 'mainstem serve'");
        };
    }

    private static String whyNot(Worker worker, String name) {
        Optional<PipelineStatus> pipeline = worker.pipelines().stream()
                .filter(each -> each.pipeline().name().equals(name))
                .findFirst();
        return pipeline.flatMap(PipelineStatus::refused)
                .map(why -> "pipeline '" + name + "' could not start: " + why)
                .orElse("pipeline '" + name + "' is paused; let it go on with 'mainstem pipelines resume " + name
                        + "', and start the run then");
    }

    private static SourceName name(Worker worker, String source) {
        List<SourceName> known = worker.pipelines().stream()
                .map(PipelineStatus::pipeline)
                .flatMap(RunsStartCommand::names)
                .sorted()
                .toList();
        return known.stream()
                .filter(name -> name.toString().equals(source))
                .findFirst()
                .orElseThrow(() -> CommandException.unknown("the worker has no source '" + source + "'; "
                        + (known.isEmpty() ? "it has none at all" : "there are " + SourceNames.list(known))));
    }

    private static Stream<SourceName> names(Pipeline pipeline) {
        return pipeline.sources().stream().map(source -> new SourceName(pipeline.name(), source.name()));
    }
}
