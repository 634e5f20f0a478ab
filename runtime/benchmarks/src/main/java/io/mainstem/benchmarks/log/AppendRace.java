package io.mainstem.benchmarks.log;

import io.mainstem.log.Log;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.Durability;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.server.util.KafkaScheduler;

/** Appending with one thread into the page cache: nobody forces. */
final class AppendRace {

    static final int BATCH = 16 << 10;
    static final int BIG = 256 << 10;
    static final int RECORDS_IN_TRANSACTION = 10_000;
    static final long CHRONICLE_BLOCK = 64L << 20;

    private AppendRace() {}

    /** The race with records of a size. */
    static Contest of(int recordBytes, long records) {
        Payload payload = new Payload(recordBytes);
        List<Contestant> others = new ArrayList<>();
        others.add(Contestant.of("UnifiedLog, batches of 16 KiB", () -> kafka(payload, records, BATCH)));
        others.add(Contestant.of("UnifiedLog, batches of 256 KiB", () -> kafka(payload, records, BIG)));
        others.add(Contestant.of("Chronicle Queue", () -> chronicle(payload, records)));
        others.add(Contestant.of("raw writes of 256 KiB", () -> raw(recordBytes, records)));
        return new Contest(
                "append " + recordBytes + " B",
                "records/s",
                Contestant.of("Mainstem", () -> ours(payload, records)),
                others);
    }

    private static double ours(Payload payload, long records) throws Exception {
        Path folder = Folders.make("append");
        long nanos;
        try (Log log = OurLog.create(folder, Durability.OS, TopicSettings.defaults())) {
            long start = System.nanoTime();
            OurLog.append(log, payload, records, BATCH, RECORDS_IN_TRANSACTION);
            nanos = System.nanoTime() - start;
        }
        Folders.delete(folder);
        return records * 1e9 / nanos;
    }

    private static double kafka(Payload payload, long records, int batchBytes) throws Exception {
        Path folder = Folders.make("append");
        KafkaScheduler scheduler = KafkaPartition.scheduler();
        KafkaPartition partition = KafkaPartition.open(scheduler, folder.resolve("race-0"), true);
        long start = System.nanoTime();
        partition.append(payload, records, batchBytes, Compression.NONE);
        long nanos = System.nanoTime() - start;
        partition.closeAll();
        Folders.delete(folder);
        return records * 1e9 / nanos;
    }

    private static double chronicle(Payload payload, long records) throws Exception {
        Path folder = Folders.make("append");
        long nanos;
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(folder)
                        .blockSize(CHRONICLE_BLOCK)
                        .build();
                ExcerptAppender appender = queue.createAppender()) {
            long start = System.nanoTime();
            for (long number = 0; number < records; number++) {
                int at = payload.keyAt(Payload.content(number));
                appender.writeBytes(target -> target.write(payload.all, at, payload.recordBytes));
            }
            nanos = System.nanoTime() - start;
        }
        Folders.delete(folder);
        return records * 1e9 / nanos;
    }

    private static double raw(int recordBytes, long records) throws Exception {
        Path folder = Folders.make("append");
        ByteBuffer buffer = ByteBuffer.allocateDirect(BIG);
        long nanos;
        try (FileChannel file =
                FileChannel.open(folder.resolve("raw"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long start = System.nanoTime();
            for (long left = records * recordBytes; left > 0; left -= BIG) {
                buffer.clear().limit((int) Math.min(BIG, left));
                while (buffer.hasRemaining()) {
                    file.write(buffer);
                }
            }
            nanos = System.nanoTime() - start;
        }
        Folders.delete(folder);
        return records * 1e9 / nanos;
    }
}
