package io.mainstem.benchmarks.log;

import io.mainstem.log.Log;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.server.util.KafkaScheduler;

/** Reading cached records with one thread, touching each key and value. Ours and Kafka check the checksums. */
final class ReadRace implements AutoCloseable {

    private static final int READ_BYTES = 1 << 20;

    /** A turn reads everything again and again for at least so long. */
    private static final long TURN_NANOS = 500_000_000;

    private final long records;
    private final Payload payload;
    private final Path ours;
    private final Path theirs;
    private final Path chronicle;
    private final Log log;
    private final KafkaScheduler scheduler;
    private final KafkaPartition partition;
    private final ChronicleQueue queue;

    ReadRace(int recordBytes, long records) throws IOException {
        this.records = records;
        this.payload = new Payload(recordBytes);
        ours = Folders.make("read");
        log = OurLog.create(ours, Durability.OS, TopicSettings.defaults());
        OurLog.append(log, payload, records, AppendRace.BATCH, AppendRace.RECORDS_IN_TRANSACTION);
        theirs = Folders.make("read");
        scheduler = KafkaPartition.scheduler();
        partition = KafkaPartition.open(scheduler, theirs.resolve("race-0"), true);
        partition.append(payload, records, AppendRace.BATCH, Compression.NONE);
        chronicle = Folders.make("read");
        queue = SingleChronicleQueueBuilder.binary(chronicle)
                .blockSize(AppendRace.CHRONICLE_BLOCK)
                .build();
        try (ExcerptAppender appender = queue.createAppender()) {
            for (long number = 0; number < records; number++) {
                int at = payload.keyAt(Payload.content(number));
                appender.writeBytes(target -> target.write(payload.all, at, recordBytes));
            }
        }
    }

    Contest contest() {
        return new Contest(
                "read " + payload.recordBytes + " B",
                "records/s",
                Contestant.of("Mainstem", () -> rate(this::readOurs)),
                List.of(
                        Contestant.of("UnifiedLog.read", () -> rate(partition::read)),
                        Contestant.of("Chronicle tailer", () -> rate(this::readChronicle)),
                        Contestant.of("reading and checksumming the same bytes", () -> rate(this::readRaw))));
    }

    private double rate(Reading reading) throws Exception {
        long start = System.nanoTime();
        long nanos = 0;
        long read = 0;
        while (nanos < TURN_NANOS) {
            long found = reading.read();
            if (found != records) {
                throw new IllegalStateException(found + " records were read instead of " + records);
            }
            read += found;
            nanos = System.nanoTime() - start;
        }
        return read * 1e9 / nanos;
    }

    private interface Reading {
        long read() throws Exception;
    }

    private long readOurs() {
        long found = 0;
        long touched = 0;
        try (PartitionReader reader = log.reader(OurLog.PARTITION, 0)) {
            Optional<RecordChunk> chunk = reader.poll(Duration.ZERO);
            while (chunk.isPresent()) {
                RecordCursor cursor = chunk.get().cursor();
                while (cursor.next()) {
                    byte[] array = cursor.array();
                    touched += array[cursor.keyOffset()] + array[cursor.valueOffset() + cursor.valueLength() - 1];
                    found++;
                }
                chunk.get().release();
                chunk = reader.poll(Duration.ZERO);
            }
        }
        return touched == Long.MIN_VALUE ? 0 : found;
    }

    private long readChronicle() {
        long found = 0;
        long touched = 0;
        byte[] record = new byte[payload.recordBytes];
        Bytes<?> bytes = Bytes.allocateElasticOnHeap(2 * payload.recordBytes);
        try (ExcerptTailer tailer = queue.createTailer()) {
            while (tailer.readBytes(bytes.clear())) {
                bytes.read(record);
                touched += record[0] + record[record.length - 1];
                found++;
            }
        }
        return touched == Long.MIN_VALUE ? 0 : found;
    }

    private long readRaw() throws IOException {
        Path segment = ours.resolve(OurLog.PARTITION.toString()).resolve("00000000000000000000.log");
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        CRC32C checksum = new CRC32C();
        try (FileChannel file = FileChannel.open(segment)) {
            while (file.read(buffer.clear()) > 0) {
                checksum.update(buffer.flip());
            }
        }
        return checksum.getValue() == Long.MIN_VALUE ? 0 : records;
    }

    @Override
    public void close() throws Exception {
        queue.close();
        partition.closeAll();
        log.close();
        Folders.delete(chronicle);
        Folders.delete(theirs);
        Folders.delete(ours);
    }
}
