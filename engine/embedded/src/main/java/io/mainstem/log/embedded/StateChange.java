package io.mainstem.log.embedded;

import io.mainstem.log.LogException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A change without records, which its caller waits for. */
abstract class StateChange extends Commit {
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @Override
    final void completed() {
        end.complete(null);
    }

    @Override
    final void failed(LogException cause) {
        end.completeExceptionally(cause);
    }

    final boolean isDone() {
        return end.isDone();
    }

    /** Waits for the end; throws what the change failed with. */
    final void await() {
        waitFor(end);
    }

    /** Waits for a future of the log's; throws the {@link LogException} that it failed with. */
    static <T> T waitFor(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LogException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
