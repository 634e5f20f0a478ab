package io.mainstem.runtime.worker;

import io.mainstem.api.Origin;
import io.mainstem.api.StopException;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.delivery.BadRecordBudget;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.LetterCause;
import io.mainstem.runtime.delivery.LetterTopic;
import io.mainstem.runtime.delivery.ReplayMark;
import io.mainstem.runtime.pipeline.FailurePolicy;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a sink cannot write: durable in the dead letter topic before the target moves past it. Lives as long as the sink's
 * task, so that a record that was kept is not kept a second time when the sink is opened anew; only after a restart of the
 * process between the two may it be there twice, under one id. One thread.
 */
final class SinkDeadLetters implements AutoCloseable {

    private static final Duration READ_WAIT = Duration.ofSeconds(10);

    private final DeadLetter.Owner owner;
    private final FailurePolicy policy;
    private final Log log;
    private final WorkerOptions options;
    private final TaskStatus status;
    private final BadRecordBudget budget;
    private final Map<Origin, DeadLetter> kept = new LinkedHashMap<>();
    private final Map<Origin, CompletableFuture<Long>> underWay = new LinkedHashMap<>();
    private final Map<Origin, Long> offsets = new HashMap<>();
    private @Nullable Producer producer;
    private @Nullable LetterTopic topic;

    SinkDeadLetters(Pipeline pipeline, SinkSpec sink, Log log, WorkerOptions options, TaskStatus status) {
        this.owner = new DeadLetter.Owner(pipeline.name(), DeadLetter.Side.SINK, sink.name(), sink.connector());
        this.policy = sink.onFailure();
        this.log = log;
        this.options = options;
        this.status = status;
        this.budget = new BadRecordBudget(policy.badRecords(), options.clock());
    }

    /** Whether bad records are kept, rather than that the first stops the sink. */
    boolean isKeeping() {
        return policy.badRecords() instanceof FailurePolicy.BadRecords.DeadLetters;
    }

    /** So many more records were read, good or bad. */
    void seen(long records) {
        budget.seen(records);
    }

    /** Whether a record is kept, and not to be written any more. */
    boolean isKept(Origin origin) {
        return !kept.isEmpty() && kept.containsKey(record(origin));
    }

    /** The record as a whole: what steps made of it is never kept in part, since a replay makes all of it again. */
    private static Origin record(Origin origin) {
        return origin.index() == 0 ? origin : new Origin(origin.partition(), origin.offset(), 0);
    }

    /** Whether the record at an offset is kept. */
    boolean isKept(io.mainstem.api.TopicPartition partition, long offset) {
        return !kept.isEmpty() && kept.containsKey(new Origin(partition, offset, 0));
    }

    /** The target has moved past an offset: nothing before it comes again. */
    void passed(io.mainstem.api.TopicPartition partition, long offset) {
        if (!kept.isEmpty()) {
            kept.keySet().removeIf(origin -> origin.partition().equals(partition) && origin.offset() < offset);
            offsets.keySet().retainAll(kept.keySet());
        }
    }

    /**
     * Keeps the record that a cursor stands at; it is durable after {@link #flush}.
     *
     * @param message where the sink met it; the record that it was made of is kept
     * @param attempts how often it was tried this time
     * @throws StopException when the policy is to stop, or there are too many
     */
    void keep(Origin message, RecordCursor cursor, Throwable why, int attempts) throws Exception {
        Origin origin = record(message);
        LetterCause cause = LetterCause.of(why, options.secrets()::scrub);
        if (!(policy.badRecords() instanceof FailurePolicy.BadRecords.DeadLetters letters)) {
            throw stop(origin, cause);
        }
        if (isKept(origin)) {
            return;
        }
        budget.spend(origin.toString(), cause.message());
        DeadLetter letter = letter(origin, cursor, cause, attempts)
                .within(topic(letters.topic()).valueBytesMax());
        underWay.put(
                origin,
                open().send(
                                topic(letters.topic()).partition(),
                                letter.time().toEpochMilli(),
                                letter.key(),
                                letter.value(),
                                letter.headers()));
        kept.put(origin, letter);
        status.deadLettered(1);
    }

    private static StopException stop(Origin origin, LetterCause cause) {
        return new StopException(
                "sink.bad-record",
                "record " + origin + " cannot be written: " + cause.message(),
                "look at it with 'mainstem consume " + origin.partition().topic() + " --partition "
                        + origin.partition().partition() + " --offset " + origin.offset()
                        + " --max 1'; correct the target, or set 'on-failure: {bad-records: {to: TOPIC}}' to keep such "
                        + "records in a topic and go on");
    }

    /** A record that was sent again keeps the name that it had, and counts its attempts on. */
    private DeadLetter letter(Origin origin, RecordCursor cursor, LetterCause cause, int attempts) {
        Optional<ReplayMark> mark = origin.partition().isReplay() ? ReplayMark.of(cursor.headers()) : Optional.empty();
        return DeadLetter.ofSink(
                owner,
                range(cursor.array(), cursor.keyOffset(), cursor.keyLength()),
                range(cursor.array(), cursor.valueOffset(), cursor.valueLength()),
                ReplayMark.without(cursor.headers()),
                Instant.ofEpochMilli(cursor.timestamp()),
                mark.map(ReplayMark::origin).orElse(origin),
                cause,
                attempts + mark.map(ReplayMark::attempts).orElse(0),
                options.clock().instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private Producer open() {
        Producer open = producer;
        if (open == null) {
            open = log.producer(ProducerOptions.idempotent().withReserve());
            producer = open;
        }
        return open;
    }

    private LetterTopic topic(String name) {
        LetterTopic known = topic;
        if (known == null) {
            known = LetterTopic.ensure(log, name, open());
            topic = known;
        }
        return known;
    }

    /** Keeps the records of which a sink said that they are bad; returns when they are durable. */
    void keepAll(Map<Origin, ? extends Exception> bad, SinkTopics topics, int attempts) throws Exception {
        List<Map.Entry<Origin, Exception>> inOrder = new ArrayList<>();
        bad.forEach((origin, why) -> inOrder.add(Map.entry(origin, why)));
        inOrder.sort(Map.Entry.comparingByKey(
                Comparator.comparing((Origin origin) -> origin.partition().toString())
                        .thenComparingLong(Origin::offset)
                        .thenComparingInt(Origin::index)));
        Walk walk = null;
        try {
            for (Map.Entry<Origin, Exception> entry : inOrder) {
                Origin origin = entry.getKey();
                TopicPartition partition = topics.inLog(origin.partition());
                if (walk == null || !walk.partition.equals(partition)) {
                    close(walk);
                    walk = new Walk(partition, log.reader(partition, origin.offset()));
                }
                keep(origin, walk.to(origin.offset()), entry.getValue(), attempts);
            }
        } finally {
            close(walk);
        }
        flush();
    }

    /** It was not the record: it will be written, and its letter counts no more. Returns when that is durable. */
    void withdraw(Origin origin) throws Exception {
        flush();
        DeadLetter letter = kept.remove(record(origin));
        LetterTopic letters = topic;
        if (letter != null && letters != null) {
            letters.withdraw(open(), letter, offsets.getOrDefault(origin, 0L), options.clock());
            status.deadLettered(-1);
        }
    }

    private static void close(@Nullable Walk walk) {
        if (walk != null) {
            walk.reader.close();
        }
    }

    /** Returns when all that was kept is durable. */
    void flush() throws Exception {
        if (underWay.isEmpty()) {
            return;
        }
        Objects.requireNonNull(producer).flush();
        Map<Origin, CompletableFuture<Long>> sent = new LinkedHashMap<>(underWay);
        underWay.clear();
        // What is not durable is not kept: it is met again.
        sent.keySet().forEach(offsets::remove);
        try {
            for (Map.Entry<Origin, CompletableFuture<Long>> letter : sent.entrySet()) {
                offsets.put(letter.getKey(), letter.getValue().get());
            }
        } finally {
            sent.keySet().stream()
                    .filter(origin -> !offsets.containsKey(origin))
                    .forEach(kept::remove);
        }
    }

    private static byte @Nullable [] range(byte[] array, int offset, int length) {
        return length < 0 ? null : Arrays.copyOfRange(array, offset, offset + length);
    }

    /** Goes forward over the records of a partition. */
    private static final class Walk {
        final TopicPartition partition;
        final PartitionReader reader;
        private @Nullable RecordCursor cursor;

        Walk(TopicPartition partition, PartitionReader reader) {
            this.partition = partition;
            this.reader = reader;
        }

        RecordCursor to(long offset) {
            while (true) {
                RecordCursor current = cursor;
                if (current != null) {
                    boolean there = current.offset() == offset;
                    while (!there && current.next()) {
                        there = current.offset() == offset;
                    }
                    if (there) {
                        return current;
                    }
                }
                cursor = nextChunk(offset);
            }
        }

        private RecordCursor nextChunk(long offset) {
            while (reader.position() <= offset) {
                RecordCursor next =
                        reader.poll(READ_WAIT).map(RecordChunk::cursor).orElseThrow(() -> missing(offset));
                if (next.next()) {
                    return next;
                }
            }
            throw missing(offset);
        }

        private LogException missing(long offset) {
            return new LogException("the bad record " + partition + "@" + offset + " is not in the log any more");
        }
    }

    /** Lets go of the log; what was kept is remembered. */
    @Override
    public void close() {
        Producer open = producer;
        producer = null;
        topic = null;
        if (!underWay.isEmpty()) {
            underWay.keySet().forEach(kept::remove);
            underWay.clear();
        }
        if (open != null) {
            open.close();
        }
    }
}
