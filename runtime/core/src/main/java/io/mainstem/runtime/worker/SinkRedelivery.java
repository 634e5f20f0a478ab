package io.mainstem.runtime.worker;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Origin;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Delivers what the search for bad records asks for, from readers of its own: the group's reading stays where it is. The session's
 * thread.
 */
final class SinkRedelivery implements SinkIsolation.Delivery {

    private static final Duration READ_WAIT = Duration.ofSeconds(10);
    private static final Duration LOOK_WAIT = Duration.ofMillis(500);

    private final Log log;
    private final StopSignal signal;
    private final SinkPartitions partitions;
    private final SinkDeadLetters deadLetters;
    private final SinkTopics topics;
    private final SinkRequests requests;
    private final Giving giving;

    SinkRedelivery(
            Log log,
            StopSignal signal,
            SinkPartitions partitions,
            SinkDeadLetters deadLetters,
            SinkTopics topics,
            SinkRequests requests,
            Giving giving) {
        this.log = log;
        this.signal = signal;
        this.partitions = partitions;
        this.deadLetters = deadLetters;
        this.topics = topics;
        this.requests = requests;
        this.giving = giving;
    }

    /** How records get to the sink that there is now. */
    interface Giving {

        /** Closes the sink and makes another, which goes on where the target says. */
        void reopen() throws Exception;

        /** Gives the sink the records of a chunk before an offset. Returns how many. */
        int give(SinkPartition partition, RecordChunk chunk, long before) throws Exception;

        /** Makes durable what was given. */
        void flush() throws Exception;

        /** What was given and not flushed is gone. */
        void forget();
    }

    @Override
    public void reopen() throws Exception {
        giving.reopen();
    }

    @Override
    public long next(TopicPartition partition) {
        return partitions.of(partition).written();
    }

    @Override
    public int land(TopicPartition partition, long before) throws Exception {
        SinkPartition to = partitions.of(partition);
        int records = 0;
        requests.forgetGoneBack();
        try (PartitionReader reader = log.reader(partition, to.written())) {
            while (to.written() < before && !requests.hasGoneBack(partition)) {
                RecordChunk chunk = reader.poll(READ_WAIT)
                        .orElseThrow(() -> new LogException(partition + " cannot be read at " + to.written()));
                records += giving.give(to, chunk, before);
            }
        }
        giving.flush();
        return records;
    }

    @Override
    public OptionalLong recordAt(TopicPartition partition, long offset) {
        io.mainstem.api.TopicPartition id = partitions.of(partition).id();
        if (offset >= log.admin().offsets(partition).end()) {
            return OptionalLong.empty();
        }
        try (PartitionReader reader = log.reader(partition, offset)) {
            Optional<RecordChunk> chunk = reader.poll(LOOK_WAIT);
            return chunk.isEmpty() ? OptionalLong.empty() : firstOf(chunk.get().cursor(), id, offset);
        }
    }

    private OptionalLong firstOf(RecordCursor cursor, io.mainstem.api.TopicPartition id, long offset) {
        while (cursor.next()) {
            if (cursor.offset() >= offset && !deadLetters.isKept(id, cursor.offset())) {
                return OptionalLong.of(cursor.offset());
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public void keep(Map<Origin, ? extends Exception> bad, int attempts) throws Exception {
        if (bad.keySet().stream().allMatch(deadLetters::isKept)) {
            throw new BadRecordsException(Map.copyOf(bad));
        }
        deadLetters.keepAll(bad, topics, attempts);
        giving.forget();
        partitions.all().forEach(SinkPartition::rewind);
    }

    @Override
    public void withdraw(Origin origin) throws Exception {
        deadLetters.withdraw(origin);
    }

    @Override
    public Origin origin(TopicPartition partition, long offset) {
        return new Origin(partitions.of(partition).id(), offset, 0);
    }

    @Override
    public boolean isKeeping() {
        return deadLetters.isKeeping();
    }

    @Override
    public boolean isStopping() {
        return signal.isStopping();
    }
}
