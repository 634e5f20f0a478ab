package io.mainstem.runtime.worker;

import io.mainstem.api.Message;
import io.mainstem.api.SinkBatch;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.MessageCodec;
import io.mainstem.runtime.codec.UndecodableException;
import java.util.Optional;

/** How far a sink is with one partition. One thread. */
final class SinkPartition {

    private final TopicPartition partition;
    private final io.mainstem.api.TopicPartition id;
    private final MessageCodec codec;
    private final GroupConsumer consumer;
    private final CodecEvidence evidence = new CodecEvidence();
    private final Landing landing = new Landing();
    private long seen;
    private long given;
    private long written;
    private long flushed;
    private int leaderEpoch;
    private boolean paused;
    private boolean refused;
    private Optional<TaskStatus.Pause> pause = Optional.empty();

    SinkPartition(
            TopicPartition partition,
            io.mainstem.api.TopicPartition id,
            MessageCodec codec,
            GroupConsumer consumer,
            long start,
            int leaderEpoch) {
        this.partition = partition;
        this.id = id;
        this.codec = codec;
        this.consumer = consumer;
        this.seen = start;
        this.given = start;
        this.written = start;
        this.flushed = start;
        this.leaderEpoch = leaderEpoch;
    }

    TopicPartition partition() {
        return partition;
    }

    io.mainstem.api.TopicPartition id() {
        return id;
    }

    /**
     * The message in a record.
     *
     * @throws UndecodableException when there is none in it
     */
    Message decode(RecordCursor cursor) {
        try {
            Message message = codec.decode(cursor, id);
            evidence.passed();
            return message;
        } catch (RuntimeException | StackOverflowError e) {
            Optional<Throwable> bad = evidence.judge(e, () -> codec.decode(cursor, id));
            if (bad.isPresent()) {
                throw new UndecodableException("it cannot be decoded: " + bad.get(), bad.get());
            }
            return codec.decode(cursor, id);
        }
    }

    /** The next offset that the sink has not been given. */
    long written() {
        return written;
    }

    /** The sink is given a batch, of so many bytes on the log: if it throws, that may be at fault. */
    void giving(SinkBatch batch, long bytes) {
        given = batch.nextOffset();
        landing.add(batch, bytes);
    }

    /** What the sink was given since the last flush and has taken. */
    Landing landing() {
        return landing;
    }

    /** Whether the sink was given something that is not safe in the target. */
    boolean isGiven() {
        return given > flushed;
    }

    /** The next offset that the sink has not been given, be it that it refused what it was given last. */
    long given() {
        return given;
    }

    /** Whether records up to an offset are read for the first time. */
    boolean isNew(long nextOffset) {
        boolean isNew = nextOffset > seen;
        seen = Math.max(seen, nextOffset);
        return isNew;
    }

    void written(long nextOffset, int epoch) {
        written = nextOffset;
        if (epoch >= 0) {
            leaderEpoch = epoch;
        }
    }

    /** The sink wants all from an offset on again. */
    void rewindTo(long offset) {
        written = offset;
        landing.rewind(offset);
    }

    /** Whether the sink has records of it that it cannot write now. */
    boolean isPaused() {
        return paused;
    }

    /** What it is paused for, if the sink has said so. */
    Optional<TaskStatus.Pause> pause() {
        return pause;
    }

    void paused(TaskStatus.Pause what) {
        paused(true);
        pause = Optional.of(what);
    }

    void paused(boolean isPaused) {
        paused = isPaused;
        refused = false;
        pause = Optional.empty();
    }

    /** Whether it is paused because the target has refused. */
    boolean isRefused() {
        return refused;
    }

    void refused(TaskStatus.Pause what) {
        paused(what);
        refused = true;
    }

    /** How far the consumer is. */
    long position() {
        return consumer.position(partition);
    }

    /** All that was written is safe in the target: gives the offset to commit, if it is a new one. */
    Optional<OffsetAndMetadata> flushed() {
        if (flushed == written) {
            return Optional.empty();
        }
        flushed = written;
        return Optional.of(new OffsetAndMetadata(written, leaderEpoch, ""));
    }

    /** What was written since the last flush is gone: gives the offset to go on from. */
    long rewind() {
        landing.clear();
        written = flushed;
        given = flushed;
        return flushed;
    }
}
