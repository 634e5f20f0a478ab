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

    /**
     * The race. Ours forces what it recovered before anyone may read it, which others do not: so they run as they are, and again
     * with a force of the same files.
     *
     * @param writtenBack whether the system had written all to the disk when the process was killed
     */
    Contest contest(boolean writtenBack) {
        return new Contest(
                "open 300 MB after a kill, durability " + durability
                        + (writtenBack ? ", written back" : ", in the cache only"),
                "opens/s",
                Contestant.of("Mainstem", () -> run(ours, writtenBack, this::recover)),
                List.of(
                        Contestant.of("UnifiedLog", () -> run(theirs, writtenBack, this::recoverTheirs)),
                        Contestant.of(
                                "UnifiedLog and a force",
                                () -> run(theirs, writtenBack, copy -> {
                                    AutoCloseable opened = recoverTheirs(copy);
                                    Folders.force(segment(copy));
                                    return opened;
                                })),
                        Contestant.of(
                                "reading and checksumming the same bytes", () -> run(ours, writtenBack, this::raw)),
                        Contestant.of(
                                "reading and checksumming them, and a force",
                                () -> run(ours, writtenBack, copy -> {
                                    AutoCloseable nothing = raw(copy);
                                    Folders.force(segment(copy));
                                    return nothing;
                                }))));
    }

    /** What is timed; its result is closed afterwards. */
    private interface Opening {
        AutoCloseable open(Path folder) throws Exception;
    }

    private static double run(Path folder, boolean writtenBack, Opening opening) throws Exception {
        Path copy = Folders.copy(folder);
        if (writtenBack) {
            Folders.force(segment(copy));
        }
        long start = System.nanoTime();
        AutoCloseable opened = opening.open(copy);
        long nanos = System.nanoTime() - start;
        opened.close();
        Folders.delete(copy);
        return 1e9 / nanos;
    }

    /** The one segment, which has the same name in both, and the folders around it. */
    private static List<Path> segment(Path folder) {
        Path partition = folder.resolve(OurLog.PARTITION.toString());
        return List.of(partition.resolve("00000000000000000000.log"), partition, folder);
    }

    private AutoCloseable recover(Path folder) {
        Log log = OurLog.open(folder, durability);
        long end = log.admin().offsets(OurLog.PARTITION).end();
        if (end < RECORDS) {
            throw new IllegalStateException("the partition ends at " + end);
        }
        return log;
    }

    private AutoCloseable recoverTheirs(Path folder) throws IOException {
        KafkaScheduler scheduler = KafkaPartition.scheduler();
        return KafkaPartition.open(scheduler, folder.resolve("race-0"), false)::closeAll;
    }

    private AutoCloseable raw(Path folder) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        CRC32C checksum = new CRC32C();
        try (FileChannel file = FileChannel.open(segment(folder).get(0))) {
            while (file.read(buffer.clear()) > 0) {
                checksum.update(buffer.flip());
            }
        }
        return () -> {};
    }

    @Override
    public void close() throws IOException {
        Folders.delete(theirs);
        Folders.delete(ours);
    }
}
