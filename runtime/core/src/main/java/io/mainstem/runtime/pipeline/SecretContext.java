package io.mainstem.runtime.pipeline;

import io.mainstem.api.Context;
import io.mainstem.runtime.plugin.SharedObjects;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;

/** What a provider of secrets gets to know of the worker. It belongs to no pipeline. */
record SecretContext(String name, Path settings, Secrets secrets, Clock clock, SharedObjects.Lease lease)
        implements Context, AutoCloseable {

    @Override
    public String pipeline() {
        return "";
    }

    @Override
    public System.Logger logger() {
        return new ScrubbedLogger("secrets/" + name, secrets);
    }

    @Override
    public Path resolve(String path) {
        return settings.toAbsolutePath().resolveSibling(path).normalize();
    }

    @Override
    public void rediscover() {
        // There is nothing to discover.
    }

    @Override
    public <S extends AutoCloseable> S shared(Object key, Supplier<S> open) {
        return lease.get(key, open);
    }

    @Override
    public void close() {
        lease.close();
    }
}
