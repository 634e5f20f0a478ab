package io.mainstem.log.embedded;

/**
 * The time by which records grow old. It follows the clock, but a clock that is suddenly far ahead is believed only when
 * it has gone on from there for a day: a mistake in the clock deletes nothing at once.
 *
 * <p>Thread-safe. A checkpoint saves it.
 */
final class RetentionClock {
    /** The most that the clock may have gone forward since the last look to be believed at once. */
    static final long STEP_MILLIS = 25L * 60 * 60 * 1000;

    /** How long a clock that is further ahead must have gone on. */
    static final long DOUBT_MILLIS = 24L * 60 * 60 * 1000;

    private static final long NONE = -1;

    private long time = NONE;
    private long doubtedSince = NONE;

    /** What a checkpoint saves: the time, and the clock's time since which it is in doubt, or -1 each. */
    record Saved(long time, long doubtedSince) {
        static final Saved NEW = new Saved(NONE, NONE);
    }

    /** Looks at the clock, and gives the time by which records are old now. */
    synchronized long look(long clock) {
        if (time == NONE || clock <= time + STEP_MILLIS) {
            time = clock;
            doubtedSince = NONE;
        } else if (doubtedSince == NONE || clock < doubtedSince) {
            doubtedSince = clock;
        } else if (clock - doubtedSince >= DOUBT_MILLIS) {
            time = clock;
            doubtedSince = NONE;
        }
        return time;
    }

    synchronized Saved saved() {
        return new Saved(time, doubtedSince);
    }

    synchronized void restore(Saved saved) {
        time = saved.time;
        doubtedSince = saved.doubtedSince;
    }
}
