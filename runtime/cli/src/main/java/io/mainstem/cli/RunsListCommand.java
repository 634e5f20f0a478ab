package io.mainstem.cli;

import io.mainstem.runtime.delivery.Run;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command
final class RunsListCommand implements Command {

    @Option(names = "--pipeline", paramLabel = "NAME", description = "Only the runs of this pipeline.")
    private @Nullable String pipeline;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only runs that started since: 2026-01-31T00:00:00Z, or a time ago such as 24h.")
    private @Nullable String since;

    @Option(names = "--max", paramLabel = "N", description = "At most so many, the latest; 20 by default.")
    private int max = 20;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) {
        boolean json = output.isJson();
        Amounts.inRange("--max", max, 0, Integer.MAX_VALUE);
        Instant from = since == null ? Instant.MIN : Times.parse("--since", since, Clock.systemUTC());
        List<Run> runs = Runs.some(Runs.all(data, console), Optional.ofNullable(pipeline), from, max);
        if (json) {
            console.result(Runs.json(runs).toPrettyString());
        } else {
            print(runs, console);
        }
        return ExitCode.DONE;
    }

    private static void print(List<Run> runs, Console console) {
        TextTable table =
                new TextTable("RUN", "WHY", "START", "END", "OUTCOME", "RECORDS", "BYTES", "DEAD LETTERS", "FAILURE");
        for (Run run : runs) {
            table.row(
                    run.id(),
                    Runs.word(run.trigger()),
                    Runs.time(run.start()),
                    Runs.end(run),
                    Runs.word(run.outcome()),
                    Units.count(run.records()),
                    Units.bytes(run.bytes()),
                    Units.count(run.deadLetters()),
                    run.failure().isEmpty() ? "-" : run.failure());
        }
        table.print(console);
    }
}
