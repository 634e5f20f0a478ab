package io.mainstem.runtime.plugin;

import io.mainstem.api.SinkFactory;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.TransformFactory;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The plugins of a folder and their connectors. Thread-safe.
 *
 * <p>A plugin may bring connectors of any name. The one that has the name of the connector is asked first, which in most
 * cases leaves the others asleep; then the others in order of their folders. Where two bring the same connector, the first
 * in that order has it.
 */
public final class PluginCatalog implements Connectors, Closeable {

    private final Map<String, LoadedPlugin> plugins;
    private final List<String> problems;

    PluginCatalog(Map<String, LoadedPlugin> plugins, List<String> problems) {
        this.plugins = Collections.unmodifiableMap(new LinkedHashMap<>(plugins));
        this.problems = List.copyOf(problems);
    }

    @Override
    public Optional<SourceFactory> source(String name) {
        return find("connector", name, table -> table.source(name));
    }

    @Override
    public Optional<SinkFactory> sink(String name) {
        return find("connector", name, table -> table.sink(name));
    }

    @Override
    public Optional<TransformFactory> transform(String name) {
        return find("transform", name, table -> table.transform(name));
    }

    @Override
    public List<ConnectorDescription> transforms() {
        Map<String, ConnectorDescription> byName = new TreeMap<>();
        started()
                .forEach((plugin, table) -> table.describeTransforms(
                        plugin.name(), plugin.version(), found -> byName.putIfAbsent(found.name(), found)));
        return List.copyOf(byName.values());
    }

    private <F> Optional<F> find(String kind, String name, Function<FactoryTable, Optional<F>> in) {
        List<PluginException> failures = new ArrayList<>();
        for (LoadedPlugin plugin : inOrderFor(name)) {
            try {
                Optional<F> found = in.apply(plugin.factories());
                if (found.isPresent()) {
                    return found;
                }
            } catch (PluginException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            PluginException first = failures.get(0);
            throw new PluginException(
                    "there may be a " + kind + " '" + name + "', but a plugin is broken: " + first.getMessage(), first);
        }
        return Optional.empty();
    }

    private List<LoadedPlugin> inOrderFor(String connector) {
        List<LoadedPlugin> order = new ArrayList<>(plugins.values());
        LoadedPlugin namesake = plugins.get(connector);
        if (namesake != null) {
            order.remove(namesake);
            order.add(0, namesake);
        }
        return order;
    }

    @Override
    public Set<String> sourceNames() {
        Set<String> names = new TreeSet<>();
        started().values().forEach(table -> names.addAll(table.sources().keySet()));
        return names;
    }

    @Override
    public Set<String> sinkNames() {
        Set<String> names = new TreeSet<>();
        started().values().forEach(table -> names.addAll(table.sinks().keySet()));
        return names;
    }

    @Override
    public List<ConnectorDescription> descriptions() {
        Comparator<ConnectorDescription> order =
                Comparator.comparing(ConnectorDescription::name).thenComparing(ConnectorDescription::kind);
        Map<ConnectorDescription, ConnectorDescription> descriptions = new TreeMap<>(order);
        started()
                .forEach((plugin, table) -> table.describe(
                        plugin.name(),
                        plugin.version(),
                        description -> descriptions.putIfAbsent(description, description)));
        return List.copyOf(descriptions.values());
    }

    private Map<PluginDescriptor, FactoryTable> started() {
        Map<PluginDescriptor, FactoryTable> tables = new LinkedHashMap<>();
        for (LoadedPlugin plugin : plugins.values()) {
            plugin.tryFactories().ifPresent(table -> tables.put(plugin.descriptor(), table));
        }
        return tables;
    }

    @Override
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        for (LoadedPlugin plugin : plugins.values()) {
            PluginException failure = plugin.failure();
            if (failure != null) {
                all.add(String.valueOf(failure.getMessage()));
            }
        }
        return List.copyOf(all);
    }

    /** Unloads the plugins. Nothing that they made may be used afterwards. */
    @Override
    public void close() throws IOException {
        for (LoadedPlugin plugin : plugins.values()) {
            plugin.close();
        }
    }
}
