package io.mainstem.runtime.worker;

import io.mainstem.api.StopException;
import io.mainstem.log.GroupDescription;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetSpec;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.DeadLetters;
import io.mainstem.runtime.delivery.DeliveryMode;
import io.mainstem.runtime.delivery.Letter;
import io.mainstem.runtime.delivery.LetterState;
import io.mainstem.runtime.delivery.ReplayMark;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.schema.Schemas;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what the topics of a sink have of a span of time into another target, while the sink itself goes on. It is a sink of
 * another name with a group and a ledger of its own, so that it is as exact as the sink is, and one that was stopped or killed
 * goes on where it was when it is started again under the same name. It ends by itself. Thread-safe.
 */
public final class Backfill implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Backfill.class);

    private final Schemas schemas;
    private final RunningTask running;
    private final CountDownLatch ended = new CountDownLatch(1);

    private Backfill(Log log, Pipeline pipeline, SinkSpec sink, BoundedLog span, WorkerOptions options) {
        this.schemas = Schemas.open(log);
        Map<TopicPartition, Long> ends = new HashMap<>();
        span.bounds().forEach((partition, bounds) -> ends.put(partition, bounds.end()));
        SinkEnd end = SinkEnd.at(ends);
        TaskStatus status =
                new TaskStatus(pipeline.name(), sink.name(), TaskStatus.Side.SINK, new SinkLag(span, pipeline, sink));
        StopSignal signal = new StopSignal();
        SinkSessions sessions = new SinkSessions(
                (life, letters) ->
                        new SinkSession(pipeline, sink, span, schemas, options, letters, signal, life, () -> end),
                () -> new SinkDeadLetters(pipeline, sink, log, options, status));
        Task task = new Task(
                status,
                sessions,
                sink.factory().getClass().getClassLoader(),
                signal,
                sink.onFailure(),
                options,
                () -> ended(log, pipeline.group(sink), status));
        this.running = new RunningTask(Definition.of(pipeline, sink), task, sessions::wake, null);
    }

    /**
     * What is done for good leaves no group behind, which would seem to fall behind more and more: the ledger of the target says
     * that nothing is left to do. The group of a target without one has to say it, and that of one with dead letters: what is sent
     * again must have been passed.
     */
    private void ended(Log log, String group, TaskStatus status) {
        boolean isKept = status.delivery().filter(DeliveryMode::isKeptByTarget).isPresent();
        try {
            if (isKept && status.state() == TaskStatus.State.FINISHED && !hasLetters(log, status)) {
                log.admin().deleteGroup(group);
            }
        } catch (RuntimeException e) {
            LOGGER.warn("group '{}' of a backfill that is done was not deleted: {}", group, String.valueOf(e));
        } finally {
            ended.countDown();
        }
    }

    private static boolean hasLetters(Log log, TaskStatus status) {
        return DeadLetters.read(log).all().stream()
                .filter(letter -> letter.state() != LetterState.DROPPED)
                .map(Letter::owner)
                .anyMatch(owner -> owner.side() == DeadLetter.Side.SINK
                        && owner.pipeline().equals(status.pipeline())
                        && owner.name().equals(status.name()));
    }

    /**
     * Starts one.
     *
     * @param sink the sink as it should be: its name, which no other sink has, and its target
     * @param from the records of this time and later; of a time before the first, all
     * @param to those before this time, which must have come
     * @throws StopException when there is no such span, or the same backfill runs already
     */
    public static Backfill start(
            Log log, Pipeline pipeline, SinkSpec sink, Instant from, Instant to, WorkerOptions options) {
        if (!from.isBefore(to) || to.isAfter(options.clock().instant())) {
            throw new StopException(
                    "backfill.span",
                    "there is no span from " + from + " to " + to + " that is over",
                    "name two times of the past, the earlier one first");
        }
        String group = pipeline.group(sink);
        boolean isUsed = log.admin()
                .describeGroup(group)
                .filter(found -> found.state() != GroupDescription.State.EMPTY)
                .isPresent();
        if (isUsed) {
            throw new StopException(
                    "backfill.running", "the backfill '" + group + "' runs already", "wait for its end, or stop it");
        }
        // What comes to be from now on is not of that time.
        SinkSpec fixed = sink.withTopics(pipeline.selection(sink).in(log.admin()));
        Map<TopicPartition, BoundedLog.Bounds> bounds = bounds(log, fixed.topics(), from, to);
        bounds.putAll(replays(log, pipeline, fixed));
        BoundedLog span = new BoundedLog(log, bounds);
        Backfill backfill = new Backfill(log, pipeline, fixed, span, options);
        backfill.running.start();
        return backfill;
    }

    private static Map<TopicPartition, BoundedLog.Bounds> bounds(
            Log log, List<String> topics, Instant from, Instant to) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String name : topics) {
            TopicDescription topic = log.admin()
                    .topic(name)
                    .orElseThrow(() -> new StopException(
                            "backfill.topic", "there is no topic '" + name + "'", "run the pipeline first"));
            for (int i = 0; i < topic.partitions(); i++) {
                partitions.add(new TopicPartition(name, i));
            }
        }
        Map<TopicPartition, OffsetAndMetadata> starts = log.admin().resolve(partitions, OffsetSpec.forTimestamp(from));
        Map<TopicPartition, OffsetAndMetadata> ends = log.admin().resolve(partitions, OffsetSpec.forTimestamp(to));
        Map<TopicPartition, BoundedLog.Bounds> bounds = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long start = Objects.requireNonNull(starts.get(partition)).offset();
            long end = Objects.requireNonNull(ends.get(partition)).offset();
            bounds.put(partition, new BoundedLog.Bounds(start, Math.max(start, end)));
        }
        return bounds;
    }

    /** Its own dead letters that were sent again, whatever their time. */
    private static Map<TopicPartition, BoundedLog.Bounds> replays(Log log, Pipeline pipeline, SinkSpec sink) {
        Map<TopicPartition, BoundedLog.Bounds> bounds = new HashMap<>();
        for (String topic : sink.topics()) {
            TopicPartition replay = new TopicPartition(ReplayMark.topic(pipeline.name(), sink.name(), topic), 0);
            if (log.admin().topic(replay.topic()).isPresent()) {
                PartitionOffsets all = log.admin().offsets(replay);
                bounds.put(replay, new BoundedLog.Bounds(all.start(), all.end()));
            }
        }
        return bounds;
    }

    /** How it is doing; its records are those of this start. */
    public TaskStatus status() {
        return running.status();
    }

    /** Waits for its end; says whether it has come. */
    public boolean await(Duration most) throws InterruptedException {
        return ended.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Stops it at what it has written. What takes longer than the deadline is interrupted. */
    public void stop(Duration deadline) throws InterruptedException {
        running.stop();
        if (!await(deadline)) {
            running.interrupt();
            var unused = await(deadline);
        }
    }

    @Override
    public void close() {
        running.stop();
        running.interrupt();
        schemas.close();
    }
}
