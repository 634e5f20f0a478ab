package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.BackfillName;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SinkVariant;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.text.Nearest;
import io.mainstem.runtime.worker.Backfill;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.TaskStatus;
import io.mainstem.runtime.worker.WorkerOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class BackfillCommand implements Command {

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration DRAIN = Duration.ofSeconds(10);

    @Parameters(paramLabel = "PIPELINE/SINK", description = "The sink whose topics are copied.")
    private String sink = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            required = true,
            description = "The records of this time and later: 2026-01-31T00:00:00Z, or how long ago, such as 24h.")
    private String fromText = "";

    @Option(
            names = "--to",
            paramLabel = "TIME",
            required = true,
            description = "Those before this time: 2026-01-31T00:00:00Z, or how long ago, such as 1h.")
    private String toText = "";

    @Option(
            names = "--set",
            paramLabel = "OPTION=VALUE",
            required = true,
            description = "Another value for an option of the sink, such as table=orders_backfill; may be repeated.")
    private Map<String, String> values = new TreeMap<>();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The file of the pipeline; needed when no worker runs. May be repeated.")
    private List<Path> files = List.of();

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    private Instant from = Instant.EPOCH;
    private Instant to = Instant.EPOCH;

    /** With the times that {@link #run} has found and told: a moment later, those ago would be others. */
    @Override
    public List<String> toForward(List<String> arguments, Console console) {
        List<String> all = new ArrayList<>(List.of("backfill", "--from", from.toString(), "--to", to.toString()));
        new TreeMap<>(values).forEach((option, value) -> all.addAll(List.of("--set", option + "=" + value)));
        // Behind this nothing is an option, whatever a sink is called.
        all.addAll(List.of("--", sink));
        return all;
    }

    @Override
    public int run(Console console) throws Exception {
        resolveTimes();
        if (console.owner().isPresent()) {
            Owner owner = console.owner().get();
            List<Pipeline> pipelines = owner.worker().pipelines().stream()
                    .map(PipelineStatus::pipeline)
                    .toList();
            Pipeline pipeline = pipeline(pipelines);
            sayTimes(console);
            return finish(owner.worker().startBackfill(pipeline, variant(pipeline), from, to), console);
        }
        try (Log log = data.open(console);
                PluginCatalog catalog = plugins.load(console)) {
            return run(log, catalog, console);
        }
    }

    private void resolveTimes() {
        Clock seconds = Clock.tickSeconds(ZoneOffset.UTC);
        from = Times.parse("--from", fromText, seconds);
        to = Times.parse("--to", toText, seconds);
    }

    /** A time ago is another time when the command is repeated: says which it is now. What is forwarded may have been one. */
    private void sayTimes(Console console) {
        boolean isForwarded = console.owner().isPresent();
        if (isForwarded || !fromText.contains("T") || !toText.contains("T")) {
            console.say("the span is --from " + from + " --to " + to + "; to go on or to repeat it, name it so");
        }
    }

    private int run(Log log, PluginCatalog catalog, Console console) throws Exception {
        if (files.isEmpty()) {
            throw CommandException.usage("no worker runs that has the pipeline; name the file of it with --file");
        }
        PipelineSet set = PipelineFiles.read(files, catalog, console);
        if (set instanceof PipelineSet.Invalid invalid) {
            PipelineFiles.say(invalid, console);
            return ExitCode.USAGE;
        }
        PipelineSet.Valid valid = (PipelineSet.Valid) set;
        Scrub.also(valid.secrets());
        Pipeline pipeline = pipeline(valid.pipelines());
        sayTimes(console);
        WorkerOptions options = WorkerOptions.of(valid.secrets(), Clock.systemUTC(), new Random());
        Shutdown.inOrder();
        return finish(Backfill.start(log, pipeline, variant(pipeline), from, to, options), console);
    }

    private Pipeline pipeline(List<Pipeline> pipelines) {
        return pipelines.stream()
                .filter(pipeline ->
                        pipeline.sinks().stream().anyMatch(each -> sink.equals(pipeline.name() + "/" + each.name())))
                .findFirst()
                .orElseThrow(() -> unknown(pipelines));
    }

    private CommandException unknown(List<Pipeline> pipelines) {
        List<String> names = pipelines.stream()
                .flatMap(pipeline -> pipeline.sinks().stream().map(each -> pipeline.name() + "/" + each.name()))
                .toList();
        String hint = Nearest.hint(sink, names);
        return CommandException.usage(
                "there is no sink '" + sink + "'" + (hint.isEmpty() ? "; a sink is named pipeline/sink" : hint));
    }

    private SinkSpec variant(Pipeline pipeline) {
        SinkSpec live = pipeline.sinks().stream()
                .filter(each -> sink.equals(pipeline.name() + "/" + each.name()))
                .findFirst()
                .orElseThrow();
        try {
            SinkSpec variant = SinkVariant.of(live, name(live), values);
            if (variant.config().equals(live.config())) {
                throw CommandException.usage("--set says nothing else than the pipeline does; name another target");
            }
            return variant;
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--set: " + e.getMessage());
        }
    }

    /** The same for the same command, which so goes on where it was. */
    private String name(SinkSpec live) {
        CRC32 digest = new CRC32();
        digest.update((from + " " + to + " " + new TreeMap<>(values)).getBytes(StandardCharsets.UTF_8));
        return BackfillName.of(live.name(), digest.getValue());
    }

    private static int finish(Backfill backfill, Console console) throws InterruptedException {
        try (backfill) {
            while (!backfill.await(LOOK)) {
                boolean nobodyWaits =
                        console.owner().isPresent() && console.out().checkError();
                if (nobodyWaits || console.owner().isEmpty() && Shutdown.isAsked()) {
                    backfill.stop(DRAIN);
                    break;
                }
            }
            TaskStatus status = backfill.status();
            console.result("backfill " + status.pipeline() + "/" + status.name() + " wrote "
                    + Units.count(status.records()) + " records (" + Units.bytes(status.bytes()) + "), "
                    + TaskReport.state(status));
            status.failure().ifPresent(failure -> console.result("  " + failure));
            return exitCode(status, console);
        }
    }

    private static int exitCode(TaskStatus status, Console console) {
        if (status.state() != TaskStatus.State.FINISHED) {
            console.say("the same command, with the same times, goes on where it was");
            return status.state() == TaskStatus.State.STOPPED ? ExitCode.DONE : ExitCode.FAILED;
        }
        if (status.deadLetters() > 0) {
            console.say(Units.count(status.deadLetters()) + " records are dead letters");
            return ExitCode.DEAD_LETTERS;
        }
        return ExitCode.DONE;
    }
}
