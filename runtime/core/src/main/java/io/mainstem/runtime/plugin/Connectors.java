package io.mainstem.runtime.plugin;

import io.mainstem.api.Factory;
import io.mainstem.api.SinkFactory;
import io.mainstem.api.SourceFactory;
import io.mainstem.api.TransformFactory;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The connectors that there are. Thread-safe.
 *
 * <p>A plugin is started (its class loaded and made) when one of its connectors is first asked for by name, or when all
 * are asked for.
 */
public interface Connectors {

    /** These and no others, without a plugin: for tests, and for programs that have connectors on their class path. */
    static Connectors of(List<? extends Factory<?>> factories) {
        return new FixedConnectors(factories);
    }

    /**
     * A source by the name of its connector.
     *
     * @throws PluginException when the plugin that brings it, or may bring it, cannot be started
     */
    Optional<SourceFactory> source(String name);

    /**
     * A sink by the name of its connector.
     *
     * @throws PluginException when the plugin that brings it, or may bring it, cannot be started
     */
    Optional<SinkFactory> sink(String name);

    /**
     * A transform of a plugin by its name.
     *
     * @throws PluginException when the plugin that brings it, or may bring it, cannot be started
     */
    Optional<TransformFactory> transform(String name);

    /** All transforms of plugins, in order of the alphabet. Starts every plugin; one that cannot start is left out. */
    List<ConnectorDescription> transforms();

    /** The names of all sources, in order of the alphabet. Starts every plugin; one that cannot start is left out. */
    Set<String> sourceNames();

    /** The names of all sinks, in order of the alphabet. Starts every plugin; one that cannot start is left out. */
    Set<String> sinkNames();

    /**
     * All connectors, in order of the alphabet, sources before sinks. Starts every plugin; one that cannot start is left
     * out.
     */
    List<ConnectorDescription> descriptions();

    /** What is wrong with plugins, as far as that is known by now, a message each. */
    List<String> problems();
}
