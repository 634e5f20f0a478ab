package io.mainstem.runtime.plugin;

import io.mainstem.api.ConfigSpec;

/**
 * A source or a sink of a plugin, for people.
 *
 * @param kind which of the two
 * @param name the name in a pipeline's {@code connector:}
 * @param summary what it connects to, a sentence
 * @param config its options
 * @param plugin the plugin that brings it
 * @param version the plugin's version
 */
public record ConnectorDescription(
        Kind kind, String name, String summary, ConfigSpec config, String plugin, String version) {

    /** Whether it reads or writes. */
    public enum Kind {
        /** It reads. */
        SOURCE,
        /** It writes. */
        SINK
    }
}
