package io.mainstem.cli;

import io.mainstem.log.Log;
import io.mainstem.log.PartitionOffsets;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class PerfConsumeCommand implements Command {

    private static final Duration WAIT = Duration.ofSeconds(10);

    @Parameters(paramLabel = "TOPIC", arity = "0..1", description = "The topic; perf by default.")
    private String name = "perf";

    @Option(names = "--records", paramLabel = "N", description = "No more than this many records; all by default.")
    private long records = Long.MAX_VALUE;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many threads read, each its own partitions; 1 by default.")
    private int threads = 1;

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) throws InterruptedException {
        Amounts.inRange("--records", records, 1, Long.MAX_VALUE);
        try (Log log = data.open(console)) {
            TopicDescription topic = LogTopics.get(log, name);
            Amounts.inRange("--threads", threads, 1, topic.partitions());
            Measurement measurement = new Measurement();
            AtomicLong left = new AtomicLong(records);
            List<Measurement.Work> works = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int first = i;
                works.add(() -> {
                    for (int partition = first; partition < topic.partitions(); partition += threads) {
                        read(log, new TopicPartition(name, partition), left, measurement);
                    }
                });
            }
            measurement.run(works, () -> "", console);
            console.result(measurement
                    .result(JsonResult.object()
                            .put("what", "consume")
                            .put("topic", name)
                            .put("threads", threads)
                            .put("partitions", topic.partitions())
                            .put("compression", CodecNames.name(topic.settings().compression())))
                    .toString());
            return ExitCode.DONE;
        }
    }

    /** Reads to the end that the partition has now, and looks at every key and value; a latency is that of one poll. */
    private static void read(Log log, TopicPartition partition, AtomicLong left, Measurement measurement) {
        PartitionOffsets bounds = log.admin().offsets(partition);
        try (PartitionReader reader = log.reader(partition, bounds.start())) {
            while (reader.position() < bounds.end() && left.get() > 0) {
                long begin = System.nanoTime();
                Optional<RecordChunk> chunk = reader.poll(WAIT);
                if (chunk.isEmpty()) {
                    throw CommandException.failed("nothing came of " + partition + " at offset " + reader.position()
                            + ", although it reaches to " + bounds.end());
                }
                count(chunk.get().cursor(), left, measurement);
                chunk.get().release();
                measurement.latency(System.nanoTime() - begin);
            }
        }
    }

    private static void count(RecordCursor cursor, AtomicLong left, Measurement measurement) {
        long count = 0;
        long bytes = 0;
        long most = left.get();
        int touched = 0;
        while (count < most && cursor.next()) {
            count++;
            bytes += Math.max(0, cursor.keyLength()) + Math.max(0, cursor.valueLength());
            touched += cursor.valueLength() > 0 ? cursor.array()[cursor.valueOffset()] : 0;
        }
        left.addAndGet(touched == Integer.MIN_VALUE ? 0 : -count);
        measurement.done(count, bytes);
    }
}
