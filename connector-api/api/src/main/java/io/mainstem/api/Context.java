package io.mainstem.api;

import java.nio.file.Path;
import java.time.Clock;

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

    /** Asks for a call of {@link Source#discover} soon, because the connector heard of something new. */
    void rediscover();
}
