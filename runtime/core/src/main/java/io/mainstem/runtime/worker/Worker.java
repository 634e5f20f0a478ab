package io.mainstem.runtime.worker;

import io.mainstem.api.SinkContext.Supply;
import io.mainstem.api.StopException;
import io.mainstem.log.Log;
import io.mainstem.runtime.delivery.PausedPipelines;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.RunHistory;
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.ScheduleSpec;
import io.mainstem.runtime.pipeline.Secrets;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.pipeline.TopicSpec;
import io.mainstem.runtime.schema.Schemas;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs pipelines on a log. Thread-safe.
 *
 * <p>A worker that was {@linkplain #start started} with pipelines is done when every source has come to its end (or given up) and
 * every sink has written what was in the log then. Pipelines with a continuous source, or without any source, are done only when
 * the worker is stopped. One that was {@linkplain #open opened} is told again and again what should run, and is never done.
 */
public final class Worker implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Worker.class);
    /** How long records are kept for a sink that no pipeline has any more. */
    private static final Duration REMOVED_SINK = Duration.ofDays(7);
    /** The part of the deadline for draining that is left for what has to be interrupted. */
    private static final Duration INTERRUPTED = Duration.ofSeconds(2);

    private final Log log;
    private final Schemas schemas;
    private final Positions positions;
    private final PausedPipelines paused;
    private final RunHistory history;
    private final Object ends = new Object();
    private volatile WorkerOptions options;
    /** Sources first. Replaced as a whole, under the monitor of the worker. */
    private volatile List<RunningTask> tasks = List.of();

    private volatile List<Pipeline> pipelines = List.of();
    /** Why pipelines could not start. Replaced as a whole, under the monitor of the worker. */
    private volatile Map<String, Failure> refused = Map.of();

    private volatile SinkEnd sinkEnd = SinkEnd.never();
    private final boolean stays;
    private volatile boolean stopped;

    private Worker(Log log, WorkerOptions options, boolean stays) {
        this.log = log;
        this.stays = stays;
        this.options = options;
        this.schemas = Schemas.open(log);
        this.positions = Positions.open(log);
        this.paused = PausedPipelines.open(log);
        this.history = RunHistory.open(log, options.clock());
    }

    /** A worker without pipelines. The log stays the caller's to close, after the worker. */
    public static Worker open(Log log, WorkerOptions options) {
        return new Worker(log, options, true);
    }

    /**
     * Starts pipelines, paused or not. Returns at once; the log stays the caller's to close, after the worker.
     *
     * @throws StopException when a topic is not as a pipeline says
     */
    public static Worker start(Log log, List<Pipeline> pipelines, WorkerOptions options) {
        Worker worker = new Worker(log, options, false);
        worker.begin(pipelines);
        return worker;
    }

    private synchronized void begin(List<Pipeline> wanted) {
        pipelines = List.copyOf(wanted);
        MissedTopics.of(log, positions, wanted).forEach(LOGGER::warn);
        // Before the topics are altered: a shorter retention must not take what a sink has not read.
        holdUnread();
        wanted.forEach(this::makeTopics);
        List<RunningTask> all = new ArrayList<>();
        wanted.forEach(pipeline -> all.addAll(tasksOf(pipeline)));
        startAll(all);
        boolean hasSources =
                wanted.stream().anyMatch(pipeline -> !pipeline.sources().isEmpty());
        if (hasSources || options.isOnce()) {
            startEnding();
        }
    }

    /**
     * Lets these pipelines run and no others. A source or sink that is defined as before goes on; others stop in order, within
     * the deadline for that, before what replaces them starts. A pipeline whose topics are not as it says has failed, and the
     * others run. Not for a worker that was started with pipelines.
     *
     * @param secrets what must not be shown of them
     */
    public synchronized void apply(List<Pipeline> wanted, Secrets secrets) throws InterruptedException {
        if (stopped) {
            throw new IllegalStateException("the worker is stopped");
        }
        options = options.withSecrets(options.secrets().and(secrets));
        List<Pipeline> added = wanted.stream()
                .filter(pipeline -> find(pipeline.name()).isEmpty())
                .toList();
        MissedTopics.of(log, positions, added).forEach(LOGGER::warn);
        pipelines = List.copyOf(wanted);
        holdUnread();
        Set<Definition> definitions = new LinkedHashSet<>();
        wanted.stream()
                .filter(pipeline -> !paused.contains(pipeline.name()))
                .forEach(pipeline -> definitions.addAll(definitionsOf(pipeline)));
        stop(tasks.stream()
                .filter(task -> !definitions.contains(task.definition()))
                .toList());
        refused.keySet().stream().filter(name -> find(name).isEmpty()).forEach(this::accept);
        startMissing();
    }

    /** Starts what should run and does not. */
    private void startMissing() {
        List<RunningTask> fresh = new ArrayList<>();
        for (Pipeline pipeline : pipelines) {
            List<RunningTask> missing = paused.contains(pipeline.name())
                    ? List.of()
                    : tasksOf(pipeline).stream()
                            .filter(task -> tasks.stream()
                                    .noneMatch(present -> present.definition().equals(task.definition())))
                            .toList();
            if (!missing.isEmpty() && hasTopics(pipeline)) {
                fresh.addAll(missing);
            }
        }
        startAll(fresh);
    }

    private boolean hasTopics(Pipeline pipeline) {
        try {
            makeTopics(pipeline);
            accept(pipeline.name());
            return true;
        } catch (RuntimeException e) {
            Failure failure = Failure.of(e);
            LOGGER.error("pipeline {} cannot start: {}", pipeline.name(), failure);
            refuse(pipeline.name(), failure);
            return false;
        }
    }

    private void refuse(String pipeline, Failure why) {
        Map<String, Failure> more = new TreeMap<>(refused);
        more.put(pipeline, why);
        refused = Map.copyOf(more);
    }

    private void accept(String pipeline) {
        Map<String, Failure> less = new TreeMap<>(refused);
        less.remove(pipeline);
        refused = Map.copyOf(less);
    }

    private void makeTopics(Pipeline pipeline) {
        Map<String, TopicSpec> specs = new LinkedHashMap<>();
        pipeline.topics().forEach(topic -> specs.put(topic.name(), topic));
        pipeline.sinks()
                .forEach(sink -> pipeline.selection(sink)
                        .names()
                        .forEach(topic -> specs.putIfAbsent(topic, TopicSpec.defaults(topic))));
        Topics topics = new Topics(log);
        specs.values().forEach(topics::ensure);
    }

    /** From now on retention leaves what these sinks have not read. */
    private void holdUnread() {
        Map<String, Set<String>> groups = new TreeMap<>();
        for (Pipeline pipeline : pipelines) {
            pipeline.sinks()
                    .forEach(sink -> groups.put(
                            pipeline.group(sink),
                            Set.copyOf(pipeline.selection(sink).entries())));
        }
        log.admin().setLiveGroups(groups, REMOVED_SINK);
    }

    private static List<Definition> definitionsOf(Pipeline pipeline) {
        List<Definition> definitions = new ArrayList<>();
        pipeline.sources().forEach(source -> definitions.add(Definition.of(pipeline, source)));
        pipeline.sinks().forEach(sink -> definitions.add(Definition.of(pipeline, sink)));
        return definitions;
    }

    private List<RunningTask> tasksOf(Pipeline pipeline) {
        List<RunningTask> made = new ArrayList<>();
        pipeline.sources().forEach(source -> made.add(sourceTask(pipeline, source)));
        pipeline.sinks().forEach(sink -> made.add(sinkTask(pipeline, sink)));
        return made;
    }

    private RunningTask sourceTask(Pipeline pipeline, SourceSpec source) {
        TaskStatus status = new TaskStatus(pipeline.name(), source.name(), TaskStatus.Side.SOURCE);
        StopSignal signal = new StopSignal();
        WorkerOptions now = options;
        ScheduleSpec schedule = now.isOnce() ? ScheduleSpec.once() : source.schedule();
        boolean bounded = !(schedule instanceof ScheduleSpec.Continuous);
        SourceName name = new SourceName(pipeline.name(), source.name());
        HeldStreams held = new HeldStreams(name.toString(), status);
        Task.SessionFactory readings =
                life -> new SourceSession(pipeline, source, bounded, log, schemas, positions, now, signal, life, held);
        SourceRuns runs = new SourceRuns(name, schedule, readings, history, now, signal, status);
        Task task = new Task(
                status,
                bounded ? runs : readings,
                source.factory().getClass().getClassLoader(),
                signal,
                source.onFailure(),
                now,
                this::taskEnded);
        return new RunningTask(Definition.of(pipeline, source), task, signal::wake, bounded ? runs::request : null);
    }

    private RunningTask sinkTask(Pipeline pipeline, SinkSpec sink) {
        TaskStatus status =
                new TaskStatus(pipeline.name(), sink.name(), TaskStatus.Side.SINK, new SinkLag(log, pipeline, sink));
        StopSignal signal = new StopSignal();
        WorkerOptions now = options;
        SinkSessions sessions = new SinkSessions(
                (life, letters) ->
                        new SinkSession(pipeline, sink, log, schemas, now, letters, signal, life, supplyOf(pipeline)),
                () -> new SinkDeadLetters(pipeline, sink, log, now, status));
        Task task = new Task(
                status,
                sessions,
                sink.factory().getClass().getClassLoader(),
                signal,
                sink.onFailure(),
                now,
                this::taskEnded);
        return new RunningTask(Definition.of(pipeline, sink), task, sessions::wake, null);
    }

    private SinkSupply supplyOf(Pipeline pipeline) {
        return new SinkSupply() {
            @Override
            public SinkEnd end() {
                return sinkEnd;
            }

            @Override
            public Supply supply() {
                if (end().isKnown()) {
                    return hasFailed(TaskStatus.Side.SOURCE) ? Supply.BROKEN : Supply.ENDED;
                }
                return isFilling(pipeline.name()) ? Supply.FILLING : Supply.OPEN;
            }
        };
    }

    /** Whether a source of a pipeline reads once and has not ended. */
    private boolean isFilling(String pipeline) {
        return tasks.stream()
                .filter(task -> isSource(task) && task.status().pipeline().equals(pipeline))
                .anyMatch(task -> !task.hasEnded()
                        && readsOnce((SourceSpec) task.definition().spec()));
    }

    private boolean readsOnce(SourceSpec source) {
        return options.isOnce() || source.schedule() instanceof ScheduleSpec.Once;
    }

    private void startAll(List<RunningTask> fresh) {
        List<RunningTask> all = new ArrayList<>(tasks);
        all.addAll(fresh);
        List<RunningTask> sourcesFirst =
                new ArrayList<>(all.stream().filter(Worker::isSource).toList());
        sourcesFirst.addAll(all.stream().filter(task -> !isSource(task)).toList());
        tasks = List.copyOf(sourcesFirst);
        // A sink may say that it cannot be before a source reads anything.
        fresh.stream().filter(task -> !isSource(task)).forEach(RunningTask::start);
        fresh.stream().filter(Worker::isSource).forEach(RunningTask::start);
    }

    private static boolean isSource(RunningTask task) {
        return task.status().side() == TaskStatus.Side.SOURCE;
    }

    private void taskEnded() {
        synchronized (ends) {
            ends.notifyAll();
        }
    }

    /** Once the sources have ended, tells the sinks where their end is. */
    private void startEnding() {
        Thread thread = new Thread(this::endSinks, "mainstem-end");
        thread.setDaemon(true);
        thread.start();
    }

    private void endSinks() {
        try {
            List<RunningTask> sources = tasks.stream().filter(Worker::isSource).toList();
            while (!await(sources, Duration.ofDays(1))) {
                LOGGER.debug("sources still read");
            }
        } catch (InterruptedException e) {
            return;
        }
        if (!stopped) {
            Set<String> topics = new TreeSet<>();
            pipelines.forEach(pipeline ->
                    pipeline.sinks().forEach(sink -> topics.addAll(new SinkTopics(pipeline, sink, log).present())));
            sinkEnd = SinkEnd.now(log, topics);
            tasks.forEach(RunningTask::wake);
        }
    }

    private boolean await(List<RunningTask> awaited, Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        synchronized (ends) {
            long left = most.toNanos();
            while (left > 0 && !awaited.stream().allMatch(RunningTask::hasEnded)) {
                ends.wait(left / 1_000_000 + 1);
                left = deadline - System.nanoTime();
            }
        }
        return awaited.stream().allMatch(RunningTask::hasEnded);
    }

    /**
     * Waits until all is done, or the time is over.
     *
     * @return whether all is done
     */
    public boolean await(Duration most) throws InterruptedException {
        return await(tasks, most);
    }

    /** How each source and sink is doing, sources first; nothing of pipelines that are paused or could not start. */
    public List<TaskStatus> status() {
        return tasks.stream().map(RunningTask::status).toList();
    }

    /** How many offsets the sinks of a pipeline have still to read, also while it is paused; -1 when it has no sinks. */
    public long lag(Pipeline pipeline) {
        return pipeline.sinks().stream()
                .mapToLong(sink -> new SinkLag(log, pipeline, sink).getAsLong())
                .reduce(Long::sum)
                .orElse(-1);
    }

    /**
     * The pipelines that should run, paused ones too, and how they are doing. It waits for nothing: while a change is under way,
     * it may show half of it.
     */
    public List<PipelineStatus> pipelines() {
        Map<String, Instant> pauses = paused.all();
        Map<String, Failure> refusals = refused;
        Map<String, List<TaskStatus>> byPipeline =
                status().stream().collect(Collectors.groupingBy(TaskStatus::pipeline));
        List<PipelineStatus> all = new ArrayList<>();
        for (Pipeline pipeline : pipelines) {
            all.add(new PipelineStatus(
                    pipeline,
                    Optional.ofNullable(pauses.get(pipeline.name())),
                    Optional.ofNullable(refusals.get(pipeline.name())),
                    byPipeline.getOrDefault(pipeline.name(), List.of())));
        }
        return all;
    }

    /** Whether it goes on until it is stopped, and its pipelines can be paused, resumed and restarted. */
    public boolean stays() {
        return stays;
    }

    private Optional<Pipeline> find(String name) {
        return pipelines.stream()
                .filter(pipeline -> pipeline.name().equals(name))
                .findFirst();
    }

    /**
     * Stops a pipeline in order until it is resumed, also over restarts.
     *
     * @return whether there is such a pipeline
     */
    public synchronized boolean pause(String name) throws InterruptedException {
        if (find(name).isEmpty()) {
            return false;
        }
        if (!paused.contains(name)) {
            paused.add(name, options.clock().instant());
            LOGGER.info("pipeline {} is paused", name);
        }
        accept(name);
        stop(tasksOf(name));
        return true;
    }

    /**
     * Lets a paused pipeline go on.
     *
     * @return whether there is such a pipeline
     */
    public synchronized boolean resume(String name) {
        if (find(name).isEmpty()) {
            return false;
        }
        if (paused.contains(name)) {
            paused.remove(name, options.clock().instant());
            LOGGER.info("pipeline {} goes on", name);
            startMissing();
        }
        return true;
    }

    /**
     * Stops a pipeline in order and starts it anew, also what has given up. A paused one stays so.
     *
     * @return whether there is such a pipeline
     */
    public synchronized boolean restart(String name) throws InterruptedException {
        if (find(name).isEmpty()) {
            return false;
        }
        LOGGER.info("pipeline {} is restarted", name);
        stop(tasksOf(name));
        startMissing();
        return true;
    }

    /** Wakes the sources that wait: there may be rows of letters that are sent again. Others look by themselves, soon. */
    public void lookForReplays() {
        tasks.stream().filter(Worker::isSource).forEach(RunningTask::wake);
    }

    /** The runs of all sources, also of those that are no more. */
    public RunHistory history() {
        return history;
    }

    /** What came of asking for a run. */
    public enum RunRequest {
        /** It starts. */
        STARTED,
        /** There is no such source here, or its pipeline is paused or could not start. */
        NO_SOURCE,
        /** It reads continuously, and has no runs. */
        CONTINUOUS,
        /** A run goes on: it is not asked for another. */
        BUSY,
        /** It has ended, and this worker does not start anything again. */
        ENDED
    }

    /** Starts a run of a source now, whatever its schedule says. */
    public synchronized RunRequest startRun(SourceName source) throws InterruptedException {
        Optional<RunningTask> found = tasksOf(source.pipeline()).stream()
                .filter(Worker::isSource)
                .filter(task -> task.status().name().equals(source.source()))
                .findFirst();
        if (found.isEmpty()) {
            return RunRequest.NO_SOURCE;
        }
        RunningTask task = found.get();
        if (!task.hasRuns()) {
            return RunRequest.CONTINUOUS;
        }
        if (!task.hasEnded()) {
            boolean sleeps = task.status().state() == TaskStatus.State.SLEEPING;
            if (sleeps) {
                task.requestRun();
            }
            return sleeps ? RunRequest.STARTED : RunRequest.BUSY;
        }
        return stays ? startAgain(task) : RunRequest.ENDED;
    }

    /** Starts to copy a span of time into another target; see {@link Backfill#start}. The caller closes it before the worker. */
    public Backfill startBackfill(Pipeline pipeline, SinkSpec sink, Instant from, Instant to) {
        return Backfill.start(log, pipeline, sink, from, to, options);
    }

    private RunRequest startAgain(RunningTask ended) throws InterruptedException {
        stop(List.of(ended));
        Pipeline pipeline = find(ended.status().pipeline()).orElseThrow();
        RunningTask fresh = sourceTask(pipeline, (SourceSpec) ended.definition().spec());
        fresh.requestRun();
        startAll(List.of(fresh));
        return RunRequest.STARTED;
    }

    private List<RunningTask> tasksOf(String pipeline) {
        Predicate<RunningTask> isOfIt = task -> task.status().pipeline().equals(pipeline);
        return tasks.stream().filter(isOfIt).toList();
    }

    /** Stops tasks and takes them off the list. */
    private void stop(List<RunningTask> ending) throws InterruptedException {
        drain(ending);
        List<RunningTask> rest = new ArrayList<>(tasks);
        rest.removeAll(ending);
        tasks = List.copyOf(rest);
    }

    /** Stops tasks; what takes longer than the deadline is interrupted. */
    private void drain(List<RunningTask> ending) throws InterruptedException {
        ending.forEach(RunningTask::stop);
        // What comes after the interrupt is part of the deadline.
        if (!await(ending, options.drainDeadline().minus(INTERRUPTED))) {
            ending.forEach(RunningTask::interrupt);
            await(ending, INTERRUPTED);
        }
    }

    private boolean hasFailed(TaskStatus.Side side) {
        return status().stream().anyMatch(task -> task.side() == side && task.state() == TaskStatus.State.FAILED);
    }

    /** Whether a source or a sink has given up. */
    public boolean hasFailed() {
        return status().stream().anyMatch(task -> task.state() == TaskStatus.State.FAILED);
    }

    /**
     * Stops: sources end at their next checkpoint, sinks flush what they were given, and what takes longer than the deadline is
     * interrupted. What was not committed then will be read and written again at the next start. Only the first call does it.
     */
    public synchronized void stop() throws InterruptedException {
        if (!stopped) {
            stopped = true;
            drain(tasks);
        }
    }

    /** The names of tasks that did not end although they were told to. */
    public List<String> hanging() {
        return status().stream()
                .filter(task -> !task.state().isTerminal())
                .map(task -> task.pipeline() + "/" + task.name())
                .toList();
    }

    /** Stops, if that was not done, and gives back what the worker holds of the log. */
    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        history.close();
        positions.close();
        schemas.close();
    }
}
