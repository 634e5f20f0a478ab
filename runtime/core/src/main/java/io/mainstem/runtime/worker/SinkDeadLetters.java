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
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a sink cannot write: durable in the dead letter topic before the target moves past it. After a restart between the
 * two a letter may be there twice, with the same origin. One thread.
 */
final class SinkDeadLetters implements AutoCloseable {

    private final String pipeline;
    private final String sink;
    private final FailurePolicy policy;
    private final Log log;
    private final WorkerOptions options;
    private final BadRecordBudget budget;
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
     * Keeps the record that a cursor stands at; returns when it is durable.
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
        var sent = open.send(
                new TopicPartition(letters.topic(), 0),
                options.clock().millis(),
                letter.key(),
                letter.value(),
                letter.headers());
        open.flush();
        sent.get();
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

    /** A cursor that stands at the record of that offset. */
    RecordCursor fetch(Log from, TopicPartition partition, long offset) {
        try (PartitionReader reader = from.reader(partition, offset)) {
            Optional<RecordChunk> chunk = reader.poll(Duration.ofSeconds(10));
            if (chunk.isPresent()) {
                RecordCursor cursor = chunk.get().cursor();
                while (cursor.next()) {
                    if (cursor.offset() == offset) {
                        return cursor;
                    }
                }
            }
        }
        throw new LogException("the bad record " + partition + "@" + offset + " is not in the log any more");
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close();
        }
    }
}
