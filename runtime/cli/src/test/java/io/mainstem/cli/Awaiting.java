package io.mainstem.cli;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks again and again until what is expected is the case. */
final class Awaiting {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private Awaiting() {}

    static <T> void until(Duration most, Supplier<T> look, Predicate<T> expected) {
        long deadline = System.nanoTime() + most.toNanos();
        T seen = look.get();
        while (!expected.test(seen)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + most + ", but: " + seen);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            seen = look.get();
        }
    }
}
