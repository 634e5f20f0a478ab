package io.mainstem.runtime.worker;

import io.mainstem.api.Context;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScrubbedLogger;
import io.mainstem.runtime.pipeline.Secrets;
import java.nio.file.Path;
import java.time.Clock;

/** What a source or a sink gets to know of the worker. */
public final class ConnectorContext implements Context {

    private final Pipeline pipeline;
    private final String name;
    private final Clock clock;
    private final System.Logger logger;
    private final Runnable onRediscover;

    /**
     * For one source or sink.
     *
     * @param secrets what its log lines must not show
     * @param onRediscover what to do when it asks for a discovery
     */
    public ConnectorContext(Pipeline pipeline, String name, Clock clock, Secrets secrets, Runnable onRediscover) {
        this.pipeline = pipeline;
        this.name = name;
        this.clock = clock;
        this.logger = new ScrubbedLogger(pipeline.name() + "/" + name, secrets);
        this.onRediscover = onRediscover;
    }

    @Override
    public String pipeline() {
        return pipeline.name();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public System.Logger logger() {
        return logger;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Path resolve(String path) {
        Path folder = pipeline.file().toAbsolutePath().getParent();
        return (folder == null ? Path.of(path) : folder.resolve(path)).normalize();
    }

    @Override
    public void rediscover() {
        onRediscover.run();
    }
}
