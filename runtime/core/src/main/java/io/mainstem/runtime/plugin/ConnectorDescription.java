package io.mainstem.runtime.plugin;

import io.mainstem.api.ConfigSpec;

/**
 * A source, a sink or a transform, for people.
 *
 * @param kind which of them
 * @param name the name in a pipeline's {@code connector:}, or of a step in {@code transforms:}
 * @param summary what it connects to or does, a sentence
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
        SINK,
        /** It changes messages between the two. */
        TRANSFORM
    }
}
