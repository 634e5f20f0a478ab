package io.mainstem.api;

import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;

/** What the runtime gives to a source or a sink when it is made. Thread-safe. */
public interface Context {

    /** The name of the pipeline. */
    String pipeline();

    /** The name of the source or sink in its pipeline. */
    String name();

    /** Logs into the worker's log, with the pipeline and the name beside each line. */
    System.Logger logger();

    /** The time. Nothing else should be asked for it. */
    Clock clock();

    /** A path from the configuration: absolute as it stands, else from the folder of the pipeline's file. */
    Path resolve(String path);

    /**
     * Tells where others reach this source or sink from now on, as long as it is open. Whoever runs it is told, and finds it in its status.
     *
     * @param address such as {@code http://127.0.0.1:8480/orders}
     */
    default void reachableAt(String address) {}

    /** Asks for a call of {@link Source#discover} soon, because the connector heard of something new. */
    void rediscover();

    /**
     * What all sources and sinks of this plugin share that ask with an equal key: a pool of connections, a limit of requests, a
     * port. The first to ask opens it; the runtime closes it when the last of them is closed.
     *
     * @param key with {@code equals} and {@code hashCode}; equal keys must mean objects of one class
     * @param open makes it; called once at a time, and again for the next to ask when it throws
     */
    <S extends AutoCloseable> S shared(Object key, Supplier<S> open);
}
