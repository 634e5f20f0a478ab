package io.mainstem.cli;

import org.jspecify.annotations.Nullable;

/** Counts what the log answers to things that were sent without waiting for each. Thread-safe. */
final class Answers {

    private long acknowledged;
    private long refused;
    private @Nullable Refusal first;

    /**
     * Something that the log did not take.
     *
     * @param number which one it was
     */
    record Refusal(long number, Throwable why) {}

    /** The log has answered. */
    synchronized void answered(long number, @Nullable Throwable thrown) {
        if (thrown == null) {
            acknowledged++;
        } else {
            refused++;
            first = first == null ? new Refusal(number, thrown) : first;
        }
        notifyAll();
    }

    /** Waits until so many answers have come; a producer's flush returns before the last of them are told. */
    synchronized void await(long sent) {
        boolean interrupted = false;
        while (acknowledged + refused < sent) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many things the log has taken. */
    synchronized long acknowledged() {
        return acknowledged;
    }

    /** The first thing that it has not taken, if there is one. */
    synchronized @Nullable Refusal firstRefusal() {
        return first;
    }
}
