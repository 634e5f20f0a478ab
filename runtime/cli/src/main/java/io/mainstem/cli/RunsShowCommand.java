package io.mainstem.cli;

import io.mainstem.runtime.delivery.Run;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class RunsShowCommand implements Command {

    @Parameters(paramLabel = "RUN", description = "The run: pipeline/source/number, as 'runs list' shows it.")
    private String id = "";

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        Run run = Runs.find(id, Runs.all(data, console));
        if (json) {
            console.result(Runs.json(run).toPrettyString());
            return ExitCode.DONE;
        }
        TextTable table = new TextTable("RUN", run.id());
        table.row("why", Runs.word(run.trigger()));
        table.row("schedule", run.schedule());
        table.row("start", run.start());
        table.row("end", run.end().map(Object::toString).orElse("-"));
        run.end()
                .ifPresent(end -> table.row(
                        "took", Units.seconds(Duration.between(run.start(), end).toMillis())));
        table.row("outcome", Runs.word(run.outcome()));
        table.row("records", Units.count(run.records()));
        table.row("bytes", Units.bytes(run.bytes()));
        table.row("dead letters", Units.count(run.deadLetters()));
        table.row("failure", run.failure().isEmpty() ? "-" : run.failure());
        table.print(console);
        return ExitCode.DONE;
    }
}
