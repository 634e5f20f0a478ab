package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.mainstem.runtime.plugin.ConnectorDescription;
import io.mainstem.runtime.plugin.PluginCatalog;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command
final class ConnectorsListCommand implements Command {

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) throws Exception {
        boolean json = output.isJson();
        try (PluginCatalog catalog = plugins.load(console)) {
            List<ConnectorDescription> connectors = catalog.descriptions();
            if (json) {
                console.result(json(connectors).toPrettyString());
            } else {
                print(connectors, console);
            }
            catalog.problems().forEach(problem -> console.say("warning: " + problem));
            return ExitCode.DONE;
        }
    }

    private static void print(List<ConnectorDescription> connectors, Console console) {
        TextTable table = new TextTable("CONNECTOR", "KIND", "PLUGIN", "WHAT IT DOES");
        connectors.forEach(connector -> table.row(
                connector.name(),
                kind(connector),
                connector.plugin() + " " + connector.version(),
                connector.summary()));
        table.print(console);
    }

    static String kind(ConnectorDescription connector) {
        return connector.kind().name().toLowerCase(Locale.ROOT);
    }

    static ArrayNode json(List<ConnectorDescription> connectors) {
        ArrayNode array = JsonResult.array();
        connectors.forEach(connector -> array.addObject()
                .put("name", connector.name())
                .put("kind", kind(connector))
                .put("summary", connector.summary())
                .put("plugin", connector.plugin())
                .put("version", connector.version()));
        return array;
    }
}
