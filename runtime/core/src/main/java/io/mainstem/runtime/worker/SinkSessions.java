package io.mainstem.runtime.worker;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a sink's sessions and knows the present one, so that another thread can wake it. What was kept as dead letters is handed
 * from one session to the next, unless the thread of the one was left behind and may still hold it. Thread-safe.
 */
final class SinkSessions implements Task.SessionFactory {

    /** Makes a session. */
    interface Opener {
        SinkSession open(Life life, SinkDeadLetters letters) throws Exception;
    }

    private final Opener opener;
    private final Supplier<SinkDeadLetters> newLetters;
    private @Nullable SinkDeadLetters letters;
    private volatile @Nullable SinkSession present;

    SinkSessions(Opener opener, Supplier<SinkDeadLetters> newLetters) {
        this.opener = opener;
        this.newLetters = newLetters;
    }

    @Override
    public Task.Session open(Life life) throws Exception {
        SinkSession session = opener.open(life, letters());
        present = session;
        return session;
    }

    private synchronized SinkDeadLetters letters() {
        SinkSession before = present;
        SinkDeadLetters mine = letters;
        if (mine == null || before != null && before.isGivenUp()) {
            mine = newLetters.get();
            letters = mine;
        }
        return mine;
    }

    void wake() {
        SinkSession session = present;
        if (session != null) {
            session.wake();
        }
    }
}
