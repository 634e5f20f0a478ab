package io.mainstem.runtime.scan;

import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a topic once, to the end that it had when the scan was opened, one chunk at a time. One thread. */
public final class TopicScan implements AutoCloseable {

    private static final Duration WAIT = Duration.ofMillis(200);
    private static final int WAITS_MAX = 50;

    private final Log log;
    private final ArrayDeque<Part> unread = new ArrayDeque<>();
    private @Nullable PartitionReader reader;
    private int waits;

    /** What is to be read of a partition. */
    private record Part(TopicPartition partition, long start, long end) {}

    /** Takes records. */
    public interface Taker {

        /** The record that the cursor stands at; the cursor is of use only during the call. */
        void take(TopicPartition partition, RecordCursor cursor) throws IOException;
    }

    /** A scan of all that is in a topic now. */
    public TopicScan(Log log, TopicDescription topic) {
        this.log = log;
        for (int i = 0; i < topic.partitions(); i++) {
            TopicPartition partition = new TopicPartition(topic.name(), i);
            PartitionOffsets offsets = log.admin().offsets(partition);
            unread.add(new Part(partition, offsets.start(), offsets.end()));
        }
    }

    /** Gives the next records; returns false when there are no more. */
    public boolean next(Taker taker) throws IOException {
        while (!unread.isEmpty()) {
            Part part = unread.element();
            PartitionReader present = reader;
            if (present == null) {
                present = log.reader(part.partition(), part.start());
                reader = present;
            }
            if (present.position() < part.end()) {
                read(present, part, taker);
                return true;
            }
            close();
            unread.remove();
        }
        return false;
    }

    /** Gives all records. */
    public void all(Taker taker) throws IOException {
        boolean more = true;
        while (more) {
            more = next(taker);
        }
    }

    private void read(PartitionReader from, Part part, Taker taker) throws IOException {
        Optional<RecordChunk> chunk = from.poll(WAIT);
        if (chunk.isEmpty()) {
            if (++waits > WAITS_MAX) {
                throw new LogException(part.partition() + " cannot be read: nothing came at offset " + from.position()
                        + ", and it ends at " + part.end());
            }
            return;
        }
        waits = 0;
        RecordCursor cursor = chunk.get().cursor();
        while (cursor.next() && cursor.offset() < part.end()) {
            taker.take(part.partition(), cursor);
        }
        chunk.get().release();
    }

    @Override
    public void close() {
        PartitionReader present = reader;
        reader = null;
        if (present != null) {
            present.close();
        }
    }
}
