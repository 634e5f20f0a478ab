package io.mainstem.api;

import java.time.Duration;
import java.util.Optional;

/** A reader's word on what comes next. Immutable. */
public final class Poll {

    /** The three answers. */
    public enum Next {
        /** There is more; poll again at once. */
        MORE,
        /** Nothing for now; poll again after a while. */
        IDLE,
        /** The split is read to its end. */
        END
    }

    private static final Poll MORE = new Poll(Next.MORE, Duration.ZERO, "", false);
    private static final Poll END = new Poll(Next.END, Duration.ZERO, "", false);

    private final Next next;
    private final Duration pause;
    private final String why;
    private final boolean refused;

    private Poll(Next next, Duration pause, String why, boolean refused) {
        this.next = next;
        this.pause = pause;
        this.why = why;
        this.refused = refused;
    }

    /** There is more; poll again at once. */
    public static Poll more() {
        return MORE;
    }

    /** Nothing for now; poll again after this time. Until then the split costs no thread. */
    public static Poll idle(Duration pause) {
        return new Poll(Next.IDLE, pause, "", false);
    }

    /**
     * As {@link #idle}, for something that has to be waited for, such as a limit of requests that is used up. Who looks at the source is
     * told of it.
     *
     * @param why what is waited for, in one line
     */
    public static Poll waiting(Duration pause, String why) {
        return new Poll(Next.IDLE, pause, why, false);
    }

    /**
     * As {@link #waiting}, where the other side did not do what it was asked for and wants to be left alone for this time. When that
     * goes on for as long as the pipeline allows, without any progress, the source has failed.
     */
    public static Poll refused(Duration pause, String why) {
        return new Poll(Next.IDLE, pause, why, true);
    }

    /** The split is read to its end: it will be polled no more, and {@link Source#finished} follows. */
    public static Poll end() {
        return END;
    }

    /** Which of the three. */
    public Next next() {
        return next;
    }

    /** How long an idle split can be left alone. */
    public Duration pause() {
        return pause;
    }

    /** What an idle split has to wait for, if it is not just that there is nothing. */
    public Optional<String> why() {
        return why.isEmpty() ? Optional.empty() : Optional.of(why);
    }

    /** Whether that is because the other side has refused. */
    public boolean isRefused() {
        return refused;
    }
}
