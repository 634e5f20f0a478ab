package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.pipeline.WorkerSettings;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.worker.Worker;
import io.mainstem.runtime.worker.WorkerOptions;
import io.mainstem.server.rest.RestListener;
import io.mainstem.server.rest.RestOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class RunCommand implements Command {

    /** How soon a signal is noticed. */
    private static final Duration LOOK = Duration.ofMillis(100);

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pipeline files, which run in one worker.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--once",
            description = "Reads every source to the end of what is there, whatever its schedule, and ends.")
    private boolean once;

    @Mixin
    private Flags.Durable durable = new Flags.Durable();

    @Mixin
    private Flags.Logging logging = new Flags.Logging();

    @Mixin
    private Flags.Listen listen = new Flags.Listen();

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) throws Exception {
        logging.use();
        // Before anything starts.
        output.isJson();
        Optional<WorkerSettings.Durability> chosen = durable.chosen();
        try (PluginCatalog catalog = plugins.load(console)) {
            PipelineSet set = PipelineFiles.read(files, catalog, console);
            if (set instanceof PipelineSet.Invalid invalid) {
                PipelineFiles.say(invalid, console);
                return ExitCode.USAGE;
            }
            PipelineSet.Valid valid = (PipelineSet.Valid) set;
            Scrub.also(valid.secrets());
            PipelineFiles.sayWarnings(valid, console);
            console.say("data folder: " + console.place(data.folder(console)));
            Optional<RestOptions> rest = listen.chosen(console, Flags.Listen.OFF);
            try (Log log = data.openOrCreate(console, chosen)) {
                return run(log, valid, catalog, rest, console);
            }
        }
    }

    private static Optional<ControlPort.RestPlace> place(Optional<RestOptions> rest) {
        return rest.map(options -> () -> RestListener.at(options));
    }

    private int run(Log log, PipelineSet.Valid set, PluginCatalog catalog, Optional<RestOptions> rest, Console console)
            throws InterruptedException {
        WorkerOptions options = WorkerOptions.of(set.secrets(), Clock.systemUTC(), new Random());
        long startNanos = System.nanoTime();
        Shutdown.inOrder();
        FatalErrors.endTheProcess(console);
        try (Worker worker = Worker.start(log, set.pipelines(), once ? options.once() : options);
                ControlPort control =
                        new ControlPort(data.folder(console), new Owner(log, worker), catalog, place(rest), console)) {
            Progress progress = Progress.on(console, startNanos);
            while (!Shutdown.isAsked() && !worker.await(LOOK)) {
                control.open();
                progress.show(worker.status());
            }
            if (Shutdown.isAsked()) {
                console.say("stopping in order; another Ctrl-C or SIGTERM ends it at once");
            }
            worker.stop();
            progress.end(worker.status());
            RunSummary summary = new RunSummary(
                    set, worker.status(), worker.hanging(), (System.nanoTime() - startNanos) / 1_000_000);
            if (output.isJson()) {
                console.result(summary.json().toPrettyString());
            } else {
                summary.print(console);
            }
            return summary.exitCode();
        }
    }
}
