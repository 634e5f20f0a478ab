package io.mainstem.runtime.plugin;

import io.mainstem.api.ConfigSpec;

/**
 * A source, a sink, a transform or a provider of secrets, for people.
 *
 * @param kind which of them
 * @param name the name in a pipeline's {@code connector:}, of a step in {@code transforms:}, or below {@code secrets:} of {@code
 *     mainstem.yaml}
 * @param summary what it connects to or does, a sentence
 * @param config its options
 * @param plugin the plugin that brings it
 * @param version the plugin's version
 */
public record ConnectorDescription(
        Kind kind, String name, String summary, ConfigSpec config, String plugin, String version) {

    /** What it does. */
    public enum Kind {
        /** It reads. */
        SOURCE,
        /** It writes. */
        SINK,
        /** It changes messages between the two. */
        TRANSFORM,
        /** It has secrets, for placeholders. */
        SECRETS
    }
}
