package io.mainstem.cli;

import io.mainstem.runtime.plugin.ConnectorDescription;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.text.Nearest;
import io.mainstem.runtime.transform.Transforms;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class TransformsDescribeCommand implements Command {

    @Parameters(paramLabel = "NAME", description = "The name of the step.")
    private String name = "";

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) throws Exception {
        boolean json = output.isJson();
        try (PluginCatalog catalog = plugins.load(console)) {
            List<ConnectorDescription> found = Transforms.descriptions(catalog).stream()
                    .filter(transform -> transform.name().equals(name))
                    .toList();
            catalog.problems().forEach(problem -> console.say("warning: " + problem));
            if (found.isEmpty()) {
                String hint = Nearest.hint(name, Transforms.names(catalog));
                throw CommandException.failed("there is no step '" + name + "'"
                        + (hint.isEmpty() ? "; 'mainstem transforms list' shows all" : hint));
            }
            if (json) {
                console.result(ConnectorsDescribeCommand.json(found).toPrettyString());
            } else {
                found.forEach(transform -> ConnectorsDescribeCommand.print(transform, console));
            }
            return ExitCode.DONE;
        }
    }
}
