package io.mainstem.api;

import java.util.List;

/**
 * The root of a plugin: what one folder under {@code plugins/} brings. Its class is named in
 * {@code META-INF/mainstem/plugin.properties}; it needs a public constructor without parameters, and must not connect,
 * read files or start threads.
 */
public interface Plugin {

    /** The factories of the plugin's sources, sinks and transforms. */
    List<Factory<?>> factories();
}
