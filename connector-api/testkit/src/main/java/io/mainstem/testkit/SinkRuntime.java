package io.mainstem.testkit;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Datum;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Origin;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.TopicPartition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A log of one partition in memory, and the part of the runtime that delivers it to a sink: in batches, from the offset that
 * the sink knows or else from the one that the group committed, with bad records set aside. Not thread-safe.
 */
public final class SinkRuntime {

    private long notWritten;
    private final TopicPartition partition;
    private final TreeMap<Long, Message> log = new TreeMap<>();
    private final Set<Origin> deadLetters = new HashSet<>();
    private final Map<String, List<Message>> published = new TreeMap<>();
    private final List<TopicPartition> rewound = new ArrayList<>();
    private long end;
    private long committed;
    private int batchSize = 3;

    /** An empty log. */
    public SinkRuntime(TopicPartition partition) {
        this.partition = partition;
    }

    /** The partition. */
    public TopicPartition partition() {
        return partition;
    }

    /** How many offsets a batch covers. */
    public SinkRuntime batchSize(int size) {
        batchSize = size;
        return this;
    }

    /** Appends a row. */
    public Message append(@Nullable Datum key, Datum value) {
        return append(Message.of(Operation.CREATE, key, value));
    }

    /** Appends a message. */
    public Message append(Message message) {
        Message placed = message.withOrigin(partition, end, 0);
        log.put(end++, placed);
        return placed;
    }

    /** Leaves offsets out, as compaction and transactions do. */
    public void skip(int offsets) {
        end += offsets;
    }

    /** The end of the log. */
    public long end() {
        return end;
    }

    /** The offset that the group committed. */
    public long committed() {
        return committed;
    }

    /** What the sink said cannot be written. */
    public Set<Origin> deadLetters() {
        return deadLetters;
    }

    /** What the sink appended to topics, by their names. */
    public Map<String, List<Message>> published() {
        return published;
    }

    /** The partitions that the sink asked for again. */
    public List<TopicPartition> rewound() {
        return rewound;
    }

    /** Assigns the partition, and tells where delivery begins. */
    public long assign(Sink sink) throws Exception {
        Map<TopicPartition, SinkOffset> known = sink.assign(Set.of(partition), context());
        SinkOffset offset = known.get(partition);
        return offset == null ? committed : offset.next();
    }

    /** What a sink may ask for. */
    public SinkContext context() {
        return new SinkContext() {
            @Override
            public void rewind(TopicPartition again, long offset) {
                rewound.add(again);
            }

            @Override
            public void pause(TopicPartition paused) {}

            @Override
            public void resume(TopicPartition resumed) {}

            @Override
            public void requestFlush() {}

            @Override
            public CompletionStage<Void> deadLetter(Message message, Exception why) {
                message.origin().ifPresent(deadLetters::add);
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void publish(String topic, Message message) {
                published.computeIfAbsent(topic, name -> new ArrayList<>()).add(message);
            }

            @Override
            public void notWritten(long messages) {
                notWritten += messages;
            }
        };
    }

    /** How many messages the sink said it has not written though nothing failed. */
    public long notWritten() {
        return notWritten;
    }

    /** The batch that begins at an offset, without what is set aside. */
    public SinkBatch batch(long from) {
        long next = Math.min(end, from + batchSize);
        List<Message> messages = log.subMap(from, next).values().stream()
                .filter(message -> !deadLetters.contains(message.origin().orElseThrow()))
                .toList();
        return SinkBatch.of(partition, messages, from, next, 0);
    }

    /** Assigns, delivers everything, and flushes. */
    public void run(Sink sink) throws Exception {
        deliver(sink, assign(sink));
    }

    /** Delivers everything from an offset on, and flushes; bad records are set aside and the others delivered again. */
    public void deliver(Sink sink, long from) throws Exception {
        long flushed = from;
        while (flushed < end) {
            try {
                for (long at = flushed; at < end; at = Math.min(end, at + batchSize)) {
                    sink.write(batch(at));
                }
                flush(sink);
                flushed = end;
            } catch (BadRecordsException e) {
                if (!deadLetters.addAll(e.byOrigin().keySet())) {
                    throw new AssertionError("the sink refuses records that it was not given again", e);
                }
            }
        }
    }

    /** Flushes, and commits the group's offset. */
    public void flush(Sink sink) throws Exception {
        sink.flush();
        committed = end;
    }
}
