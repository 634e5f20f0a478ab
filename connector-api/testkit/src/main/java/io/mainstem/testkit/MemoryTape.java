package io.mainstem.testkit;

import io.mainstem.api.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A {@link Tape} in memory: it records, and after {@link #play} gives the answers in their order. Thread-safe. */
public final class MemoryTape implements Tape {

    private final List<Map<String, Object>> requests = new ArrayList<>();
    private final List<Map<String, Object>> answers = new ArrayList<>();
    private final List<String> hidden = new ArrayList<>();
    private boolean playing;
    private int next;

    /** An empty tape. */
    public MemoryTape() {}

    /** From now on it plays, from the beginning. */
    public synchronized void play() {
        playing = true;
        next = 0;
    }

    @Override
    public synchronized boolean isPlaying() {
        return playing;
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> request, Callable<Map<String, Object>> live)
            throws Exception {
        if (isPlaying()) {
            return played(request);
        }
        Map<String, Object> answer = live.call();
        keep(request, answer);
        return answer;
    }

    private synchronized void keep(Map<String, Object> request, Map<String, Object> answer) {
        requests.add(request);
        answers.add(answer);
    }

    private synchronized Map<String, Object> played(Map<String, Object> request) {
        if (next >= answers.size() || !requests.get(next).equals(request)) {
            throw new AssertionError("asked for " + request + ", and recorded as exchange " + next + " of "
                    + answers.size() + " is " + (next < requests.size() ? requests.get(next) : "nothing"));
        }
        return answers.get(next++);
    }

    @Override
    public synchronized void hide(String secret) {
        hidden.add(secret);
    }

    /** Whether all that was recorded has been played. */
    public synchronized boolean isAtItsEnd() {
        return next == answers.size();
    }

    /** What was asked; may be changed before it is played. */
    public List<Map<String, Object>> requests() {
        return requests;
    }

    /** What was answered; may be changed before it is played. */
    public List<Map<String, Object>> answers() {
        return answers;
    }

    /** What the connector said is secret. */
    public List<String> hidden() {
        return hidden;
    }
}
