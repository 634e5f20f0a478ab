package io.mainstem.cli;

import io.mainstem.runtime.pipeline.PipelineSchema;
import io.mainstem.runtime.plugin.PluginCatalog;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command
final class SchemaCommand implements Command {

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Override
    public int run(Console console) throws Exception {
        try (PluginCatalog catalog = plugins.load(console)) {
            console.result(PipelineSchema.generate(catalog));
            catalog.problems().forEach(problem -> console.say("warning: " + problem));
            return ExitCode.DONE;
        }
    }
}
