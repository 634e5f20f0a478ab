package io.mainstem.runtime.plan;

import io.mainstem.api.RetryException;
import io.mainstem.runtime.plugin.PluginClassLoading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks connectors, each on a thread of its own and within a deadline, a few at the same time. One that does not come back is told to
 * end, interrupted, and left behind; its thread does not keep the process from ending.
 */
final class ConnectorThreads {

    /** So many are asked at the same time. */
    private static final int WIDTH = 4;

    private final Duration deadline;

    ConnectorThreads(Duration deadline) {
        this.deadline = deadline;
    }

    /**
     * Something to ask a connector.
     *
     * @param <T> the answer
     */
    interface Question<T> extends Callable<T> {

        /** For the thread's name. */
        String name();

        /** An object of the connector's own class. */
        Object plugin();

        /** Ends what it waits for; from another thread. */
        void cancel();

        /** The answer as far as it is known, with what went wrong. */
        T failed(Throwable why);
    }

    /** The answers, in the order of the questions. */
    <T> List<T> ask(List<? extends Question<T>> questions) throws InterruptedException {
        List<T> answers = new ArrayList<>();
        for (int i = 0; i < questions.size(); i += WIDTH) {
            List<? extends Question<T>> some = questions.subList(i, Math.min(i + WIDTH, questions.size()));
            List<FutureTask<T>> tasks = new ArrayList<>();
            some.forEach(question -> tasks.add(start(question)));
            long begin = System.nanoTime();
            for (int j = 0; j < some.size(); j++) {
                answers.add(await(tasks.get(j), some.get(j), begin));
            }
        }
        return answers;
    }

    private static <T> FutureTask<T> start(Question<T> question) {
        FutureTask<T> task = new FutureTask<>(() -> PluginClassLoading.with(question.plugin(), question));
        Thread thread = new Thread(task, "mainstem-plan-" + question.name());
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private <T> T await(FutureTask<T> task, Question<T> question, long begin) throws InterruptedException {
        try {
            return task.get(Math.max(0, deadline.toNanos() - (System.nanoTime() - begin)), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return question.failed(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            question.cancel();
            task.cancel(true);
            return question.failed(new RetryException("no answer came within " + deadline.toSeconds() + " seconds", e));
        } catch (InterruptedException e) {
            question.cancel();
            task.cancel(true);
            throw e;
        }
    }
}
