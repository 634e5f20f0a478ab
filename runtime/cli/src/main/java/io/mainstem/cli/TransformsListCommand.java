package io.mainstem.cli;

import io.mainstem.runtime.plugin.ConnectorDescription;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.transform.Transforms;
import java.util.List;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command
final class TransformsListCommand implements Command {

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) throws Exception {
        boolean json = output.isJson();
        try (PluginCatalog catalog = plugins.load(console)) {
            List<ConnectorDescription> transforms = Transforms.descriptions(catalog);
            if (json) {
                console.result(ConnectorsListCommand.json(transforms).toPrettyString());
            } else {
                TextTable table = new TextTable("STEP", "PLUGIN", "WHAT IT DOES");
                transforms.forEach(transform -> table.row(
                        transform.name(),
                        (transform.plugin() + " " + transform.version()).strip(),
                        transform.summary()));
                table.print(console);
            }
            catalog.problems().forEach(problem -> console.say("warning: " + problem));
            return ExitCode.DONE;
        }
    }
}
