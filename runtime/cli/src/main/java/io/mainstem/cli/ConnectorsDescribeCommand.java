package io.mainstem.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Option;
import io.mainstem.runtime.plugin.ConnectorDescription;
import io.mainstem.runtime.plugin.PluginCatalog;
import io.mainstem.runtime.text.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class ConnectorsDescribeCommand implements Command {

    @Parameters(paramLabel = "NAME", description = "The name of the connector.")
    private String name = "";

    @Mixin
    private Flags.Plugins plugins = new Flags.Plugins();

    @Mixin
    private Flags.Output output = new Flags.Output();

    @Override
    public int run(Console console) throws Exception {
        boolean json = output.isJson();
        try (PluginCatalog catalog = plugins.load(console)) {
            List<ConnectorDescription> found = catalog.descriptions().stream()
                    .filter(connector -> connector.name().equals(name))
                    .toList();
            catalog.problems().forEach(problem -> console.say("warning: " + problem));
            if (found.isEmpty()) {
                List<String> names = catalog.descriptions().stream()
                        .map(ConnectorDescription::name)
                        .toList();
                String hint = Nearest.hint(name, names);
                throw CommandException.failed("there is no connector '" + name + "'"
                        + (hint.isEmpty() ? "; 'mainstem connectors list' shows all" : hint));
            }
            if (json) {
                console.result(json(found).toPrettyString());
            } else {
                found.forEach(connector -> print(connector, console));
            }
            return ExitCode.DONE;
        }
    }

    static void print(ConnectorDescription connector, Console console) {
        console.result(connector.name() + " (" + ConnectorsListCommand.kind(connector) + "), plugin "
                + (connector.plugin() + " " + connector.version()).strip());
        console.result("  " + connector.summary());
        for (Option<?> option : connector.config().options()) {
            console.result("");
            console.result("  " + option.name() + ": " + facts(option));
            if (!option.doc().isEmpty()) {
                console.result("      " + option.doc());
            }
        }
        console.result("");
    }

    /** The type, then what else is to be known, in one line. */
    private static String facts(Option<?> option) {
        StringBuilder facts = new StringBuilder(type(option));
        if (!option.limits().isEmpty()) {
            facts.append(", ").append(option.limits());
        }
        if (option.isRequired()) {
            facts.append(", required");
        }
        if (hasDefault(option)) {
            facts.append(", default ").append(visible(option.defaultText()));
        }
        if (option.isSecret()) {
            facts.append(", secret");
        }
        if (!option.example().isEmpty()) {
            facts.append(", such as ").append(option.example());
        }
        return facts.toString();
    }

    /** A default that is nothing, in whatever form, is none for people. */
    private static boolean hasDefault(Option<?> option) {
        return option.defaultValue()
                .filter(value -> !(value instanceof Optional<?>)
                        && !(value instanceof Collection<?> items && items.isEmpty())
                        && !(value instanceof Map<?, ?> map && map.isEmpty()))
                .isPresent();
    }

    private static String visible(String text) {
        String escaped = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
        return escaped.isBlank() ? "\"" + escaped + "\"" : escaped;
    }

    private static String type(Option<?> option) {
        String shape = option.shape().name().toLowerCase(Locale.ROOT);
        String of = option.element().map(element -> " of " + type(element)).orElse("");
        return option.choices().isEmpty() ? shape + of : String.join(" | ", option.choices());
    }

    static ArrayNode json(List<ConnectorDescription> connectors) {
        ArrayNode array = JsonResult.array();
        connectors.forEach(connector -> array.add(json(connector)));
        return array;
    }

    private static ObjectNode json(ConnectorDescription connector) {
        ObjectNode node = JsonResult.object()
                .put("name", connector.name())
                .put("kind", ConnectorsListCommand.kind(connector))
                .put("summary", connector.summary())
                .put("plugin", connector.plugin())
                .put("version", connector.version());
        ArrayNode options = node.putArray("options");
        for (Option<?> option : connector.config().options()) {
            ObjectNode one = options.addObject()
                    .put("name", option.name())
                    .put("type", type(option))
                    .put("required", option.isRequired())
                    .put("secret", option.isSecret())
                    .put("doc", option.doc());
            if (hasDefault(option)) {
                one.put("default", option.defaultText());
            }
            if (!option.example().isEmpty()) {
                one.put("example", option.example());
            }
        }
        return node;
    }
}
