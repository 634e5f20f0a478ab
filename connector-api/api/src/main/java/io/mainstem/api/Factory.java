package io.mainstem.api;

import java.util.List;

/**
 * Makes one kind of source, sink or transform, and describes it. Implementations are {@link SourceFactory}, {@link SinkFactory} or
 * {@link TransformFactory}.
 * Thread-safe and without state.
 *
 * @param <T> what it makes
 */
public interface Factory<T> {

    /**
     * The name in a pipeline's {@code connector:}, or of a transform's step, lower case with hyphens. A source and a sink of one
     * plugin share a name when they are two sides of the same system.
     */
    String name();

    /** One sentence that says what it connects to, or what it does to messages. */
    String summary();

    /** Its options. */
    ConfigSpec config();

    /** What it can do when it is configured so. */
    Capabilities capabilities(Config config);

    /**
     * Looks at the world with this configuration: connects, reads, writes nothing. Called when a person asks for it.
     *
     * @return what is wrong; empty when nothing is
     * @throws Exception when the look itself fails, which is reported as one problem
     */
    default List<Problem> check(Config config, Context context) throws Exception {
        return List.of();
    }

    /**
     * Makes one. Does not connect: that happens when the runtime calls what it got.
     *
     * @throws Exception when the configuration cannot work, whatever the state of the outside world
     */
    T create(Config config, Context context) throws Exception;
}
