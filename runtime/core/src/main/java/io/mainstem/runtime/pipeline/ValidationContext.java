package io.mainstem.runtime.pipeline;

import io.mainstem.api.Context;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;

/** What a source gets to know that only looks at what it will read. */
record ValidationContext(String pipeline, String name, Path file, Secrets secrets) implements Context {

    @Override
    public System.Logger logger() {
        return new ScrubbedLogger(pipeline + "/" + name, secrets);
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public Path resolve(String path) {
        return file.toAbsolutePath().resolveSibling(path).normalize();
    }

    @Override
    public void rediscover() {
        // Nothing runs.
    }

    @Override
    public <S extends AutoCloseable> S shared(Object key, Supplier<S> open) {
        throw new IllegalStateException("nothing is shared while a file is validated");
    }
}
