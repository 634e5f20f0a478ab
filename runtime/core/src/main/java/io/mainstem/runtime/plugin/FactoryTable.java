package io.mainstem.runtime.plugin;

import io.mainstem.api.Factory;
import io.mainstem.api.SecretProviderFactory;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.TransformFactory;
import io.mainstem.runtime.plugin.ConnectorDescription.Kind;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The factories of one plugin, by kind and name. Immutable. */
final class FactoryTable {

    private final Map<String, SourceFactory> sources = new TreeMap<>();
    private final Map<String, SinkFactory> sinks = new TreeMap<>();
    private final Map<String, SecretProviderFactory> secretProviders = new TreeMap<>();
    private final Map<String, TransformFactory> transforms = new TreeMap<>();

    /**
     * Sorts the factories.
     *
     * @throws IllegalArgumentException when one is of no kind that there is, or two have one name
     */
    FactoryTable(Collection<? extends Factory<?>> factories) {
        for (Factory<?> factory : factories) {
            Object before;
            if (factory instanceof SourceFactory source) {
                before = sources.put(source.name(), source);
            } else if (factory instanceof SinkFactory sink) {
                before = sinks.put(sink.name(), sink);
            } else if (factory instanceof SecretProviderFactory provider) {
                before = secretProviders.put(provider.name(), provider);
            } else if (factory instanceof TransformFactory transform) {
                before = transforms.put(transform.name(), transform);
            } else {
                throw new IllegalArgumentException("its factory " + factory
                        + " makes neither sources nor sinks nor transforms nor providers of secrets");
            }
            if (before != null) {
                throw new IllegalArgumentException("it has two factories named '" + factory.name() + "' of one kind");
            }
        }
    }

    Map<String, SourceFactory> sources() {
        return Collections.unmodifiableMap(sources);
    }

    Map<String, SinkFactory> sinks() {
        return Collections.unmodifiableMap(sinks);
    }

    Map<String, SecretProviderFactory> secretProviders() {
        return Collections.unmodifiableMap(secretProviders);
    }

    Optional<SecretProviderFactory> secretProvider(String name) {
        return Optional.ofNullable(secretProviders.get(name));
    }

    Optional<SourceFactory> source(String name) {
        return Optional.ofNullable(sources.get(name));
    }

    Optional<SinkFactory> sink(String name) {
        return Optional.ofNullable(sinks.get(name));
    }

    Optional<TransformFactory> transform(String name) {
        return Optional.ofNullable(transforms.get(name));
    }

    void describeTransforms(String plugin, String version, Consumer<ConnectorDescription> descriptions) {
        transforms.values().forEach(factory -> descriptions.accept(describe(Kind.TRANSFORM, factory, plugin, version)));
    }

    void describe(String plugin, String version, Consumer<ConnectorDescription> descriptions) {
        sources.values().forEach(factory -> descriptions.accept(describe(Kind.SOURCE, factory, plugin, version)));
        sinks.values().forEach(factory -> descriptions.accept(describe(Kind.SINK, factory, plugin, version)));
        secretProviders
                .values()
                .forEach(factory -> descriptions.accept(describe(Kind.SECRETS, factory, plugin, version)));
    }

    private static ConnectorDescription describe(Kind kind, Factory<?> factory, String plugin, String version) {
        return new ConnectorDescription(kind, factory.name(), factory.summary(), factory.config(), plugin, version);
    }
}
