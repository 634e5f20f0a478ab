package io.mainstem.runtime.plugin;

import io.mainstem.api.Factory;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.TransformFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Connectors that were given, not found. Immutable. */
final class FixedConnectors implements Connectors {

    private final FactoryTable table;

    FixedConnectors(List<? extends Factory<?>> factories) {
        this.table = new FactoryTable(factories);
    }

    @Override
    public Optional<SourceFactory> source(String name) {
        return table.source(name);
    }

    @Override
    public Optional<SinkFactory> sink(String name) {
        return table.sink(name);
    }

    @Override
    public Optional<TransformFactory> transform(String name) {
        return table.transform(name);
    }

    @Override
    public List<ConnectorDescription> transforms() {
        List<ConnectorDescription> descriptions = new ArrayList<>();
        table.describeTransforms("built in", "", descriptions::add);
        return List.copyOf(descriptions);
    }

    @Override
    public Set<String> sourceNames() {
        return table.sources().keySet();
    }

    @Override
    public Set<String> sinkNames() {
        return table.sinks().keySet();
    }

    @Override
    public List<ConnectorDescription> descriptions() {
        List<ConnectorDescription> descriptions = new ArrayList<>();
        table.describe("built in", "", descriptions::add);
        descriptions.sort(Comparator.comparing(ConnectorDescription::name).thenComparing(ConnectorDescription::kind));
        return List.copyOf(descriptions);
    }

    @Override
    public List<String> problems() {
        return List.of();
    }
}
