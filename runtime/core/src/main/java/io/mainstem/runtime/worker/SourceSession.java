package io.mainstem.runtime.worker;

import io.mainstem.api.Ack;
import io.mainstem.api.Discovery;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.RetryException;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.Resent;
import io.mainstem.runtime.delivery.SourceState;
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SourceSpec;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.transform.StepStreams;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a source: takes the slot over, discovers, reads and commits. One thread.
 *
 * <p>One that is bounded reads to the end of what is there, and ends. The other reads until it is stopped.
 *
 * <p>Everything in it comes after the fence: the producer is opened first, then the positions are read, then the source is made.
 */
final class SourceSession implements Task.Session {

    private static final Logger LOGGER = LoggerFactory.getLogger(SourceSession.class);

    /** How long a reader that is the only one may wait for something to come. */
    private static final Duration WAIT_ALONE = Duration.ofMillis(100);

    /** How often it is looked at least whether streams that are held back still have to be. */
    private static final Duration HELD_LOOK = Duration.ofMinutes(1);

    private static final Duration NO_WAIT = Duration.ZERO;
    private static final Duration LONG = Duration.ofDays(36_500);

    private final Pipeline pipeline;
    private final SourceSpec spec;
    private final boolean bounded;
    private final Schemas schemas;
    private final Topics topics;
    private final WorkerOptions options;
    private final StopSignal signal;
    private final LifeStatus status;
    private final Producer producer;
    private final SourceState state;
    private final ConnectorContext context;
    private final WatchedSource source;
    private final SplitQueue queue;
    private final SourceCommits commits;
    private final DeleteScans deletes;
    private final SourceReplays replays;
    private final HeldStreams held;
    private final Map<String, StreamWay> ways = new ConcurrentHashMap<>();
    private final StepsContext steps;
    private final FieldCheck fields;
    private final CallWatch watch;
    private final List<SourceSteps> replaced = new ArrayList<>();
    /** The streams of the last discovery, but for those that are held back. */
    private final Set<String> read = new HashSet<>();

    private Instant nextDiscovery = Instant.MIN;
    private boolean isPausing;
    private volatile boolean rediscover;
    private volatile @Nullable SplitReader polled;

    SourceSession(
            Pipeline pipeline,
            SourceSpec spec,
            boolean bounded,
            Log log,
            Schemas schemas,
            Positions positions,
            WorkerOptions options,
            StopSignal signal,
            Life life,
            HeldStreams held)
            throws Exception {
        this.held = held;
        this.pipeline = pipeline;
        this.spec = spec;
        this.bounded = bounded;
        this.schemas = schemas;
        this.topics = new Topics(log);
        this.options = options;
        this.signal = signal;
        this.status = life.status();
        this.watch = life.watch();
        // A source may take its time between two records: the worker watches its calls, and an open transaction is in
        // nobody's way.
        this.producer =
                log.producer(ProducerOptions.transactional(Positions.transactionalId(pipeline.name(), spec.name(), 0))
                        .withMaxBlock(SourceCommits.LOOK)
                        .withTransactionTimeout(ProducerOptions.TRANSACTION_TIMEOUT_MAX));
        this.context = new ConnectorContext(
                pipeline,
                spec.name(),
                spec.factory(),
                options.clock(),
                options.secrets(),
                this::rediscoverSoon,
                status::reachableAt);
        try {
            this.state = positions.load(pipeline.name(), spec.name());
            this.steps = new StepsContext(context, pipeline, log, () -> schemas);
            this.source = WatchedSource.create(spec, context, life.watch());
        } catch (Exception | Error e) {
            context.close();
            producer.close();
            throw e;
        }
        this.fields = new FieldCheck(pipeline, spec);
        this.queue = new SplitQueue(state);
        SourceName name = new SourceName(pipeline.name(), spec.name());
        this.commits = new SourceCommits(
                name,
                spec.batch(),
                spec.onFailure(),
                producer,
                positions,
                state,
                log,
                spec.connector(),
                options,
                signal,
                life);
        this.deletes = new DeleteScans(pipeline, spec, log, source, state, commits, bounded);
        this.replays = new SourceReplays(name, log, state, commits, watch, options.secrets()::scrub);
    }

    private void rediscoverSoon() {
        rediscover = true;
        signal.wake();
    }

    @Override
    public void run() throws Exception {
        while (!signal.isStopping()) {
            Instant started = options.clock().instant();
            if (isDiscoveryDue(started)) {
                discover(started);
            }
            boolean stepped = replay(started);
            stepped |= step(started);
            stepped |= lookForDeletes(started);
            if (!stepped && endOfPass(started)) {
                return;
            }
            runFinished(commits.reap());
        }
        commits.commit();
        runFinished(commits.drain());
    }

    /** Rows that are sent again go into transactions of their own. Returns false when there are none, or it is not their turn. */
    private boolean replay(Instant now) throws Exception {
        Optional<Resent.Batch> batch = replays.look(now);
        if (batch.isEmpty()) {
            return false;
        }
        commits.commit();
        if (commits.isOpen()) {
            // A reader has emitted past its checkpoint.
            replays.putOff(now);
            return false;
        }
        runFinished(commits.drain());
        replays.publish(batch.get(), this::openWay);
        commits.commit();
        return true;
    }

    private boolean isDiscoveryDue(Instant now) {
        boolean asked = rediscover && !bounded;
        rediscover = false;
        return asked || !nextDiscovery.isAfter(now);
    }

    private void discover(Instant now) throws Exception {
        Discovery found = source.discover(state);
        boolean isNew = state.streams().isEmpty();
        Discovery discovery = held.leftOutOf(found, suspects(found), isNew, schemas, stream -> tryWay(found, stream));
        StepStreams.check(spec.transforms(), state.names(discovery));
        checkFields(discovery);
        status.running();
        for (StreamSchema stream : discovery.streams()) {
            if (!state.stream(stream.name()).equals(Optional.of(stream))) {
                commits.put(stream);
                forget(stream.name());
            }
        }
        for (Split split : discovery.splits()) {
            if (!state.isKnown(split) || state.isFinished(split.id())) {
                commits.put(split, false);
                commits.commitIfDue();
            }
        }
        commits.commit();
        runFinished(commits.drain());
        queue.addAll(discovery.splits());
        deletes.plan(discovery, this::way, now);
        read.clear();
        read.addAll(HeldStreams.names(discovery));
        nextDiscovery = now.plus(nextDiscoveryAfter(discovery));
    }

    /** Before anything is published; of a stream that changes later, those who read it tell. */
    private void checkFields(Discovery discovery) {
        boolean isFirst = nextDiscovery.equals(Instant.MIN);
        Predicate<StreamSchema> isNew = stream -> state.stream(stream.name()).isEmpty();
        fields.check(
                discovery.streams().stream()
                        .filter(stream -> isFirst || isNew.test(stream))
                        .toList(),
                isNew);
    }

    private Duration nextDiscoveryAfter(Discovery discovery) {
        Duration again = bounded ? LONG : discovery.again().orElse(LONG);
        return bounded || held.isEmpty() ? again : min(again, HELD_LOOK);
    }

    /** Polls one split. Returns false when none wants to be polled now. */
    private boolean step(Instant now) throws Exception {
        Optional<SplitRun> next = queue.next(now);
        if (next.isEmpty()) {
            return false;
        }
        SplitRun run = next.get();
        run.polling();
        long begin;
        SplitReader reader;
        Poll poll;
        try {
            reader = reader(run);
            begin = System.nanoTime();
            poll = poll(run, reader);
        } catch (Exception e) {
            holdBack(run.split().stream(), run.refusal(), e);
            return true;
        }
        // A small one is read to its end at once; one that found nothing had nothing to do.
        if (poll.next() != Poll.Next.IDLE) {
            status.meters().batches().add(System.nanoTime() - begin);
        }
        after(run, reader, poll);
        return true;
    }

    private SplitReader reader(SplitRun run) throws Exception {
        SplitReader open = run.reader();
        if (open != null) {
            return open;
        }
        StreamWay way = way(run.split().stream());
        SplitReader reader = source.open(run.split(), state.positionsFor(run.split()), new Reading(way.stream()));
        run.opened(reader, commits.emitterFor(run, way, queue::addAll));
        return reader;
    }

    private boolean lookForDeletes(Instant now) throws Exception {
        try {
            return deletes.step(this::way, now, queue.isEmpty());
        } catch (StopException e) {
            holdBack(deletes.activeStream().orElseThrow(() -> e), Optional.empty(), e);
            return true;
        }
    }

    private Poll poll(SplitRun run, SplitReader reader) throws Exception {
        polled = reader;
        try {
            return reader.poll(run.emitter(), mayWait() ? WAIT_ALONE : NO_WAIT);
        } catch (StopException | RetryException | IOException e) {
            keepCheckpoints(e);
            throw e;
        }
    }

    /**
     * A stream that its topic has refused, or that its reader cannot read, is not read any more, while the others are.
     *
     * @throws Exception what was thrown, when it was neither, or when there is no other stream; or that everything begins anew without it, when
     *     the transaction has records of it which no checkpoint covers
     */
    private void holdBack(String stream, Optional<StreamRefusal> refusal, Exception thrown) throws Exception {
        Optional<StopException> stop = ofStream(thrown);
        if (refusal.isEmpty() && stop.isEmpty()) {
            throw thrown;
        }
        read.remove(stream);
        if (read.isEmpty()) {
            throw thrown;
        }
        refusal.ifPresent(held::hold);
        stop.ifPresent(why -> held.hold(stream, why));
        deletes.leaveOut(stream);
        List<SplitRun> runs = queue.of(stream);
        if (runs.stream().anyMatch(SplitRun::isPastCheckpoint)) {
            throw new RetryException(
                    "source '" + spec.name() + "' begins anew without the stream '" + stream + "'", thrown);
        }
        runs.forEach(this::closeQuietly);
        runs.forEach(queue::remove);
        if (!bounded) {
            nextDiscovery = earlier(nextDiscovery, options.clock().instant().plus(HELD_LOOK));
        }
    }

    private static Optional<StopException> ofStream(Exception thrown) {
        return thrown instanceof StopException stop && stop.isOfStream() ? Optional.of(stop) : Optional.empty();
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /** Not while a commit is to be made, or somebody waits to hear of one. */
    private boolean mayWait() {
        return queue.isAlone() && !deletes.isActive() && !commits.isOpen() && !commits.isAwaited();
    }

    /** What lies in front of a checkpoint is good, whatever came behind it. */
    private void keepCheckpoints(Exception failure) throws InterruptedException {
        try {
            commits.commit();
            runFinished(commits.drain());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    private void after(SplitRun run, SplitReader reader, Poll poll) throws Exception {
        switch (poll.next()) {
            case MORE -> run.ready();
            case IDLE -> {
                run.idleUntil(options.clock().instant().plus(poll.pause()), poll);
                if (poll.isRefused()) {
                    checkPatience(poll);
                }
            }
            case END -> {
                reader.close();
                queue.remove(run);
                commits.finished(run.split());
            }
        }
        if (isPausing && poll.why().isEmpty()) {
            isPausing = false;
            status.running();
        }
        commits.commitIfDue();
    }

    /** Who is refused waits as long as the other side asks for, but is not refused for ever. */
    private void checkPatience(Poll poll) {
        String why = poll.why().orElse("it was refused");
        status.givingUp().ifPresent(failing -> {
            throw new RetryException(
                    why + "; this has gone on for " + failing.toSeconds() + " s, which give-up-after does not allow",
                    new TimeoutException(why));
        });
    }

    /** Says what it has to wait for, when that is all there is to do. Returns whether it has been refused. */
    private boolean sayPause() {
        Optional<SplitRun> paused = queue.firstPaused();
        boolean refused = paused.filter(SplitRun::isRefused).isPresent();
        paused.flatMap(SplitRun::pause).ifPresent(pause -> {
            if (refused) {
                if (!isPausing) {
                    LOGGER.info("waits until {}: {}", pause.until(), pause.why());
                }
                status.waiting(Failure.refused(pause), pause);
            } else {
                status.pausing(pause);
            }
        });
        isPausing = paused.isPresent();
        return refused;
    }

    /** The queue has nothing to poll: commits what is open, then waits for what comes next. Returns true at the end of it all. */
    private boolean endOfPass(Instant now) throws Exception {
        commits.commit();
        if (queue.isEmpty()) {
            runFinished(commits.drain());
            if (bounded && !deletes.isActive() && (commits.isOpen() || replays.isAtEnd())) {
                held.endOfRun().ifPresent(failure -> {
                    throw failure;
                });
                return true;
            }
        }
        List<SplitRun> evicted = queue.evictIdle(now);
        evicted.forEach(this::closeQuietly);
        if (!evicted.isEmpty()) {
            return false;
        }
        if (!sayPause()) {
            status.caughtUp();
        }
        Instant wake = Stream.of(
                        queue.nextDue(now),
                        deletes.nextDue(now),
                        Optional.of(replays.nextLook()),
                        Optional.of(nextDiscovery))
                .flatMap(Optional::stream)
                .min(Instant::compareTo)
                .orElse(nextDiscovery);
        Duration wait = Duration.between(now, wake);
        if (signal.await(commits.isWaiting() ? min(wait, Duration.ofMillis(20)) : min(wait, LONG))) {
            replays.lookAtOnce();
        }
        return false;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private StreamWay way(String stream) throws Exception {
        StreamWay known = ways.get(stream);
        if (known == null) {
            known = openWay(state.stream(stream).orElseThrow(() -> undeclared(stream)));
            ways.put(stream, known);
        }
        return known;
    }

    private StopException undeclared(String stream) {
        return new StopException(
                "source.stream",
                "the connector '" + spec.connector() + "' reads a stream '" + stream + "' that it never declared",
                "this is a fault of the connector: its discovery must name every stream");
    }

    private StreamWay openWay(StreamSchema schema) throws Exception {
        Optional<SourceSteps> found = spec.transforms().isEmpty() ? Optional.empty() : steps(schema);
        return new StreamWay(
                schema,
                found.isPresent() ? null : StreamRoute.of(pipeline, spec, schema, topics, schemas),
                found.orElse(null));
    }

    /** The streams whose own names lead to no topic; steps may give them others. */
    private Set<String> suspects(Discovery found) {
        Set<String> names = HeldStreams.names(found);
        names.removeIf(name -> Pipeline.wrongTopic(pipeline.topicOf(spec, name)).isEmpty());
        return names;
    }

    private void tryWay(Discovery found, String name) throws Exception {
        StreamSchema schema = found.streams().stream()
                .filter(stream -> stream.name().equals(name))
                .findFirst()
                .or(() -> state.stream(name))
                .orElseThrow(() -> undeclared(name));
        StreamWay way = openWay(schema);
        if (way.steps() != null) {
            Closing.quietly(way.steps());
        }
    }

    private Optional<SourceSteps> steps(StreamSchema schema) throws Exception {
        watch.begin(ConnectorCall.OPEN);
        try {
            return SourceSteps.of(pipeline, spec, schema, topics, schemas, steps);
        } finally {
            watch.end();
        }
    }

    /** A stream that changed is met anew. Readers that are open go on with the way that they have. */
    private void forget(String stream) {
        deletes.forget(stream);
        StreamWay way = ways.remove(stream);
        if (way != null && way.steps() != null) {
            replaced.add(way.steps());
        }
    }

    private void runFinished(List<Split> splits) throws Exception {
        for (Split split : splits) {
            source.finished(split, state.position(split.id()).orElseGet(() -> Position.of(Map.of())));
        }
    }

    private void closeQuietly(SplitRun run) {
        SplitReader reader = run.reader();
        run.closed();
        if (reader != null) {
            Closing.quietly(reader);
        }
    }

    @Override
    public void cancel() {
        SplitReader reader = polled;
        if (reader != null) {
            reader.cancel();
        }
        deletes.cancel();
        replays.cancel();
        ways.values().forEach(way -> {
            if (way.steps() != null) {
                way.steps().cancel();
            }
        });
    }

    @Override
    public void close() {
        // Those who wait for an answer get it before their reader is closed.
        Closing.quietly(commits);
        queue.opened().forEach(this::closeQuietly);
        Closing.quietly(deletes);
        closeSteps();
        Closing.quietly(source);
        context.close();
        producer.close();
    }

    private void closeSteps() {
        ways.values().forEach(way -> {
            if (way.steps() != null) {
                replaced.add(way.steps());
            }
        });
        watch.begin(ConnectorCall.CLOSE);
        try {
            replaced.forEach(Closing::quietly);
            Closing.quietly(steps);
        } finally {
            watch.end();
        }
    }

    /** What a reader may ask. */
    private final class Reading implements ReaderContext {
        private final StreamSchema stream;

        Reading(StreamSchema stream) {
            this.stream = stream;
        }

        @Override
        public StreamSchema stream() {
            return stream;
        }

        @Override
        public boolean isBounded() {
            return bounded;
        }
    }

    /** An acknowledgement that nobody waits for. */
    static final Ack NO_ACK = new Ack() {
        @Override
        public void durable() {}

        @Override
        public void failed(Exception cause) {}
    };
}
