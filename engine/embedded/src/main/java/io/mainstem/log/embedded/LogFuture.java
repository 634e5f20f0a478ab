package io.mainstem.log.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A future of the log's. Who waits for it does the work that is due himself when nobody else does: a lone appender that
 * waits for each record needs no second thread, and one that does not wait goes on encoding while the writer forces.
 */
final class LogFuture<T> extends CompletableFuture<T> {
    private final Helper helper;

    /** Does what is due. */
    interface Helper {
        /** Works until the future is done or somebody else does the work. */
        void help(CompletableFuture<?> future);
    }

    LogFuture(Helper helper) {
        this.helper = helper;
    }

    @Override
    public T join() {
        help();
        return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        help();
        return super.get();
    }

    private void help() {
        if (!isDone()) {
            helper.help(this);
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new LogFuture<>(helper);
    }
}
