package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.runtime.pipeline.ConfigProblem;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.schedule.Rhythm;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class ValidateCommand implements Command {

    /** So many times of a schedule are shown. */
    private static final int TIMES = 3;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pipeline files, which are checked together.")
    private List<Path> files = new ArrayList<>();

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) throws Exception {
        boolean json = output.isJson();
        try (PluginCatalog catalog = plugins.load(console)) {
            PipelineSet set = PipelineFiles.validate(files, catalog, console);
            if (json) {
                console.result(json(set).toPrettyString());
            } else {
                print(set, console);
            }
            return set instanceof PipelineSet.Valid ? ExitCode.DONE : ExitCode.USAGE;
        }
    }

    private static void print(PipelineSet set, Console console) {
        if (set instanceof PipelineSet.Invalid invalid) {
            PipelineFiles.say(invalid, console);
            return;
        }
        PipelineSet.Valid valid = (PipelineSet.Valid) set;
        PipelineFiles.sayWarnings(valid, console);
        for (Pipeline pipeline : valid.pipelines()) {
            console.result(pipeline.file() + ": pipeline '" + pipeline.name() + "' is right: "
                    + count(pipeline.sources().size(), "source") + ", "
                    + count(pipeline.sinks().size(), "sink"));
            pipeline.sources().forEach(source -> printTimes(source, console));
        }
    }

    private static void printTimes(SourceSpec source, Console console) {
        if (source.schedule() instanceof ScheduleSpec.Timed timed
                && timed.timing().rhythm() instanceof Rhythm.Cron) {
            List<String> times = timed.timing().next(Clock.systemUTC().instant(), TIMES).stream()
                    .map(Runs::time)
                    .toList();
            console.result("  source '" + source.name() + "' runs at "
                    + (times.isEmpty() ? "no time that is to come" : String.join(", ", times)));
        }
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    static ObjectNode json(PipelineSet set) {
        ObjectNode result = JsonResult.object();
        if (set instanceof PipelineSet.Invalid invalid) {
            result.put("valid", false).set("problems", json(invalid.problems()));
            return result;
        }
        PipelineSet.Valid valid = (PipelineSet.Valid) set;
        ArrayNode pipelines = result.put("valid", true).putArray("pipelines");
        for (Pipeline pipeline : valid.pipelines()) {
            pipelines
                    .addObject()
                    .put("name", pipeline.name())
                    .put("file", pipeline.file().toString())
                    .put("sources", pipeline.sources().size())
                    .put("sinks", pipeline.sinks().size());
        }
        result.set("warnings", json(valid.warnings()));
        return result;
    }

    private static ArrayNode json(List<ConfigProblem> problems) {
        ArrayNode array = JsonResult.array();
        problems.forEach(problem -> array.addObject()
                .put("file", problem.file().toString())
                .put("line", problem.line())
                .put("column", problem.column())
                .put("message", problem.message()));
        return array;
    }
}
