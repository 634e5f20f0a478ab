package io.mainstem.runtime.worker;

import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Headers;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A consumer that gives no record behind the bounds of a log, and stops reading a partition there. */
final class BoundedConsumer implements GroupConsumer {

    private final GroupConsumer consumer;
    private final BoundedLog bounds;
    private final Set<TopicPartition> paused = new HashSet<>();

    BoundedConsumer(GroupConsumer consumer, BoundedLog bounds) {
        this.consumer = consumer;
        this.bounds = bounds;
    }

    private long end(TopicPartition partition) {
        return bounds.of(partition).end();
    }

    @Override
    public void subscribe(Collection<String> topics, RebalanceListener listener) {
        consumer.subscribe(topics, new RebalanceListener() {
            @Override
            public void revoked(Set<TopicPartition> partitions) {
                listener.revoked(partitions);
                paused.removeAll(partitions);
            }

            @Override
            public void assigned(Set<TopicPartition> partitions) {
                listener.assigned(partitions);
                partitions.forEach(BoundedConsumer.this::pauseAtEnd);
            }
        });
    }

    private void pauseAtEnd(TopicPartition partition) {
        if (consumer.position(partition) >= end(partition)) {
            consumer.pause(List.of(partition));
        }
    }

    @Override
    public List<RecordChunk> poll(Duration maxWait) {
        List<RecordChunk> chunks = new ArrayList<>();
        for (RecordChunk chunk : consumer.poll(maxWait)) {
            long end = end(chunk.partition());
            if (chunk.nextOffset() <= end) {
                chunks.add(chunk);
            } else {
                chunks.add(new Beginning(chunk, end));
            }
            pauseAtEnd(chunk.partition());
        }
        return chunks;
    }

    @Override
    public Set<TopicPartition> assignment() {
        return consumer.assignment();
    }

    @Override
    public long position(TopicPartition partition) {
        return Math.min(consumer.position(partition), end(partition));
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        consumer.seek(partition, offset);
        if (!paused.contains(partition)) {
            consumer.resume(List.of(partition));
        }
        pauseAtEnd(partition);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        paused.addAll(partitions);
        consumer.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        paused.removeAll(partitions);
        consumer.resume(partitions);
        partitions.forEach(this::pauseAtEnd);
    }

    @Override
    public void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        consumer.commit(offsets);
    }

    @Override
    public Optional<OffsetAndMetadata> committed(TopicPartition partition) {
        return consumer.committed(partition);
    }

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** The records of a chunk before an offset. */
    private record Beginning(RecordChunk chunk, long end) implements RecordChunk {

        @Override
        public TopicPartition partition() {
            return chunk.partition();
        }

        @Override
        public long nextOffset() {
            return end;
        }

        @Override
        public int leaderEpoch() {
            return chunk.leaderEpoch();
        }

        @Override
        public int bytes() {
            return chunk.bytes();
        }

        @Override
        public RecordCursor cursor() {
            return new CursorBefore(chunk.cursor(), end);
        }

        @Override
        public void release() {
            chunk.release();
        }
    }

    /** Ends before an offset. */
    private record CursorBefore(RecordCursor cursor, long end) implements RecordCursor {

        @Override
        public boolean next() {
            return cursor.next() && cursor.offset() < end;
        }

        @Override
        public long offset() {
            return cursor.offset();
        }

        @Override
        public long timestamp() {
            return cursor.timestamp();
        }

        @Override
        public byte[] array() {
            return cursor.array();
        }

        @Override
        public int keyOffset() {
            return cursor.keyOffset();
        }

        @Override
        public int keyLength() {
            return cursor.keyLength();
        }

        @Override
        public int valueOffset() {
            return cursor.valueOffset();
        }

        @Override
        public int valueLength() {
            return cursor.valueLength();
        }

        @Override
        public Headers headers() {
            return cursor.headers();
        }
    }
}
