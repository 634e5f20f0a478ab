package io.mainstem.runtime.delivery;

import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a partition to the end that it has now. */
final class WholePartition {

    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final int WAITS_MAX = 10;

    private WholePartition() {}

    /** All records. The cursor is of use only during the call. */
    static void read(Log log, TopicPartition partition, Consumer<RecordCursor> each) {
        readOn(log, partition, 0, each);
    }

    /**
     * The records from an offset on.
     *
     * @return where to read on
     */
    static long readOn(Log log, TopicPartition partition, long from, Consumer<RecordCursor> each) {
        long end = log.admin().offsets(partition).end();
        if (from < end) {
            read(log, partition, from, end, each);
        }
        return Math.max(from, end);
    }

    /** The records from an offset to before another. */
    static void read(Log log, TopicPartition partition, long from, long to, Consumer<RecordCursor> each) {
        long start = Math.max(from, log.admin().offsets(partition).start());
        try (PartitionReader reader = log.reader(partition, start)) {
            for (int waits = 0; reader.position() < to; ) {
                Optional<RecordChunk> chunk = reader.poll(WAIT);
                if (chunk.isPresent()) {
                    each(chunk.get().cursor(), to, each);
                    waits = 0;
                } else if (++waits > WAITS_MAX) {
                    throw new LogException(partition + " cannot be read: nothing came at offset " + reader.position()
                            + ", and it ends at " + to);
                }
            }
        }
    }

    private static void each(RecordCursor cursor, long to, Consumer<RecordCursor> each) {
        while (cursor.next() && cursor.offset() < to) {
            each.accept(cursor);
        }
    }
}
