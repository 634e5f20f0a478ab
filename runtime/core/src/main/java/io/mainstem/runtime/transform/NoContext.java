package io.mainstem.runtime.transform;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.Supplier;

/** For steps that are only checked, and reach nothing. */
final class NoContext implements StepContext {

    @Override
    public String pipeline() {
        return "";
    }

    @Override
    public String name() {
        return "";
    }

    @Override
    public System.Logger logger() {
        return System.getLogger(NoContext.class.getName());
    }

    @Override
    public Clock clock() {
        return Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    }

    @Override
    public Path resolve(String path) {
        return Path.of(path);
    }

    @Override
    public void rediscover() {}

    @Override
    public <S extends AutoCloseable> S shared(Object key, Supplier<S> open) {
        throw new IllegalStateException("nothing is shared while steps are checked");
    }

    @Override
    public Table table(String topic, long most) throws StepException {
        throw StepException.unsure();
    }
}
