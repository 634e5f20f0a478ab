package io.mainstem.connectors.file;

import io.mainstem.api.Ack;
import io.mainstem.api.Config;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Poll;
import io.mainstem.api.Position;
import io.mainstem.api.ReaderContext;
import io.mainstem.api.Row;
import io.mainstem.api.Source;
import io.mainstem.api.Split;
import io.mainstem.api.SplitReader;
import io.mainstem.api.StreamSchema;
import io.mainstem.testkit.RecordingContext;
import io.mainstem.testkit.RecordingLog;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A probe: how long it takes to read a file of orders, the first time and later. Arguments: file, rows, rounds. */
final class CsvSpeed {

    private CsvSpeed() {}

    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]).toAbsolutePath();
        int rows = Integer.parseInt(args[1]);
        if (!Files.exists(file)) {
            OrdersFile.write(file, rows);
        }
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            long cpu = cpuNanos();
            long start = System.nanoTime();
            long sum = read(file);
            System.out.printf(
                    "%,d rows in %.0f ms, %.0f ms of CPU in the process so far %.0f ms (sum %d)%n",
                    rows, (System.nanoTime() - start) / 1e6, (cpuNanos() - cpu) / 1e6, cpuNanos() / 1e6, sum);
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static long read(Path file) throws Exception {
        FileSourceFactory factory = new FileSourceFactory();
        Config config = Config.parse(factory.config(), Map.of("path", file.toString()));
        RecordingContext context = new RecordingContext(file.getParent(), Instant.EPOCH);
        try (Source source = factory.create(config, context)) {
            StreamSchema stream = source.discover(new RecordingLog()).streams().get(0);
            Split split = Split.of(file.getFileName().toString(), stream.name());
            Counter counter = new Counter();
            try (SplitReader reader = source.open(split, Map.of(), new Bounded(stream))) {
                while (reader.poll(counter, Duration.ZERO).next() != Poll.Next.END) {
                    // reads on
                }
            }
            return counter.sum;
        }
    }

    private record Bounded(StreamSchema stream) implements ReaderContext {
        @Override
        public boolean isBounded() {
            return true;
        }
    }

    private static final class Counter implements Emitter {
        private long sum;

        @Override
        public void emit(Message message) {
            sum += ((Row) message.value()).longAt(0);
        }

        @Override
        public void bad(byte[] raw, String where, String why) {
            throw new AssertionError(where + " " + why);
        }

        @Override
        public void announce(Split child) {}

        @Override
        public void checkpoint(Position after) {}

        @Override
        public void checkpoint(Map<String, Position> changed, Ack ack) {}
    }
}
