package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.plan.PlanOptions;
import io.mainstem.runtime.plan.PlanReport;
import io.mainstem.runtime.plan.Planner;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what pipelines will do, and changes nothing. */
@picocli.CommandLine.Command
final class PlanCommand implements Command {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pipeline files, which are planned together.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "How many rows of each stream are looked at, and shown; without it, " + PlanOptions.ROWS
                    + " are looked at and a few of them shown.")
    private @Nullable Integer rows;

    @Option(names = "--steps", description = "Shows the rows before and after each transform.")
    private boolean steps;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public List<String> toForward(List<String> arguments, Console console) {
        List<String> all = new ArrayList<>(List.of("plan"));
        if (rows != null) {
            all.addAll(List.of("--rows", String.valueOf(rows)));
        }
        if (steps) {
            all.add("--steps");
        }
        if (output.isJson()) {
            all.addAll(List.of("--output", "json"));
        }
        // Behind this nothing is an option, whatever a file is called.
        all.add("--");
        files.forEach(file -> all.add(
                console.folder().resolve(file).toAbsolutePath().normalize().toString()));
        return all;
    }

    @Override
    public int run(Console console) throws Exception {
        output.isJson();
        if (rows != null) {
            Amounts.inRange("--rows", rows, 0, PlanOptions.ROWS_MAX);
        }
        return PipelineLook.run(
                files, data, plugins, console, (set, log, running) -> show(plan(set, log, running), console));
    }

    private PlanReport plan(PipelineSet.Valid set, Log log, List<Pipeline> running) throws InterruptedException {
        PlanOptions options = PlanOptions.of(Clock.systemUTC(), set.secrets()).withRunning(running);
        return Planner.plan(set.pipelines(), log, rows == null ? options : options.withRows(rows));
    }

    private int show(PlanReport report, Console console) {
        if (output.isJson()) {
            console.result(PlanJson.of(report, console).toPrettyString());
        } else {
            new PlanText(console, rows, steps).print(report);
        }
        return report.failures() == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }
}
