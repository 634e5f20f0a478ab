package io.mainstem.runtime.worker;

import io.mainstem.log.DiskBudgetException;
import io.mainstem.runtime.pipeline.Deadlines;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Secrets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs sessions of one source or sink until one ends by itself, it is told to stop, or there is no use in another.
 *
 * <p>The task's own thread decides, and calls nothing of the connector: each session lives on another thread, which is watched.
 * A call that is over its deadline is cancelled, then interrupted; if it does not return then, its thread is given up and the
 * next session starts on a new one. Other threads speak to the task by its {@link StopSignal} and look at its
 * {@link TaskStatus}; an interrupt tells it to wait for nothing any more.
 */
final class Task implements Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Task.class);
    /** What a line of the log says of where it comes from. */
    static final String PIPELINE = "pipeline";

    static final String TASK = "task";
    /** The most threads of one task that hang and were given up; it fails then. */
    private static final int ABANDONED_MAX = 4;
    /** How long cancelling and interrupting may take each when the worker stops. */
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    private static final Failure UNDRAINED = new Failure(
            Failure.Kind.RESOURCE,
            true,
            "it was stopped before it had committed what it had begun",
            "start it again: it goes on from its last commit",
            Optional.empty());

    private final TaskStatus status;
    private final SessionFactory sessions;
    private final ClassLoader pluginLoader;
    private final StopSignal signal;
    private final Deadlines deadlines;
    private final Duration grace;
    private final Duration giveUpAfter;
    private final Backoff backoff;
    private final Secrets secrets;
    private final Runnable onEnd;
    private final List<Abandoned> abandoned = new ArrayList<>();
    private int lives;

    Task(
            TaskStatus status,
            SessionFactory sessions,
            ClassLoader pluginLoader,
            StopSignal signal,
            FailurePolicy policy,
            WorkerOptions options,
            Runnable onEnd) {
        this.status = status;
        this.sessions = sessions;
        this.pluginLoader = pluginLoader;
        this.signal = signal;
        this.deadlines = policy.deadlines();
        this.grace = options.grace();
        this.giveUpAfter = policy.retry().giveUpAfter();
        this.backoff = new Backoff(policy.retry(), options.clock(), options.random());
        this.secrets = options.secrets();
        this.onEnd = onEnd;
    }

    TaskStatus status() {
        return status;
    }

    StopSignal signal() {
        return signal;
    }

    @Override
    public void run() {
        MDC.put(PIPELINE, status.pipeline());
        MDC.put(TASK, status.name());
        try {
            attempts();
        } catch (InterruptedException e) {
            stopped(Optional.of(UNDRAINED));
        } catch (RuntimeException | Error e) {
            status.failed(scrubbed(Failure.of(e)));
            LOGGER.error("{} has failed: {}", title(), stack(e));
        } finally {
            onEnd.run();
        }
    }

    private void attempts() throws InterruptedException {
        while (!signal.isStopping()) {
            Optional<Throwable> failure = live();
            if (failure.isEmpty()) {
                if (signal.isStopping()) {
                    endStopped();
                } else {
                    status.ended(TaskStatus.State.FINISHED);
                }
                return;
            }
            if (!again(failure.get())) {
                return;
            }
        }
        endStopped();
    }

    /** Lives once. Returns how that failed, if it did. */
    private Optional<Throwable> live() {
        lives++;
        backoff.begin();
        Life life = new Life(threadName(), sessions, pluginLoader, new LifeStatus(status, backoff), deadlines);
        try {
            life.start();
            while (!life.awaitEnd(life.watch().untilOverdue())) {
                Optional<CallWatch.Overdue> overdue = life.watch().findOverdue();
                if (overdue.isPresent()) {
                    return Optional.of(endHung(life, overdue.get()));
                }
            }
            return life.failure();
        } catch (OutOfMemoryError e) {
            // There is no memory, or no number, for another thread.
            return Optional.of(e);
        } catch (InterruptedException e) {
            return endAtOnce(life);
        }
    }

    private String threadName() {
        return "mainstem-" + status.pipeline() + "-" + status.name() + "-" + lives;
    }

    /** A call is over its deadline. */
    private Throwable endHung(Life life, CallWatch.Overdue overdue) throws InterruptedException {
        HungCall hung = new HungCall(overdue.call(), overdue.beganNanos(), life.thread(), secrets);
        String deadline = duration(overdue.call().deadline(deadlines));
        String message =
                "the connector's call '" + overdue.call() + "' did not return within its deadline of " + deadline;
        List<HungCall> calls = stillHung();
        calls.add(hung);
        status.hung(Failure.of(new CallOverdueException(message)), calls);
        LOGGER.warn(
                "{} hangs: {}; it is cancelled. It is at {}", title(), message, String.join("\n    at ", hung.stack()));
        if (endsBy(life::cancel, life, grace) || endsBy(life::interrupt, life, grace)) {
            return new CallOverdueException(message + ", and was cancelled");
        }
        giveUp(life, hung);
        return new CallOverdueException(message + ", nor when it was cancelled: its thread is given up");
    }

    private static boolean endsBy(Runnable step, Life life, Duration within) throws InterruptedException {
        step.run();
        return life.awaitEnd(within.toNanos());
    }

    private void giveUp(Life life, HungCall hung) {
        life.giveUp();
        abandoned.add(new Abandoned(life, hung));
    }

    private List<HungCall> stillHung() {
        abandoned.removeIf(one -> one.life().hasEnded());
        return new ArrayList<>(abandoned.stream().map(Abandoned::call).toList());
    }

    /** The worker stops, and waits no longer for this. */
    private Optional<Throwable> endAtOnce(Life life) {
        Optional<CallWatch.Overdue> call = life.watch().cutShort();
        try {
            if (endsBy(life::cancel, life, AT_ONCE) || endsBy(life::interrupt, life, AT_ONCE)) {
                return life.failure().map(thrown -> new InterruptedException(String.valueOf(thrown.getMessage())));
            }
        } catch (InterruptedException e) {
            LOGGER.debug("{} was interrupted again", title());
        }
        call.ifPresent(overdue -> {
            HungCall hung = new HungCall(overdue.call(), overdue.beganNanos(), life.thread(), secrets);
            status.hung(UNDRAINED, List.of(hung));
            LOGGER.warn("{} is left behind in {}, at {}", title(), hung, String.join("\n    at ", hung.stack()));
        });
        life.giveUp();
        return Optional.of(new InterruptedException("it did not end"));
    }

    /** Stopped, unless the last thing it did was to fail: what it had begun is then not written, and someone must know. */
    private void endStopped() {
        stopped(status.failure());
    }

    private void stopped(Optional<Failure> failure) {
        sessions.stopped(failure);
        failure.ifPresentOrElse(status::failed, () -> status.ended(TaskStatus.State.STOPPED));
    }

    /** Waits for the next attempt, if there is to be one. */
    private boolean again(Throwable thrown) throws InterruptedException {
        if (signal.isStopping() && thrown instanceof DiskBudgetException) {
            stopped(Optional.empty());
            return false;
        }
        if (signal.isStopping() && thrown instanceof InterruptedException) {
            stopped(Optional.of(UNDRAINED));
            return false;
        }
        Failure failure = scrubbed(Failure.of(thrown));
        if (signal.isStopping()) {
            LOGGER.warn("{} failed while it stopped: {}", title(), failure);
            stopped(Optional.of(failure));
            return false;
        }
        List<HungCall> hung = stillHung();
        if (hung.size() >= ABANDONED_MAX) {
            failure = tooManyHang(failure, hung);
        }
        Optional<Duration> wait = backoff.next(failure.after());
        if (failure.isFinal() || wait.isEmpty()) {
            sayFailed(failure, thrown);
            TaskStatus.Attempts attempts = backoff.attempts(Optional.empty());
            if (sessions.goesOnAfter(failure) && hung.size() < ABANDONED_MAX) {
                status.retrying(failure, attempts);
                backoff.reset();
                return true;
            }
            status.failed(failure, attempts);
            return false;
        }
        LOGGER.warn(
                "{} failed and is tried again in {} ms ({}): {}",
                title(),
                wait.get().toMillis(),
                patience(),
                failure);
        if (failure.kind() == Failure.Kind.BUG) {
            LOGGER.warn("the exception behind it: {}", stack(thrown));
        }
        status.retrying(failure, backoff.attempts(wait));
        status.meters().retried();
        signal.pause(wait.get());
        return true;
    }

    private void sayFailed(Failure failure, Throwable thrown) {
        if (failure.isFinal()) {
            LOGGER.error("{} has failed: {}", title(), failure);
        } else {
            LOGGER.error("{} has given up ({}) and failed: {}", title(), patience(), failure);
        }
        LOGGER.debug("the exception behind it: {}", stack(thrown));
    }

    private static Failure tooManyHang(Failure last, List<HungCall> hung) {
        return new Failure(
                last.kind(),
                true,
                hung.size() + " threads of it hang in the connector ("
                        + hung.stream().map(HungCall::toString).collect(Collectors.joining(", "))
                        + "), and no more are started",
                "see with 'mainstem status' where they are, mend what they wait for, then start again",
                Optional.empty());
    }

    private static String duration(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    private String patience() {
        return "give-up-after is " + giveUpAfter.toSeconds() + "s";
    }

    private Failure scrubbed(Failure failure) {
        return new Failure(
                failure.kind(),
                failure.isFinal(),
                secrets.scrub(failure.message()),
                secrets.scrub(failure.whatToDo()),
                failure.after());
    }

    /** The stack as text, since an exception of somebody else's may have a secret in its message. */
    private String stack(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return secrets.scrub(text.toString());
    }

    private String title() {
        return (status.side() == TaskStatus.Side.SOURCE ? "source " : "sink ") + status.pipeline() + "/"
                + status.name();
    }

    /** A life that was given up, and the call it is in. */
    private record Abandoned(Life life, HungCall call) {}

    /** Makes sessions. */
    interface SessionFactory {

        /** Opens a session, on the thread of the life that it belongs to. */
        Session open(Life life) throws Exception;

        /** Whether to make another session after a failure for good. */
        default boolean goesOnAfter(Failure failure) {
            return false;
        }

        /** The task stops, in order or with a failure; there is no other session. */
        default void stopped(Optional<Failure> failure) {}
    }

    /** One life of a source or a sink, from connecting to the first failure. */
    interface Session extends AutoCloseable {

        /** Returns when there is nothing more to do, or after the signal to stop. */
        void run() throws Exception;

        /** Ends a call of the connector that waits for the outside world. From another thread; may hang itself. */
        default void cancel() {}

        /** Takes away what would let it have an effect. From another thread; never waits for the connector. */
        default void giveUp() {}

        @Override
        void close();
    }
}
