package io.mainstem.runtime.transform;

import io.mainstem.api.TransformFactory;
import io.mainstem.runtime.plugin.ConnectorDescription;
import io.mainstem.runtime.plugin.Connectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** All steps there are: our own, and those of plugins. */
public final class Transforms {

    private Transforms() {}

    /**
     * A step by its name; our own are asked first.
     *
     * @throws io.mainstem.runtime.plugin.PluginException when the plugin that may bring it cannot be started
     */
    public static Optional<TransformFactory> find(String name, Connectors catalog) {
        Optional<TransformFactory> own = BuiltIns.find(name);
        return own.isPresent() ? own : catalog.transform(name);
    }

    /** All names, in order of the alphabet. Starts every plugin. */
    public static Set<String> names(Connectors catalog) {
        Set<String> names = new TreeSet<>();
        descriptions(catalog).forEach(transform -> names.add(transform.name()));
        return names;
    }

    /** Every step: our own in the order of the documentation, then those of plugins. Starts every plugin. */
    public static List<ConnectorDescription> descriptions(Connectors catalog) {
        List<ConnectorDescription> all = new ArrayList<>();
        BuiltIns.all()
                .forEach(factory -> all.add(new ConnectorDescription(
                        ConnectorDescription.Kind.TRANSFORM,
                        factory.name(),
                        factory.summary(),
                        factory.config(),
                        "built in",
                        "")));
        catalog.transforms().stream()
                .filter(transform -> BuiltIns.find(transform.name()).isEmpty())
                .forEach(all::add);
        return List.copyOf(all);
    }
}
