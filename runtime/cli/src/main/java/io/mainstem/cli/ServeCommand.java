package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.pipeline.Outside;
import io.mainstem.runtime.pipeline.PipelineFolder;
import io.mainstem.runtime.pipeline.SecretProviders;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.WorkerSettings;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.worker.PipelineStatus;
import io.mainstem.runtime.worker.TaskStatus;
import io.mainstem.runtime.worker.Worker;
import io.mainstem.runtime.worker.WorkerOptions;
import io.mainstem.server.rest.RestListener;
import io.mainstem.server.rest.RestOptions;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class ServeCommand implements Command {

    /** Between two looks at the states of the pipelines. */
    private static final Duration TELL = Duration.ofMillis(500);

    @Parameters(paramLabel = "DIR", description = "The folder of the pipeline files (*.yaml, *.yml).")
    private Path folder = Path.of("");

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

    @Override
    public int run(Console console) throws Exception {
        logging.use();
        Optional<WorkerSettings.Durability> chosen = durable.chosen();
        Path pipelines = console.folder().resolve(folder);
        if (!Files.isDirectory(pipelines)) {
            throw CommandException.usage("'" + folder + "' is no folder; name the one that has the pipeline files");
        }
        try (PluginCatalog catalog = plugins.load(console)) {
            catalog.problems().forEach(problem -> console.say("warning: " + problem));
            console.say("data folder: " + console.place(data.folder(console)));
            Scrub.only(Secrets.none());
            Optional<RestOptions> rest = listen.chosen(console, Flags.Listen.DEFAULT);
            // Before anything is made: who asks for a port wants to be told that it is another's, not to find out
            // later.
            try (SecretProviders secrets = Flags.secrets(console, catalog);
                    Listening listening = listenAt(rest, console);
                    Log log = data.openOrCreate(console, chosen)) {
                PipelineFolder files =
                        new PipelineFolder(pipelines, catalog, new Outside(console.environment(), secrets));
                return serve(log, files, catalog, listening, console);
            }
        }
    }

    /** Where it listens, if it does. */
    private record Listening(Optional<RestListener> listener) implements AutoCloseable {

        Optional<ControlPort.RestPlace> place() {
            return listener.map(taken -> () -> taken);
        }

        @Override
        public void close() {
            listener.ifPresent(RestListener::close);
        }
    }

    private Listening listenAt(Optional<RestOptions> rest, Console console) {
        try {
            return new Listening(rest.isPresent() ? Optional.of(RestListener.at(rest.get())) : Optional.empty());
        } catch (IOException | IllegalArgumentException e) {
            if (Files.isDirectory(data.folder(console))) {
                // A worker that has the folder, too, is the better reason.
                data.look(console).close();
            }
            String message = ControlPort.noInterface(e);
            throw e.getCause() instanceof BindException
                    ? CommandException.busy(message)
                    : CommandException.usage(message);
        }
    }

    private int serve(Log log, PipelineFolder files, PluginCatalog catalog, Listening listening, Console console)
            throws InterruptedException {
        WorkerOptions options = WorkerOptions.of(Secrets.none(), Clock.systemUTC(), new Random());
        Shutdown.inOrder();
        FatalErrors.endTheProcess(console);
        FileProblems problems = new FileProblems();
        try (Worker worker = Worker.open(log, options);
                ControlPort control = new ControlPort(
                        data.folder(console), new Owner(log, worker, problems), catalog, listening.place(), console)) {
            control.open();
            Telling telling = new Telling(worker, console);
            try (FolderWatch watch = new FolderWatch(files, worker, problems, console)) {
                while (!Shutdown.awaitAsked(TELL)) {
                    watch.check();
                    telling.tell();
                }
            }
            console.say("stopping in order; another Ctrl-C or SIGTERM ends it at once");
            worker.stop();
            List<String> hanging = worker.hanging();
            hanging.forEach(name -> console.say(name + " did not end in time, and was left behind"));
            return hanging.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    /** Tells what changes of pipelines. For one thread. */
    private static final class Telling {
        private final Worker worker;
        private final Console console;
        private final Map<String, String> told = new TreeMap<>();
        private final Map<String, String> addresses = new TreeMap<>();

        Telling(Worker worker, Console console) {
            this.worker = worker;
            this.console = console;
        }

        /** Says which pipelines are in another state than before. */
        void tell() {
            Map<String, String> now = new TreeMap<>();
            for (PipelineStatus pipeline : worker.pipelines()) {
                PipelineStatus.Moment moment = pipeline.moment();
                String failure = moment.failure().map(why -> ": " + why).orElse("");
                now.put(pipeline.pipeline().name(), PipelinesListCommand.state(moment.state()) + failure);
            }
            now.forEach((name, state) -> {
                if (!state.equals(told.put(name, state))) {
                    console.say(name, "pipeline " + name + " is " + state);
                }
            });
            tellAddresses();
            told.keySet().stream()
                    .filter(name -> !now.containsKey(name))
                    .toList()
                    .forEach(name -> {
                        told.remove(name);
                        console.say(name, "pipeline " + name + " is taken away");
                    });
        }

        private void tellAddresses() {
            for (TaskStatus task : worker.status()) {
                TaskReport.addressLine(task)
                        .filter(line -> !line.equals(addresses.put(TaskReport.title(task), line)))
                        .ifPresent(line -> console.say(task.pipeline(), line));
            }
        }
    }
}
