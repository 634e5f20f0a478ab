package io.mainstem.runtime.plugin;

import io.mainstem.api.SinkFactory;
import io.mainstem.api.SourceFactory;
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

    /**
     * A source by the name of its connector.
     *
     * @throws PluginException when the plugin that brings it cannot be started
     */
    Optional<SourceFactory> source(String name);

    /**
     * A sink by the name of its connector.
     *
     * @throws PluginException when the plugin that brings it cannot be started
     */
    Optional<SinkFactory> sink(String name);

    /**
     * The names of all sources, in order of the alphabet. Starts every plugin.
     *
     * @throws PluginException when a plugin cannot be started
     */
    Set<String> sourceNames();

    /**
     * The names of all sinks, in order of the alphabet. Starts every plugin.
     *
     * @throws PluginException when a plugin cannot be started
     */
    Set<String> sinkNames();

    /**
     * All connectors, in order of the alphabet, sources before sinks. Starts every plugin.
     *
     * @throws PluginException when a plugin cannot be started
     */
    List<ConnectorDescription> descriptions();
}
