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
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.FailurePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a sink cannot write: durable in the dead letter topic before the target moves past it. After a restart between the
 * two a letter may be there twice, with the same origin. One thread.
 */
final class SinkDeadLetters implements AutoCloseable {

    private static final Duration READ_WAIT = Duration.ofSeconds(10);

    private final String pipeline;
    private final String sink;
    private final FailurePolicy policy;
    private final Log log;
    private final WorkerOptions options;
    private final BadRecordBudget budget;
    private final List<CompletableFuture<Long>> underWay = new ArrayList<>();
    private @Nullable Producer producer;

    SinkDeadLetters(String pipeline, String sink, FailurePolicy policy, Log log, WorkerOptions options) {
        this.pipeline = pipeline;
        this.sink = sink;
        this.policy = policy;
        this.log = log;
        this.options = options;
        this.budget = new BadRecordBudget(policy.badRecords(), options.clock());
    }

    /**
     * Keeps the record that a cursor stands at; it is durable after {@link #flush}.
     *
     * @throws StopException when the policy is to stop, or there are too many
     */
    void keep(Origin origin, RecordCursor cursor, String why) throws Exception {
        String reason = options.secrets().scrub(why);
        if (!(policy.badRecords() instanceof FailurePolicy.BadRecords.DeadLetters letters)) {
            throw new StopException(
                    "sink.bad-record",
                    "record " + origin + " cannot be written: " + reason,
                    "look at it with 'mainstem consume " + origin.partition().topic() + " --partition "
                            + origin.partition().partition() + " --offset " + origin.offset()
                            + " --max 1'; correct the target, or set 'on-failure: {bad-records: {to: TOPIC}}' to keep such "
                            + "records in a topic and go on");
        }
        budget.spend(origin.toString(), reason);
        new Topics(log).ensureDeadLetters(letters.topic());
        DeadLetter letter = DeadLetter.ofSink(
                pipeline, sink, key(cursor), value(cursor), cursor.headers(), origin.toString(), reason);
        Producer open = producer;
        if (open == null) {
            open = log.producer(ProducerOptions.idempotent().withReserve());
            producer = open;
        }
        underWay.add(open.send(
                new TopicPartition(letters.topic(), 0),
                options.clock().millis(),
                letter.key(),
                letter.value(),
                letter.headers()));
    }

    /** Keeps the records of which a sink said that they are bad; returns when they are durable. */
    void keepAll(Map<Origin, Exception> bad) throws Exception {
        List<Map.Entry<Origin, Exception>> inOrder = new ArrayList<>(bad.entrySet());
        inOrder.sort(Map.Entry.comparingByKey(
                Comparator.comparing((Origin origin) -> origin.partition().toString())
                        .thenComparingLong(Origin::offset)
                        .thenComparingInt(Origin::index)));
        Walk walk = null;
        try {
            for (Map.Entry<Origin, Exception> entry : inOrder) {
                Origin origin = entry.getKey();
                TopicPartition partition = new TopicPartition(
                        origin.partition().topic(), origin.partition().partition());
                if (walk == null || !walk.partition.equals(partition)) {
                    close(walk);
                    walk = new Walk(partition, log.reader(partition, origin.offset()));
                }
                String reason = String.valueOf(entry.getValue().getMessage());
                keep(origin, walk.to(origin.offset()), reason);
            }
        } finally {
            close(walk);
        }
        flush();
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
        List<CompletableFuture<Long>> sent = List.copyOf(underWay);
        underWay.clear();
        for (CompletableFuture<Long> letter : sent) {
            letter.get();
        }
    }

    private static byte @Nullable [] key(RecordCursor cursor) {
        return range(cursor.array(), cursor.keyOffset(), cursor.keyLength());
    }

    private static byte @Nullable [] value(RecordCursor cursor) {
        return range(cursor.array(), cursor.valueOffset(), cursor.valueLength());
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

    @Override
    public void close() {
        if (producer != null) {
            producer.close();
        }
    }
}
