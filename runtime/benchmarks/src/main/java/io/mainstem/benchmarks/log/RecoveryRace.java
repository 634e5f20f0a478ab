package io.mainstem.benchmarks.log;

import io.mainstem.log.Log;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.embedded.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.server.util.KafkaScheduler;

/** Opening one big partition after the process was killed, with all of it in the page cache. */
final class RecoveryRace implements AutoCloseable {

    private static final int READ_BYTES = 1 << 20;
    private static final int RECORD_BYTES = 100;
    private static final long RECORDS = 2_800_000;

    private final Durability durability;
    private final Path ours;
    private final Path theirs;

    RecoveryRace(Durability durability) throws Exception {
        this.durability = durability;
        Payload payload = new Payload(RECORD_BYTES);
        Path running = Folders.make("recovery");
        try (Log log = OurLog.create(running, durability, TopicSettings.defaults())) {
            OurLog.append(log, payload, RECORDS, AppendRace.BATCH, AppendRace.RECORDS_IN_TRANSACTION);
            ours = Folders.copy(running);
        }
        Folders.delete(running);
        theirs = Folders.make("recovery");
        KafkaScheduler scheduler = KafkaPartition.scheduler();
        KafkaPartition partition = KafkaPartition.open(scheduler, theirs.resolve("race-0"), true);
        partition.append(payload, RECORDS, AppendRace.BATCH, Compression.NONE);
        partition.closeAll();
    }

    Contest contest() {
        return new Contest(
                "open 300 MB after a kill, durability " + durability,
                "opens/s",
                Contestant.of("Mainstem", this::recover),
                List.of(
                        Contestant.of("UnifiedLog", this::recoverTheirs),
                        Contestant.of("reading and checksumming the same bytes", this::raw)));
    }

    private double recover() throws IOException {
        Path copy = Folders.copy(ours);
        long start = System.nanoTime();
        Log log = OurLog.open(copy, durability);
        long nanos = System.nanoTime() - start;
        long end = log.admin().offsets(OurLog.PARTITION).end();
        log.close();
        Folders.delete(copy);
        if (end < RECORDS) {
            throw new IllegalStateException("the partition ends at " + end);
        }
        return 1e9 / nanos;
    }

    private double recoverTheirs() throws Exception {
        Path copy = Folders.copy(theirs);
        KafkaScheduler scheduler = KafkaPartition.scheduler();
        long start = System.nanoTime();
        KafkaPartition partition = KafkaPartition.open(scheduler, copy.resolve("race-0"), false);
        long nanos = System.nanoTime() - start;
        partition.closeAll();
        Folders.delete(copy);
        return 1e9 / nanos;
    }

    private double raw() throws IOException {
        Path segment = ours.resolve(OurLog.PARTITION.toString()).resolve("00000000000000000000.log");
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        CRC32C checksum = new CRC32C();
        long start = System.nanoTime();
        try (FileChannel file = FileChannel.open(segment)) {
            while (file.read(buffer.clear()) > 0) {
                checksum.update(buffer.flip());
            }
        }
        return 1e9 / (System.nanoTime() - start);
    }

    @Override
    public void close() throws IOException {
        Folders.delete(theirs);
        Folders.delete(ours);
    }
}
