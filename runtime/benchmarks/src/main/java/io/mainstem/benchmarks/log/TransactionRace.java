package io.mainstem.benchmarks.log;

import io.mainstem.benchmarks.Lines;
import io.mainstem.log.Log;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.Durability;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What has no peer: durable transactions of 1,000 records, and the bytes that are allocated for each record. */
final class TransactionRace {

    private static final int RECORD_BYTES = 100;
    private static final int RECORDS = 2_000_000;
    private static final int RECORDS_IN_TRANSACTION = 1000;
    private static final int WARM_UPS = 2;

    private TransactionRace() {}

    static void run(int rounds) throws Exception {
        Payload payload = new Payload(RECORD_BYTES);
        double[] rates = new double[rounds];
        double[] written = new double[rounds];
        double[] read = new double[rounds];
        for (int round = -WARM_UPS; round < rounds; round++) {
            Path folder = Folders.make("transactions");
            try (Log log = OurLog.create(folder, Durability.DISK, TopicSettings.defaults())) {
                long allocated = allocated();
                long start = System.nanoTime();
                OurLog.append(log, payload, RECORDS, AppendRace.BATCH, RECORDS_IN_TRANSACTION);
                long nanos = System.nanoTime() - start;
                long appended = allocated();
                count(log);
                if (round >= 0) {
                    rates[round] = RECORDS * 1e9 / nanos;
                    written[round] = (double) (appended - allocated) / RECORDS;
                    read[round] = (double) (allocated() - appended) / RECORDS;
                }
            }
            Folders.delete(folder);
        }
        Lines.printSpread("durable transactions of 1,000 records of 100 B, records/s", rates);
        Lines.printSpread("bytes allocated a record on append, by the thread that appends", written);
        Lines.printSpread("bytes allocated a record on read", read);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static void count(Log log) {
        long found = 0;
        try (PartitionReader reader = log.reader(OurLog.PARTITION, 0)) {
            Optional<RecordChunk> chunk = reader.poll(Duration.ZERO);
            while (chunk.isPresent()) {
                RecordCursor cursor = chunk.get().cursor();
                while (cursor.next()) {
                    found++;
                }
                chunk.get().release();
                chunk = reader.poll(Duration.ZERO);
            }
        }
        if (found != RECORDS) {
            throw new IllegalStateException(found + " records were read instead of " + RECORDS);
        }
    }
}
