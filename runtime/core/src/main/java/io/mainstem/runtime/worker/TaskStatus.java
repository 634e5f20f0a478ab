package io.mainstem.runtime.worker;

import io.mainstem.runtime.delivery.DeliveryMode;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How a source or a sink is doing. Written by the threads of its task, read by any. */
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
        /** It waits for the next time of its schedule. */
        SLEEPING,
        /** There is no room in the log, or the other side asks to be left alone: it goes on by itself. */
        WAITING,
        /** A call of its connector is over its deadline and is being ended. */
        HUNG,
        /** It failed, and waits for the next attempt or is at it. */
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
    private final LongSupplier lag;
    private volatile Moment moment = new Moment(State.STARTING, Optional.empty(), Optional.empty());
    private volatile Optional<Pause> pause = Optional.empty();
    private volatile Optional<String> address = Optional.empty();
    private volatile List<HungCall> hungCalls = List.of();
    private volatile List<Held> held = List.of();
    private volatile @Nullable Instant nextRun;
    private volatile @Nullable DeliveryMode delivery;

    TaskStatus(String pipeline, String name, Side side) {
        this(pipeline, name, side, () -> -1);
    }

    /** One that knows how many offsets it has still to read; may be asked by any thread. */
    TaskStatus(String pipeline, String name, Side side, LongSupplier lag) {
        this.pipeline = pipeline;
        this.name = name;
        this.side = side;
        this.lag = lag;
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
        return moment.state();
    }

    /** Its state with the reason for it. */
    public Moment moment() {
        return moment;
    }

    /**
     * What holds at one moment; asked for one after the other, a state could come with the failure of another.
     *
     * @param state where the task is in its life
     * @param failure why it is waiting or retrying, or has failed
     * @param attempts how it fails, while it is retrying, and after it has given up
     */
    public record Moment(State state, Optional<Failure> failure, Optional<Attempts> attempts) {

        private Moment with(State other) {
            return new Moment(other, failure, attempts);
        }

        private Moment with(State other, Failure why) {
            return new Moment(other, Optional.of(why), attempts);
        }
    }

    /**
     * What a source or sink has to wait for before it goes on.
     *
     * @param why in one line
     * @param until when it goes on
     */
    public record Pause(String why, Instant until) {

        /** Checks that all is there. */
        public Pause {
            Objects.requireNonNull(why, "why");
            Objects.requireNonNull(until, "until");
        }
    }

    /**
     * A stream that a source does not read, while it reads its others.
     *
     * @param stream its name
     * @param why what keeps it back
     */
    public record Held(String stream, Failure why) {

        /** Checks that all is there. */
        public Held {
            Objects.requireNonNull(stream, "stream");
            Objects.requireNonNull(why, "why");
        }
    }

    /** The streams of a source that are held back. */
    public List<Held> held() {
        return held;
    }

    /** What it has to wait for, if there is nothing that it may do meanwhile. */
    public Optional<Pause> pause() {
        State state = state();
        return state == State.WAITING || state == State.RUNNING ? pause : Optional.empty();
    }

    /** Where others reach it, if they do. */
    public Optional<String> address() {
        return address;
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

    /**
     * How many offsets a sink has still to read, by what it has committed, also while its target is away; -1 for a source and
     * when it is not known.
     */
    public long lag() {
        return lag.getAsLong();
    }

    /** How often a record is in the target of a sink; empty for a source, and until the sink was made for the first time. */
    public Optional<DeliveryMode> delivery() {
        return Optional.ofNullable(delivery);
    }

    /** What is counted of it for monitoring. */
    public TaskMeters meters() {
        return meters;
    }

    /** Why it is waiting or retrying, or has failed. */
    public Optional<Failure> failure() {
        return moment.failure();
    }

    /** How often it has failed in a row and when it tries again; while it is retrying, and after it has given up. */
    public Optional<Attempts> attempts() {
        return moment.attempts();
    }

    /** The calls of its connector that hang at this moment: of the present session, and of those that were given up. */
    public List<HungCall> hungCalls() {
        return hungCalls.stream().filter(HungCall::isUnderWay).toList();
    }

    /** When the next run of a source that sleeps is due. */
    public Optional<Instant> nextRun() {
        return Optional.ofNullable(state() == State.SLEEPING ? nextRun : null);
    }

    void committed(long moreRecords, long moreBytes) {
        records.addAndGet(moreRecords);
        bytes.addAndGet(moreBytes);
    }

    void deadLettered(long more) {
        deadLetters.addAndGet(more);
    }

    void delivery(DeliveryMode mode) {
        delivery = mode;
    }

    /** A run begins. What made the one before fail stays until this one works. */
    synchronized void starting() {
        moment = moment.with(State.STARTING);
    }

    /** It is at work. While it retries that proves nothing: an attempt that has not failed yet is no success. */
    synchronized void running() {
        if (state() != State.RETRYING) {
            works();
        }
    }

    /** Something has got through, or there is nothing left to do: what made it fail before is over. */
    synchronized void works() {
        pause = Optional.empty();
        ended(State.RUNNING);
    }

    /** It waits, as was planned: it is as well as one that works. */
    synchronized void pausing(Pause what) {
        ended(State.RUNNING);
        pause = Optional.of(what);
    }

    void held(List<Held> streams) {
        held = List.copyOf(streams);
    }

    void reachableAt(String where) {
        address = Optional.of(where);
    }

    /** A call is over its deadline. */
    synchronized void hung(Failure why, List<HungCall> calls) {
        hungCalls = List.copyOf(calls);
        moment = moment.with(State.HUNG, why);
    }

    synchronized void waiting(Failure why) {
        pause = Optional.empty();
        moment = moment.with(State.WAITING, why);
    }

    /** The other side has refused, until a moment. */
    synchronized void waiting(Failure why, Pause what) {
        waiting(why);
        pause = Optional.of(what);
    }

    /** What made the last run fail stays until the next. */
    synchronized void sleeping(Optional<Instant> next) {
        nextRun = next.orElse(null);
        moment = moment.with(State.SLEEPING);
    }

    synchronized void retrying(Failure why, Attempts soFar) {
        moment = new Moment(State.RETRYING, Optional.of(why), Optional.of(soFar));
    }

    /**
     * How a task fails.
     *
     * @param count how often it has failed without any progress in between
     * @param since when the first of these failures was
     * @param next when the next attempt begins; empty when there is none
     */
    public record Attempts(int count, Instant since, Optional<Instant> next) {

        /** Checks that all is there. */
        public Attempts {
            Objects.requireNonNull(since, "since");
            Objects.requireNonNull(next, "next");
        }
    }

    synchronized void failed(Failure why) {
        moment = moment.with(State.FAILED, why);
    }

    /** It gave up after so many attempts. */
    synchronized void failed(Failure why, Attempts soFar) {
        moment = new Moment(State.FAILED, Optional.of(why), Optional.of(soFar));
    }

    synchronized void ended(State how) {
        moment = new Moment(how, Optional.empty(), Optional.empty());
    }

    @Override
    public String toString() {
        return pipeline + "/" + name + " " + state() + " " + records() + " records";
    }
}
