package io.mainstem.runtime.schema;

import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.GroupDescription;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetSpec;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicExistsException;
import io.mainstem.log.TopicNotFoundException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A log in memory with topics, producers without transactions, and readers; it has no groups. Thread-safe. */
public final class MemoryLog implements Log {

    /** How many records have been sent since the log was made. */
    public final AtomicInteger sends = new AtomicInteger();

    private final Map<String, Topic> topics = new TreeMap<>();
    private Runnable beforeSend = () -> {};

    /** Runs before the next record is appended, once: another process that is faster. */
    public synchronized void beforeNextSend(Runnable action) {
        beforeSend = action;
    }

    private Topic find(TopicPartition partition) {
        Topic topic = topics.get(partition.topic());
        if (topic == null || partition.partition() != 0) {
            throw new TopicNotFoundException("there is no partition " + partition);
        }
        return topic;
    }

    @Override
    public LogAdmin admin() {
        return new Admin();
    }

    @Override
    public Producer producer(ProducerOptions options) {
        return new MemoryProducer();
    }

    @Override
    public GroupConsumer consumer(String group, ConsumerOptions options) {
        throw new LogException("a log in memory has no groups");
    }

    @Override
    public PartitionReader reader(TopicPartition partition, long offset) {
        return new MemoryReader(partition, offset);
    }

    @Override
    public void close() {}

    private record Topic(TopicDescription description, List<Stored> records) {}

    /** One record: its key and value lie in one array, with other bytes around them. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares records
    private record Stored(long timestamp, byte[] array, int keyLength, int valueLength, Headers headers) {
        private static final int MARGIN = 3;

        static Stored of(long timestamp, byte[] key, byte[] value, Headers headers) {
            int keyBytes = key == null ? 0 : key.length;
            int valueBytes = value == null ? 0 : value.length;
            byte[] array = new byte[keyBytes + valueBytes + 2 * MARGIN];
            Arrays.fill(array, (byte) 0x55);
            if (key != null) {
                System.arraycopy(key, 0, array, MARGIN, keyBytes);
            }
            if (value != null) {
                System.arraycopy(value, 0, array, MARGIN + keyBytes, valueBytes);
            }
            return new Stored(timestamp, array, key == null ? -1 : keyBytes, value == null ? -1 : valueBytes, headers);
        }
    }

    private final class Admin implements LogAdmin {
        @Override
        public TopicDescription createTopic(String name, int partitions, TopicSettings settings) {
            synchronized (MemoryLog.this) {
                if (topics.containsKey(name)) {
                    throw new TopicExistsException("there is a topic '" + name + "'");
                }
                TopicDescription description = new TopicDescription(name, UUID.randomUUID(), partitions, settings);
                topics.put(name, new Topic(description, new ArrayList<>()));
                return description;
            }
        }

        @Override
        public List<TopicDescription> topics() {
            synchronized (MemoryLog.this) {
                return topics.values().stream().map(Topic::description).toList();
            }
        }

        @Override
        public Optional<TopicDescription> topic(String name) {
            synchronized (MemoryLog.this) {
                return Optional.ofNullable(topics.get(name)).map(Topic::description);
            }
        }

        @Override
        public void deleteTopic(String name) {
            synchronized (MemoryLog.this) {
                topics.remove(name);
            }
        }

        @Override
        public PartitionOffsets offsets(TopicPartition partition) {
            synchronized (MemoryLog.this) {
                return new PartitionOffsets(0, find(partition).records().size(), 0, 0);
            }
        }

        @Override
        public long endOfEpoch(TopicPartition partition, int leaderEpoch) {
            return offsets(partition).end();
        }

        @Override
        public List<String> groups() {
            return List.of();
        }

        @Override
        public Optional<GroupDescription> describeGroup(String group) {
            return Optional.empty();
        }

        @Override
        public Map<TopicPartition, OffsetAndMetadata> resolve(Collection<TopicPartition> partitions, OffsetSpec spec) {
            throw new LogException("a log in memory has no groups");
        }

        @Override
        public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
            return Map.of();
        }

        @Override
        public void reset(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
            throw new LogException("a log in memory has no groups");
        }

        @Override
        public void deleteGroup(String group) {
            throw new LogException("a log in memory has no groups");
        }
    }

    private final class MemoryProducer implements Producer {
        @Override
        public CompletableFuture<Long> send(
                TopicPartition partition, long timestamp, byte[] key, byte[] value, Headers headers) {
            Runnable first;
            synchronized (MemoryLog.this) {
                first = beforeSend;
                beforeSend = () -> {};
            }
            first.run();
            synchronized (MemoryLog.this) {
                sends.incrementAndGet();
                List<Stored> records = find(partition).records();
                records.add(Stored.of(timestamp, key, value, headers));
                return CompletableFuture.completedFuture(records.size() - 1L);
            }
        }

        @Override
        public void append(
                TopicPartition partition,
                long timestamp,
                byte[] key,
                int keyOffset,
                int keyLength,
                byte[] value,
                int valueOffset,
                int valueLength,
                Headers headers) {
            var unused = send(
                    partition,
                    timestamp,
                    keyLength < 0 ? null : Arrays.copyOfRange(key, keyOffset, keyOffset + keyLength),
                    valueLength < 0 ? null : Arrays.copyOfRange(value, valueOffset, valueOffset + valueLength),
                    headers);
        }

        @Override
        public void flush() {}

        @Override
        public Transaction begin() {
            throw new IllegalStateException("a log in memory has no transactions");
        }

        @Override
        public void close() {}

        @Override
        public void close(Duration deadline) {}
    }

    private final class MemoryReader implements PartitionReader {
        private final TopicPartition partition;
        private long position;

        MemoryReader(TopicPartition partition, long position) {
            this.partition = partition;
            this.position = position;
        }

        @Override
        public Optional<RecordChunk> poll(Duration maxWait) {
            synchronized (MemoryLog.this) {
                List<Stored> records = find(partition).records();
                if (position >= records.size()) {
                    return Optional.empty();
                }
                RecordChunk chunk =
                        new Chunk(partition, position, List.copyOf(records.subList((int) position, records.size())));
                position = records.size();
                return Optional.of(chunk);
            }
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void seek(long offset) {
            position = offset;
        }

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }

    private record Chunk(TopicPartition partition, long first, List<Stored> records) implements RecordChunk {
        @Override
        public long nextOffset() {
            return first + records.size();
        }

        @Override
        public int leaderEpoch() {
            return 0;
        }

        @Override
        public int bytes() {
            return 0;
        }

        @Override
        public RecordCursor cursor() {
            return new Cursor(this);
        }
    }

    private static final class Cursor implements RecordCursor {
        private final Chunk chunk;
        private int index = -1;

        Cursor(Chunk chunk) {
            this.chunk = chunk;
        }

        private Stored current() {
            return chunk.records().get(index);
        }

        @Override
        public boolean next() {
            return ++index < chunk.records().size();
        }

        @Override
        public long offset() {
            return chunk.first() + index;
        }

        @Override
        public long timestamp() {
            return current().timestamp();
        }

        @Override
        public byte[] array() {
            return current().array();
        }

        @Override
        public int keyOffset() {
            return Stored.MARGIN;
        }

        @Override
        public int keyLength() {
            return current().keyLength();
        }

        @Override
        public int valueOffset() {
            return Stored.MARGIN + Math.max(0, current().keyLength());
        }

        @Override
        public int valueLength() {
            return current().valueLength();
        }

        @Override
        public Headers headers() {
            return current().headers();
        }
    }
}
