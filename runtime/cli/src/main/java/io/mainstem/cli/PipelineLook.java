package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.PipelineReader;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.worker.PipelineStatus;
import java.nio.file.Path;
import java.util.List;

/** A look at pipelines and the log that they run on, or would run on, which changes nothing: by this process, or by the worker that has the log. */
interface PipelineLook {

    /**
     * Looks.
     *
     * @param running the pipelines of the worker, if one has the log
     * @return the exit code
     */
    int at(PipelineSet.Valid set, Log log, List<Pipeline> running) throws InterruptedException;

    /** Reads the files and looks; says what is wrong with them otherwise. */
    static int run(List<Path> files, Flags.Data data, Flags.Plugins plugins, Console console, PipelineLook look)
            throws Exception {
        if (console.owner().isPresent()) {
            return run(files, console.owner().get(), console, look);
        }
        try (PluginCatalog catalog = plugins.load(console)) {
            PipelineSet set = PipelineFiles.read(files, catalog, console);
            if (set instanceof PipelineSet.Valid valid) {
                Scrub.only(valid.secrets());
                PipelineFiles.sayWarnings(valid, console);
                try (Log log = data.look(console)) {
                    return look.at(valid, log, List.of());
                }
            }
            return wrong((PipelineSet.Invalid) set, console);
        }
    }

    /** In the process of a worker, with its plugins and its environment: it is where the pipelines would run. */
    private static int run(List<Path> files, Owner owner, Console console, PipelineLook look)
            throws InterruptedException {
        Owner.Reading reading = owner.reading()
                .orElseThrow(() -> CommandException.failed("this worker cannot read pipeline files; stop it first"));
        PipelineSet set = PipelineReader.read(files, reading.connectors(), reading.environment());
        if (set instanceof PipelineSet.Valid valid) {
            Scrub.also(valid.secrets());
            PipelineFiles.sayWarnings(valid, console);
            List<Pipeline> running = owner.worker().pipelines().stream()
                    .map(PipelineStatus::pipeline)
                    .toList();
            return look.at(valid, owner.log(), running);
        }
        return wrong((PipelineSet.Invalid) set, console);
    }

    private static int wrong(PipelineSet.Invalid invalid, Console console) {
        PipelineFiles.say(invalid, console);
        return ExitCode.USAGE;
    }
}
