package io.mainstem.benchmarks.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.storage.log.FetchIsolation;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.FetchDataInfo;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/** A partition as a broker of Apache Kafka keeps it ({@code UnifiedLog}), without the broker. */
final class KafkaPartition implements AutoCloseable {

    private static final int PRODUCER_ID_EXPIRATION_MILLIS = 86_400_000;
    private static final Uuid TOPIC_ID = new Uuid(1, 1);
    private static final int READ_BYTES = 1 << 20;

    private final KafkaScheduler scheduler;
    private final BrokerTopicStats stats = new BrokerTopicStats();
    private final UnifiedLog log;

    private KafkaPartition(KafkaScheduler scheduler, Path folder, boolean clean) throws IOException {
        this.scheduler = scheduler;
        this.log = UnifiedLog.create(
                Files.createDirectories(folder).toFile(),
                new LogConfig(Map.of()),
                0,
                0,
                scheduler,
                stats,
                Time.SYSTEM,
                Integer.MAX_VALUE,
                new ProducerStateManagerConfig(PRODUCER_ID_EXPIRATION_MILLIS, false),
                PRODUCER_ID_EXPIRATION_MILLIS,
                new LogDirFailureChannel(1),
                clean,
                Optional.of(TOPIC_ID));
    }

    /**
     * Opens a partition.
     *
     * @param folder named {@code topic-0}
     * @param clean whether it was closed in order; otherwise its segments are recovered
     */
    static KafkaPartition open(KafkaScheduler scheduler, Path folder, boolean clean) throws IOException {
        return new KafkaPartition(scheduler, folder, clean);
    }

    static KafkaScheduler scheduler() {
        KafkaScheduler scheduler = new KafkaScheduler(1);
        scheduler.startup();
        return scheduler;
    }

    void append(Payload payload, long records, int batchBytes, Compression compression) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(2 * batchBytes);
        long number = 0;
        while (number < records) {
            buffer.clear();
            MemoryRecordsBuilder builder = builder(buffer, batchBytes, compression);
            do {
                int content = Payload.content(number);
                builder.append(number, payload.keys[content], payload.values[content]);
                number++;
            } while (number < records && hasRoom(builder, payload, number));
            log.appendAsLeader(builder.build(), 0);
        }
    }

    /** The builder of one batch, as the client's producer makes it. */
    static MemoryRecordsBuilder builder(ByteBuffer buffer, int batchBytes, Compression compression) {
        return new MemoryRecordsBuilder(
                buffer,
                RecordBatch.CURRENT_MAGIC_VALUE,
                compression,
                TimestampType.CREATE_TIME,
                0,
                RecordBatch.NO_TIMESTAMP,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_SEQUENCE,
                false,
                false,
                RecordBatch.NO_PARTITION_LEADER_EPOCH,
                batchBytes);
    }

    static boolean hasRoom(MemoryRecordsBuilder builder, Payload payload, long number) {
        int content = Payload.content(number);
        return builder.hasRoomFor(number, payload.keys[content], payload.values[content], Record.EMPTY_HEADERS);
    }

    /** Reads all of it, checks each batch, touches each key and value, and returns how many records there were. */
    long read() throws IOException {
        long offset = 0;
        long records = 0;
        long touched = 0;
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        while (offset < log.logEndOffset()) {
            FetchDataInfo fetched = log.read(offset, READ_BYTES, FetchIsolation.LOG_END, true);
            int bytes = fetched.records.sizeInBytes();
            buffer = buffer.capacity() < bytes
                    ? ByteBuffer.allocate(bytes)
                    : buffer.clear().limit(bytes);
            ((FileRecords) fetched.records).readInto(buffer, 0);
            for (RecordBatch batch : MemoryRecords.readableRecords(buffer).batches()) {
                batch.ensureValid();
                for (Record found : batch) {
                    ByteBuffer key = found.key();
                    ByteBuffer value = found.value();
                    touched += key.get(key.position()) + value.get(value.limit() - 1);
                    records++;
                }
                offset = batch.nextOffset();
            }
        }
        return touched == Long.MIN_VALUE ? 0 : records;
    }

    void flush() {
        log.flush(true);
    }

    @Override
    public void close() {
        log.close();
        stats.close();
    }

    /** Ends the scheduler too. */
    void closeAll() throws InterruptedException {
        close();
        scheduler.shutdown();
    }
}
