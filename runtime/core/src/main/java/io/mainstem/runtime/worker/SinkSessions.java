package io.mainstem.runtime.worker;

import org.jspecify.annotations.Nullable;

/** Makes a sink's sessions and knows the present one, so that another thread can wake it. Thread-safe. */
final class SinkSessions implements Task.SessionFactory {

    /** Makes a session. */
    interface Opener {
        SinkSession open(Life life) throws Exception;
    }

    private final Opener opener;
    private volatile @Nullable SinkSession present;

    SinkSessions(Opener opener) {
        this.opener = opener;
    }

    @Override
    public Task.Session open(Life life) throws Exception {
        SinkSession session = opener.open(life);
        present = session;
        return session;
    }

    void wake() {
        SinkSession session = present;
        if (session != null) {
            session.wake();
        }
    }
}
