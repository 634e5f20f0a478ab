package io.mainstem.runtime.worker;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How a source or a sink is doing. Written by its own thread, read by any. */
public final class TaskStatus {

    /** Whether a task reads or writes the outside world. */
    public enum Side {
        /** It publishes into topics. */
        SOURCE,
        /** It writes topics into a target. */
        SINK
    }

    /** Where a task is in its life. */
    public enum State {
        /** It has not connected yet. */
        STARTING,
        /** It works. */
        RUNNING,
        /** There is no room in the log: it goes on by itself when there is. */
        WAITING,
        /** It failed, and waits for the next attempt. */
        RETRYING,
        /** It did all it had to. */
        FINISHED,
        /** It was told to stop, and what it had begun is either committed or as if it had never been. */
        STOPPED,
        /** It gave up: a person must act. */
        FAILED;

        /** Whether nothing comes after it. */
        public boolean isTerminal() {
            return this == FINISHED || this == STOPPED || this == FAILED;
        }
    }

    private final String pipeline;
    private final String name;
    private final Side side;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong deadLetters = new AtomicLong();
    private final TaskMeters meters = new TaskMeters();
    private volatile long lag = -1;
    private volatile Instant caughtUp = Instant.MIN;
    private volatile State state = State.STARTING;
    private volatile @Nullable Failure failure;

    TaskStatus(String pipeline, String name, Side side) {
        this.pipeline = pipeline;
        this.name = name;
        this.side = side;
    }

    /** The name of the pipeline. */
    public String pipeline() {
        return pipeline;
    }

    /** The name of the source or sink. */
    public String name() {
        return name;
    }

    /** Which of the two it is. */
    public Side side() {
        return side;
    }

    /** Where it is in its life. */
    public State state() {
        return state;
    }

    /** Records that are committed: in the log for a source, in the target for a sink; since the worker started. */
    public long records() {
        return records.get();
    }

    /** Bytes of keys and values of those records, as they are on the log. */
    public long bytes() {
        return bytes.get();
    }

    /** Records that went to the dead letters. */
    public long deadLetters() {
        return deadLetters.get();
    }

    /** How many offsets a sink has still to read, or -1 for a source and when it is not known yet. */
    public long lag() {
        return lag;
    }

    /** What is counted of it for monitoring. */
    public TaskMeters meters() {
        return meters;
    }

    /** Why it is waiting or retrying, or has failed. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    void committed(long moreRecords, long moreBytes) {
        records.addAndGet(moreRecords);
        bytes.addAndGet(moreBytes);
    }

    void deadLettered(long more) {
        deadLetters.addAndGet(more);
    }

    void lag(long value) {
        lag = value;
    }

    /** All there was to do is done, and the other side is there: time that passes now is no failing time. */
    void caughtUp(Instant when) {
        caughtUp = when;
    }

    Instant caughtUp() {
        return caughtUp;
    }

    void running() {
        failure = null;
        state = State.RUNNING;
    }

    void waiting(Failure why) {
        failure = Objects.requireNonNull(why);
        state = State.WAITING;
    }

    void retrying(Failure why) {
        failure = Objects.requireNonNull(why);
        state = State.RETRYING;
    }

    void failed(Failure why) {
        failure = Objects.requireNonNull(why);
        state = State.FAILED;
    }

    void ended(State how) {
        failure = null;
        state = how;
    }

    @Override
    public String toString() {
        return pipeline + "/" + name + " " + state + " " + records() + " records";
    }
}
