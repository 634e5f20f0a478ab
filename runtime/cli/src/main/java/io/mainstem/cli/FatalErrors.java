package io.mainstem.cli;

/**
 * Ends the process when an error of the JVM, such as a heap that is full, ends one of the log's own threads: without it nothing
 * would be stored any more, and everybody would wait for it. Such an error in a connector fails that connector alone.
 */
final class FatalErrors {

    /** How the names of the log's threads begin. */
    private static final String LOG_THREADS = "mainstem-log-";

    private FatalErrors() {}

    /** From now on. */
    static void endTheProcess(Console console) {
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            if (isFatal(thread, error)) {
                console.say("mainstem: the thread " + thread.getName() + " of the log ended with " + error
                        + "; nothing that was acknowledged is lost. Start again, with more memory if it was that");
                Runtime.getRuntime().halt(ExitCode.FAILED);
            }
            console.say("warning: the thread " + thread.getName() + " ended with " + Scrub.text(String.valueOf(error)));
        });
    }

    static boolean isFatal(Thread thread, Throwable error) {
        return error instanceof VirtualMachineError && thread.getName().startsWith(LOG_THREADS);
    }
}
