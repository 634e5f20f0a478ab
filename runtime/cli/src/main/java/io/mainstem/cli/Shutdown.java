package io.mainstem.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a command end in order when the process is told to end (Ctrl-C, SIGTERM), and gives the process the command's exit
 * code then, which the JVM would otherwise replace by the signal's. A second signal ends it at once.
 */
final class Shutdown {

    /** More than a worker may take to drain; a supervisor's own limit is often 30 seconds. */
    private static final long SECONDS_MAX = 25;

    private static final AtomicBoolean IN_ORDER = new AtomicBoolean();
    private static final CountDownLatch ASKED = new CountDownLatch(1);
    private static final AtomicBoolean AT_ONCE = new AtomicBoolean();
    private static final CountDownLatch FINISHED = new CountDownLatch(1);

    private static volatile int exitCode = ExitCode.DONE;

    private Shutdown() {}

    /** Watches for the end of this process, from now on. */
    static void watch() {
        Runtime.getRuntime().addShutdownHook(new Thread(Shutdown::end, "mainstem-shutdown"));
    }

    /** Also runs when the process ends by itself, which needs no help. */
    private static void end() {
        if (FINISHED.getCount() > 0) {
            ASKED.countDown();
            if (AT_ONCE.get()) {
                Runtime.getRuntime().halt(ExitCode.DONE);
            }
            if (IN_ORDER.get()) {
                SecondSignal.endsAtOnce();
                awaitFinished();
            }
        }
    }

    /** The command looks at {@link #isAsked} from now on, and wants the time to end in order. */
    static void inOrder() {
        IN_ORDER.set(true);
    }

    /** The command has nothing to put in order, and being told to end is its right end. */
    static void atOnce() {
        AT_ONCE.set(true);
    }

    /** Whether the process was told to end. */
    static boolean isAsked() {
        return ASKED.getCount() == 0;
    }

    /** Waits until the process is told to end, at most this long; says whether it was. */
    static boolean awaitAsked(Duration most) throws InterruptedException {
        return ASKED.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The command is done. */
    static void finished(int code) {
        exitCode = code;
        FINISHED.countDown();
    }

    private static void awaitFinished() {
        try {
            if (FINISHED.await(SECONDS_MAX, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(exitCode);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
