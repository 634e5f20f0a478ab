package io.mainstem.runtime.worker;

import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.schema.Schemas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs pipelines on a log, until they are done or it is stopped. Thread-safe.
 *
 * <p>The pipelines are done when every source has come to its end (or given up) and every sink has written what was in the log
 * then. Pipelines with a continuous source, or without any source, are done only when the worker is stopped.
 */
public final class Worker implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Worker.class);
    /** How long records are kept for a sink that no pipeline has any more. */
    private static final Duration REMOVED_SINK = Duration.ofDays(7);

    private final Log log;
    private final Schemas schemas;
    private final Positions positions;
    private final WorkerOptions options;
    private final List<RunningTask> sources = new ArrayList<>();
    private final List<RunningTask> sinks = new ArrayList<>();
    private final Set<String> sinkTopics = new TreeSet<>();
    private final CountDownLatch sourcesLeft;
    private final CountDownLatch sinksLeft;
    private final boolean endsBySelf;
    private volatile SinkEnd sinkEnd = SinkEnd.never();
    private volatile boolean stopped;

    private Worker(Log log, List<Pipeline> pipelines, WorkerOptions options) {
        this.log = log;
        this.options = options;
        this.schemas = Schemas.open(log);
        this.positions = Positions.open(log);
        MissedTopics.of(log, positions, pipelines).forEach(LOGGER::warn);
        // Before the topics are altered: a shorter retention must not take what a sink has not read.
        holdUnread(pipelines);
        makeTopics(pipelines);
        int sourceCount = pipelines.stream().mapToInt(p -> p.sources().size()).sum();
        int sinkCount = pipelines.stream().mapToInt(p -> p.sinks().size()).sum();
        this.sourcesLeft = new CountDownLatch(sourceCount);
        this.sinksLeft = new CountDownLatch(sinkCount);
        this.endsBySelf = sourceCount > 0 || options.isOnce();
        for (Pipeline pipeline : pipelines) {
            pipeline.sources().forEach(source -> sources.add(sourceTask(pipeline, source)));
            pipeline.sinks().forEach(sink -> sinks.add(sinkTask(pipeline, sink)));
        }
    }

    /**
     * Starts pipelines. Returns at once; the log stays the caller's to close, after the worker.
     *
     * @throws io.mainstem.api.StopException when a topic is not as a pipeline says
     */
    public static Worker start(Log log, List<Pipeline> pipelines, WorkerOptions options) {
        Worker worker = new Worker(log, pipelines, options);
        worker.sinks.forEach(RunningTask::start);
        worker.sources.forEach(RunningTask::start);
        worker.startEnding();
        return worker;
    }

    private void makeTopics(List<Pipeline> pipelines) {
        Map<String, TopicSpec> specs = new LinkedHashMap<>();
        for (Pipeline pipeline : pipelines) {
            pipeline.topics().forEach(topic -> specs.put(topic.name(), topic));
        }
        for (Pipeline pipeline : pipelines) {
            for (SinkSpec sink : pipeline.sinks()) {
                sink.topics().forEach(topic -> specs.putIfAbsent(topic, TopicSpec.defaults(topic)));
                sinkTopics.addAll(new SinkTopics(pipeline, sink, log).possible());
            }
        }
        Topics topics = new Topics(log);
        specs.values().forEach(topics::ensure);
    }

    /** From now on retention leaves what these sinks have not read. */
    private void holdUnread(List<Pipeline> pipelines) {
        Map<String, Set<String>> groups = new TreeMap<>();
        for (Pipeline pipeline : pipelines) {
            pipeline.sinks().forEach(sink -> groups.put(pipeline.group(sink), Set.copyOf(sink.topics())));
        }
        log.admin().setLiveGroups(groups, REMOVED_SINK);
    }

    private RunningTask sourceTask(Pipeline pipeline, SourceSpec source) {
        TaskStatus status = new TaskStatus(pipeline.name(), source.name(), TaskStatus.Side.SOURCE);
        StopSignal signal = new StopSignal();
        ScheduleSpec schedule = options.isOnce() ? ScheduleSpec.once() : source.schedule();
        Task task = new Task(
                status,
                () -> new SourceSession(pipeline, source, schedule, log, schemas, positions, options, signal, status),
                source.factory().getClass().getClassLoader(),
                signal,
                source.onFailure(),
                options,
                sourcesLeft::countDown);
        return new RunningTask(task, signal::wake, () -> {});
    }

    private RunningTask sinkTask(Pipeline pipeline, SinkSpec sink) {
        TaskStatus status = new TaskStatus(pipeline.name(), sink.name(), TaskStatus.Side.SINK);
        StopSignal signal = new StopSignal();
        SinkDeadLetters letters = new SinkDeadLetters(pipeline, sink, log, options, status);
        SinkSessions sessions = new SinkSessions(
                () -> new SinkSession(pipeline, sink, log, schemas, options, letters, signal, status, () -> sinkEnd));
        Task task = new Task(
                status,
                sessions,
                sink.factory().getClass().getClassLoader(),
                signal,
                sink.onFailure(),
                options,
                sinksLeft::countDown);
        return new RunningTask(task, sessions::wake, sessions::cancel);
    }

    /** Once the sources have ended, tells the sinks where their end is. */
    private void startEnding() {
        if (!endsBySelf) {
            return;
        }
        Thread thread = new Thread(this::endSinks, "mainstem-end");
        thread.setDaemon(true);
        thread.start();
    }

    private void endSinks() {
        try {
            sourcesLeft.await();
        } catch (InterruptedException e) {
            return;
        }
        if (!stopped) {
            sinkEnd = SinkEnd.now(log, sinkTopics);
            sinks.forEach(RunningTask::wake);
        }
    }

    /**
     * Waits until all is done, or the time is over.
     *
     * @return whether all is done
     */
    public boolean await(Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        return sourcesLeft.await(most.toNanos(), TimeUnit.NANOSECONDS)
                && sinksLeft.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    /** How each source and sink is doing, sources first. */
    public List<TaskStatus> status() {
        List<TaskStatus> all = new ArrayList<>();
        sources.forEach(source -> all.add(source.status()));
        sinks.forEach(sink -> all.add(sink.status()));
        return all;
    }

    /** Whether a source or a sink has given up. */
    public boolean hasFailed() {
        return status().stream().anyMatch(task -> task.state() == TaskStatus.State.FAILED);
    }

    /**
     * Stops: sources end at their next checkpoint, sinks flush what they were given, and what takes longer than the deadline is
     * interrupted. What was not committed then will be read and written again at the next start. Only the first call does it.
     */
    public void stop() throws InterruptedException {
        if (stopped) {
            return;
        }
        stopped = true;
        sources.forEach(RunningTask::stop);
        sinks.forEach(RunningTask::stop);
        if (!await(options.drainDeadline())) {
            sources.forEach(RunningTask::interrupt);
            sinks.forEach(RunningTask::interrupt);
            await(Duration.ofSeconds(2));
        }
    }

    /** The names of tasks that did not end although they were told to. */
    public List<String> hanging() {
        return status().stream()
                .filter(task -> !task.state().isTerminal())
                .map(task -> task.pipeline() + "/" + task.name())
                .collect(Collectors.toList());
    }

    /** Stops, if that was not done, and gives back what the worker holds of the log. */
    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        positions.close();
        schemas.close();
    }

    /** A task with its thread. */
    private static final class RunningTask {
        private final Task task;
        private final Runnable wake;
        private final Runnable cancel;
        private final Thread thread;

        RunningTask(Task task, Runnable wake, Runnable cancel) {
            this.task = task;
            this.wake = wake;
            this.cancel = cancel;
            TaskStatus status = task.status();
            this.thread = new Thread(task, "mainstem-" + status.pipeline() + "-" + status.name());
            thread.setDaemon(true);
        }

        void start() {
            thread.start();
        }

        TaskStatus status() {
            return task.status();
        }

        void wake() {
            wake.run();
        }

        void stop() {
            task.signal().stop();
            wake.run();
        }

        void interrupt() {
            if (!task.status().state().isTerminal()) {
                cancel.run();
                thread.interrupt();
            }
        }
    }
}
