package io.mainstem.runtime.worker;

import io.mainstem.runtime.pipeline.Secrets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A call of a connector that did not return within its deadline, and has not returned yet. Thread-safe. */
public final class HungCall {

    private static final int FRAMES_MAX = 50;

    private final ConnectorCall call;
    private final long beganNanos;
    private final Thread thread;
    private final Secrets secrets;

    HungCall(ConnectorCall call, long beganNanos, Thread thread, Secrets secrets) {
        this.call = call;
        this.beganNanos = beganNanos;
        this.thread = thread;
        this.secrets = secrets;
    }

    /** The name of the method that was called: {@code flush}. */
    public String call() {
        return call.toString();
    }

    /** For how long it has been under way. */
    public Duration lasted() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    /** The name of the thread that is in it. */
    public String thread() {
        return thread.getName();
    }

    /** Where the thread is at this moment, the innermost call first, without secrets; nothing if it has just ended. */
    public List<String> stack() {
        return Arrays.stream(thread.getStackTrace())
                .limit(FRAMES_MAX)
                .map(frame -> secrets.scrub(frame.toString()))
                .toList();
    }

    boolean isUnderWay() {
        return thread.isAlive();
    }

    @Override
    public String toString() {
        return call + " for " + lasted().toSeconds() + " s";
    }
}
