package io.mainstem.runtime.worker;

import io.mainstem.log.DiskBudgetException;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Secrets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs sessions of one source or sink until one ends by itself, it is told to stop, or there is no use in another. All of it
 * happens on the task's own thread; other threads speak to it by its {@link StopSignal} and look at its {@link TaskStatus}.
 */
final class Task implements Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Task.class);
    /** What a line of the log says of where it comes from. */
    private static final String PIPELINE = "pipeline";

    private static final String TASK = "task";
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
    private final Clock clock;
    private final Duration longestWait;
    private final Duration giveUpAfter;
    private final Backoff backoff;
    private final Secrets secrets;
    private final Runnable onEnd;

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
        this.clock = options.clock();
        this.longestWait = policy.retry().maxWait();
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
        Thread.currentThread().setContextClassLoader(pluginLoader);
        MDC.put(PIPELINE, status.pipeline());
        MDC.put(TASK, status.name());
        try {
            attempts();
        } catch (InterruptedException e) {
            status.failed(UNDRAINED);
        } finally {
            onEnd.run();
        }
    }

    private void attempts() throws InterruptedException {
        while (!signal.isStopping()) {
            long before = status.records();
            Instant began = clock.instant();
            try (Session session = sessions.open()) {
                session.run();
                status.ended(signal.isStopping() ? TaskStatus.State.STOPPED : TaskStatus.State.FINISHED);
                return;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception | Error e) {
                if (status.records() > before || wasWellSince(began)) {
                    backoff.reset();
                }
                if (!again(e)) {
                    return;
                }
            }
        }
        endStopped();
    }

    /** It had nothing left to do long after it began: what fails after that fails for the first time. */
    private boolean wasWellSince(Instant began) {
        return status.caughtUp().isAfter(began.plus(longestWait));
    }

    /** Stopped, unless the last thing it did was to fail: what it had begun is then not written, and someone must know. */
    private void endStopped() {
        Optional<Failure> failure = status.failure();
        if (failure.isPresent()) {
            status.failed(failure.get());
        } else {
            status.ended(TaskStatus.State.STOPPED);
        }
    }

    /** Waits for the next attempt, if there is to be one. */
    private boolean again(Throwable thrown) throws InterruptedException {
        if (signal.isStopping() && thrown instanceof DiskBudgetException) {
            status.ended(TaskStatus.State.STOPPED);
            return false;
        }
        Failure failure = scrubbed(Failure.of(thrown));
        if (signal.isStopping()) {
            LOGGER.warn("{} failed while it stopped: {}", title(), failure);
            status.failed(failure);
            return false;
        }
        Optional<Duration> wait = failure.isFinal() ? Optional.empty() : backoff.next(failure.after());
        if (wait.isEmpty()) {
            if (failure.isFinal()) {
                LOGGER.error("{} has failed: {}", title(), failure);
            } else {
                LOGGER.error("{} has given up ({}) and failed: {}", title(), patience(), failure);
            }
            LOGGER.debug("the exception behind it: {}", stack(thrown));
            status.failed(failure);
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
        status.retrying(failure);
        status.meters().retried();
        signal.pause(wait.get());
        return true;
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

    /** Makes sessions. */
    interface SessionFactory {
        Session open() throws Exception;
    }

    /** One life of a source or a sink, from connecting to the first failure. */
    interface Session extends AutoCloseable {

        /** Returns when there is nothing more to do, or after the signal to stop. */
        void run() throws Exception;

        @Override
        void close();
    }
}
