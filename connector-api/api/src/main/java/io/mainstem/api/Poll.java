package io.mainstem.api;

import java.time.Duration;

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

    private static final Poll MORE = new Poll(Next.MORE, Duration.ZERO);
    private static final Poll END = new Poll(Next.END, Duration.ZERO);

    private final Next next;
    private final Duration pause;

    private Poll(Next next, Duration pause) {
        this.next = next;
        this.pause = pause;
    }

    /** There is more; poll again at once. */
    public static Poll more() {
        return MORE;
    }

    /** Nothing for now; poll again after this time. Until then the split costs no thread. */
    public static Poll idle(Duration pause) {
        return new Poll(Next.IDLE, pause);
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
}
