package io.mainstem.it;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for something to become true, and fails with what is the case instead. */
final class Waiting {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private Waiting() {}

    /** Looks until the condition holds, at most so long. */
    static void until(Duration most, Callable<Boolean> condition, Supplier<String> whatIs) throws Exception {
        forValue(most, () -> condition.call() ? Optional.of(true) : Optional.empty(), whatIs);
    }

    /** Looks until there is a value, at most so long. */
    static <T> T forValue(Duration most, Callable<Optional<T>> look, Supplier<String> whatIs) throws Exception {
        long deadline = System.nanoTime() + most.toNanos();
        while (true) {
            Optional<T> value = look.call();
            if (value.isPresent()) {
                return value.get();
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + most + "; " + whatIs.get());
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
