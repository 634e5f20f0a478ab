package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Message;
import io.mainstem.runtime.pipeline.ConfigProblem;
import io.mainstem.runtime.pipeline.Outside;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.pipeline.SecretProviders;
import io.mainstem.runtime.pipeline.TestCase;
import io.mainstem.runtime.pipeline.TestReader;
import io.mainstem.runtime.pipeline.TestRun;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.transform.StepTrace;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class TestCommand implements Command {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pipeline files with 'tests'.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--trace", description = "Shows the rows in front of and behind each step.")
    private boolean trace;

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) throws Exception {
        boolean json = output.isJson();
        try (PluginCatalog catalog = plugins.load(console)) {
            PipelineSet set = PipelineFiles.read(files, catalog, console);
            if (set instanceof PipelineSet.Invalid invalid) {
                PipelineFiles.say(invalid, console);
                return ExitCode.USAGE;
            }
            List<TestCase> tests = new ArrayList<>();
            List<ConfigProblem> problems = new ArrayList<>();
            try (SecretProviders secrets = Flags.secrets(console, catalog)) {
                Outside outside = new Outside(console.environment(), secrets);
                for (Pipeline pipeline : ((PipelineSet.Valid) set).pipelines()) {
                    TestReader.Tests read = TestReader.read(pipeline, catalog, outside);
                    tests.addAll(read.tests());
                    problems.addAll(read.problems());
                }
                if (!problems.isEmpty()) {
                    problems.forEach(problem -> console.say(problem.toString()));
                    return ExitCode.USAGE;
                }
                return run(tests, new FixturePlayer(((PipelineSet.Valid) set).secrets(), outside), json, console);
            }
        }
    }

    private int run(List<TestCase> tests, FixturePlayer player, boolean json, Console console) throws Exception {
        if (tests.isEmpty()) {
            throw CommandException.usage("there are no tests in these files; write some under 'tests:'");
        }
        List<TestRun> runs = new ArrayList<>();
        for (TestCase test : tests) {
            runs.add(test.replay().isPresent() ? player.run(test) : TestRun.of(test, Clock.systemUTC()));
        }
        long failed = runs.stream().filter(run -> !run.passed()).count();
        if (json) {
            console.result(json(runs, failed).toPrettyString());
        } else {
            for (TestRun run : runs) {
                print(run, console);
            }
            console.result(runs.size()
                    + (runs.size() == 1 ? " test, " : " tests, ")
                    + (failed == 0 ? "all passed" : failed + " failed"));
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void print(TestRun run, Console console) throws Exception {
        console.result((run.passed() ? "ok      " : "FAILED  ") + run.test().name() + " ("
                + run.test().place() + ")");
        run.differences().forEach(difference -> console.result("    " + difference));
        if (trace) {
            for (StepTrace.Traced traced : run.trace()) {
                printTrace(traced, console);
            }
        }
    }

    private static void printTrace(StepTrace.Traced traced, Console console) throws Exception {
        console.result("    " + shown(traced.input()));
        for (StepTrace.Pass pass : traced.passes()) {
            String after = pass.failure().orElse(pass.after().isEmpty() ? "dropped" : shown(pass.after()));
            console.result("      " + pass.step() + ": " + after);
        }
    }

    private static String shown(List<Message> messages) throws Exception {
        List<String> all = new ArrayList<>();
        for (Message message : messages) {
            all.add(shown(message));
        }
        return all.stream().collect(Collectors.joining("\n        "));
    }

    private static String shown(Message message) throws Exception {
        return TestRun.shown(message, null).toString();
    }

    private ObjectNode json(List<TestRun> runs, long failed) throws Exception {
        ObjectNode result =
                JsonResult.object().put("passed", runs.size() - failed).put("failed", failed);
        ArrayNode tests = result.putArray("tests");
        for (TestRun run : runs) {
            ObjectNode one = tests.addObject()
                    .put("name", run.test().name())
                    .put("place", run.test().place())
                    .put("passed", run.passed());
            ArrayNode differences = one.putArray("differences");
            run.differences().forEach(differences::add);
            if (trace) {
                addTrace(one.putArray("trace"), run.trace());
            }
        }
        return result;
    }

    private static void addTrace(ArrayNode array, List<StepTrace.Traced> trace) throws Exception {
        for (StepTrace.Traced traced : trace) {
            ObjectNode one = array.addObject();
            one.set("input", TestRun.shown(traced.input(), null));
            ArrayNode passes = one.putArray("steps");
            for (StepTrace.Pass pass : traced.passes()) {
                ObjectNode step = passes.addObject().put("step", pass.step());
                step.set("before", TestRun.shown(pass.before(), null));
                ArrayNode after = step.putArray("after");
                for (Message message : pass.after()) {
                    after.add(TestRun.shown(message, null));
                }
                pass.failure().ifPresent(failure -> step.put("failure", failure));
            }
        }
    }
}
