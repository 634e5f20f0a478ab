package io.mainstem.runtime.schedule;

/** What becomes of times that passed while nothing could run: the worker was down, the pipeline paused, the run before took too long. */
public enum Misfire {
    /** One run, as soon as it can be, makes good for all of them. */
    RUN_ONCE,
    /** They are passed over; the next time that comes counts. */
    SKIP
}
