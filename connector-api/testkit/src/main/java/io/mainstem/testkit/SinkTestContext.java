package io.mainstem.testkit;

import io.mainstem.api.Context;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * A {@link Context} for tests of sinks: the system's clock, a folder for relative paths, and a logger of the JDK.
 *
 * @param pipeline the pipeline's name
 * @param name the sink's name
 * @param folder what relative paths begin with
 * @param clock the time
 */
public record SinkTestContext(String pipeline, String name, Path folder, Clock clock) implements Context {

    /** A sink {@code target} in a pipeline {@code contract}. */
    public static SinkTestContext in(Path folder) {
        return new SinkTestContext("contract", "target", folder, Clock.systemUTC());
    }

    @Override
    public System.Logger logger() {
        return System.getLogger("io.mainstem.testkit." + pipeline + "." + name);
    }

    @Override
    public Path resolve(String path) {
        return folder.resolve(path);
    }

    @Override
    public void rediscover() {}

    /** A test shares with nobody: each gets its own. */
    @Override
    public <S extends AutoCloseable> S shared(Object key, Supplier<S> open) {
        return open.get();
    }
}
