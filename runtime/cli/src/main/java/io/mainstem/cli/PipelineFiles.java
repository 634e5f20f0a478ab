package io.mainstem.cli;

import io.mainstem.runtime.pipeline.Outside;
import io.mainstem.runtime.pipeline.PipelineReader;
import io.mainstem.runtime.pipeline.PipelineSet;
import io.mainstem.runtime.pipeline.SecretProviders;
import io.mainstem.runtime.plugin.PluginCatalog;
import java.nio.file.Path;
import java.util.List;

/** Reads the pipeline files that a command names, and says what is wrong with them. */
final class PipelineFiles {

    private PipelineFiles() {}

    /** What reads files that are there. */
    private interface Reading {
        PipelineSet read(List<Path> files, PluginCatalog catalog, Outside outside);
    }

    static PipelineSet read(List<Path> files, PluginCatalog catalog, Console console) {
        return read(files, catalog, console, PipelineReader::read);
    }

    /** Reads them, and looks at what their sources will read as far as it lies on this machine. */
    static PipelineSet validate(List<Path> files, PluginCatalog catalog, Console console) {
        return read(files, catalog, console, PipelineReader::validate);
    }

    private static PipelineSet read(List<Path> files, PluginCatalog catalog, Console console, Reading reading) {
        List<Path> resolved = files.stream().map(console.folder()::resolve).toList();
        PipelineSet set;
        try (SecretProviders secrets = Flags.secrets(console, catalog)) {
            set = reading.read(resolved, catalog, new Outside(console.environment(), secrets));
        }
        catalog.problems().forEach(problem -> console.say("warning: " + problem));
        return set;
    }

    static void say(PipelineSet.Invalid invalid, Console console) {
        invalid.problems().forEach(problem -> console.say(problem.toString()));
        int count = invalid.problems().size();
        console.say(count == 1 ? "1 problem; nothing was started" : count + " problems; nothing was started");
    }

    static void sayWarnings(PipelineSet.Valid valid, Console console) {
        valid.warnings().forEach(warning -> console.say("warning: " + warning));
    }
}
