package io.mainstem.runtime.worker;

import io.mainstem.api.Context;
import io.mainstem.api.Factory;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScrubbedLogger;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.plugin.SharedObjects;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a source or a sink gets to know of the worker. Closed after it: then it lets go of what it shared. */
public final class ConnectorContext implements Context, AutoCloseable {

    private final Pipeline pipeline;
    private final String name;
    private final Clock clock;
    private final System.Logger logger;
    private final Runnable onRediscover;
    private final Consumer<String> onAddress;
    private final SharedObjects.Lease shared;

    /**
     * For one source or sink.
     *
     * @param factory what makes it
     * @param secrets what its log lines must not show
     * @param onRediscover what to do when it asks for a discovery
     */
    public ConnectorContext(
            Pipeline pipeline, String name, Factory<?> factory, Clock clock, Secrets secrets, Runnable onRediscover) {
        this(pipeline, name, factory, clock, secrets, onRediscover, address -> {});
    }

    /** For one whose address somebody wants to know. */
    ConnectorContext(
            Pipeline pipeline,
            String name,
            Factory<?> factory,
            Clock clock,
            Secrets secrets,
            Runnable onRediscover,
            Consumer<String> onAddress) {
        this.pipeline = pipeline;
        this.name = name;
        this.clock = clock;
        this.logger = new ScrubbedLogger(pipeline.name() + "/" + name, secrets);
        this.onRediscover = onRediscover;
        this.onAddress = onAddress;
        this.shared = SharedObjects.OF_THIS_PROCESS.lease(factory.getClass().getClassLoader());
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

    @Override
    public void reachableAt(String address) {
        onAddress.accept(address);
    }

    @Override
    public <S extends AutoCloseable> S shared(Object key, Supplier<S> open) {
        return shared.get(key, open);
    }

    @Override
    public void close() {
        shared.close();
    }
}
