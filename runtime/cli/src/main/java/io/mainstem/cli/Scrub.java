package io.mainstem.cli;

import io.mainstem.runtime.pipeline.Secrets;

/**
 * Takes the secrets of the pipelines that run out of everything that this process prints or logs. There is one for the
 * process, since the log of a library is not told whose secret it is about to print. Thread-safe.
 */
final class Scrub {

    private static volatile Secrets secrets = Secrets.none();

    private Scrub() {}

    /** Forgets all secrets, and knows these. */
    static void only(Secrets known) {
        secrets = known;
    }

    /** Knows these, too. */
    static void also(Secrets more) {
        secrets = secrets.and(more);
    }

    static String text(String text) {
        return secrets.scrub(text);
    }
}
