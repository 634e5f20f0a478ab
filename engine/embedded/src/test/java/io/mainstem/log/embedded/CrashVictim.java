package io.mainstem.log.embedded;

import io.mainstem.log.FencedException;
import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.Transaction;
import io.mainstem.log.TransactionAbortedException;
import io.mainstem.log.embedded.History.Entry;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * The process that is killed: appends with several threads to several partitions, reads beside it, and says on its standard
 * output what it is about to do and what it was told. All else is drawn from the seed.
 *
 * <pre>
 * O                                    the log is open
 * B producer unit t|r partition:sequence ...   about to append a transaction or a record
 * A producer unit partition:end ...    acknowledged
 * F producer unit                      certainly not appended
 * R partition offset stamp|torn        a reader was given this
 * D                                    closed in order
 * </pre>
 */
final class CrashVictim {
    static final TopicPartition POSITIONS = new TopicPartition("first", 0);

    private static final int UNITS_MAX = 600;
    private static final int IN_FLIGHT_MAX = 64;

    private final Log log;
    private final List<TopicPartition> partitions;
    private final Report report = new Report();

    private CrashVictim(Log log, List<TopicPartition> partitions) {
        this.log = log;
        this.partitions = partitions;
    }

    /**
     * Lives until it is killed, or has done what it had to do.
     *
     * @param arguments the data folder, a seed, the name of this life, and the durability
     */
    public static void main(String[] arguments) throws Exception {
        Random random = new Random(Long.parseLong(arguments[1]));
        Durability durability = Durability.valueOf(arguments[3]);
        try (Log log = EmbeddedLog.open(Path.of(arguments[0]), options(random, durability))) {
            CrashVictim victim = new CrashVictim(log, topics(log, random));
            victim.report.line("O");
            victim.live(arguments[2], random);
        }
        new Report().line("D");
    }

    /** Options that make the log roll, checkpoint and close files all the time. */
    static EmbeddedLogOptions options(Random random, Durability durability) {
        return EmbeddedLogOptions.builder()
                .durability(durability)
                .journalFileBytes((64L << 10) << random.nextInt(6))
                .checkpointBytes((64L << 10) << random.nextInt(6))
                .checkpointInterval(Duration.ofMillis(20 + random.nextInt(500)))
                .openFilesMax(16 + random.nextInt(100))
                .build();
    }

    private static List<TopicPartition> topics(Log log, Random random) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String name : List.of("first", "second")) {
            Compression[] compressions = Compression.values();
            TopicSettings settings = TopicSettings.defaults().toBuilder()
                    .segmentBytes((16 << 10) << random.nextInt(4))
                    .compression(compressions[random.nextInt(compressions.length)])
                    .build();
            if (log.admin().topic(name).isEmpty()) {
                log.admin().createTopic(name, 3, settings);
            } else {
                log.admin().alterTopic(name, settings);
            }
            for (int i = 0; i < 3; i++) {
                partitions.add(new TopicPartition(name, i));
            }
        }
        return partitions;
    }

    private void live(String name, Random random) throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            String producer = name + "." + i;
            Random own = new Random(random.nextLong());
            boolean transactional = i % 2 == 0;
            int number = i;
            writers.add(new Thread(() -> {
                if (transactional) {
                    transactions(producer, "writer" + number, own);
                } else {
                    records(producer, own);
                }
            }));
        }
        Thread reader = new Thread(this::read);
        reader.setDaemon(true);
        reader.start();
        writers.forEach(Thread::start);
        for (Thread writer : writers) {
            writer.join();
        }
        reader.interrupt();
        reader.join();
    }

    private void transactions(String name, String transactionalId, Random random) {
        ProducerOptions options =
                ProducerOptions.transactional(transactionalId).withBatchBytes(1 << 10 << random.nextInt(9));
        try (Producer producer = log.producer(options)) {
            long sequence = 0;
            for (int unit = 0; unit < UNITS_MAX; unit++) {
                List<Entry> entries = new ArrayList<>();
                for (int i = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 20); i > 0; i--) {
                    entries.add(new Entry(partitions.get(random.nextInt(partitions.size())), sequence++));
                }
                transaction(producer, name, unit, entries, random);
            }
        } catch (LogException e) {
            report.failed(e);
        }
    }

    private void transaction(Producer producer, String name, int unit, List<Entry> entries, Random random) {
        Transaction transaction = producer.begin();
        report.begins(name, unit, true, entries);
        for (Entry entry : entries) {
            transaction.append(entry.partition(), 0, null, value(name, entry, random), Headers.EMPTY);
        }
        long position = entries.get(entries.size() - 1).sequence() + 1;
        transaction.commitOffsets(name, Map.of(POSITIONS, OffsetAndMetadata.of(position)));
        if (random.nextInt(20) == 0) {
            transaction.abort();
            report.line("F " + name + " " + unit);
            return;
        }
        CompletableFuture<?> unused =
                transaction.commit().whenComplete((ends, failure) -> report.ends(name, unit, ends, failure));
    }

    private void records(String name, Random random) {
        ProducerOptions options = ProducerOptions.idempotent()
                .withBatchBytes(1 << 10 << random.nextInt(6))
                .withLinger(Duration.ofMillis(random.nextInt(3)));
        try (Producer producer = log.producer(options)) {
            for (int unit = 0; unit < 10 * UNITS_MAX; unit++) {
                Entry entry = new Entry(partitions.get(random.nextInt(partitions.size())), unit);
                int number = unit;
                report.begins(name, unit, false, List.of(entry));
                CompletableFuture<Long> offset =
                        producer.send(entry.partition(), 0, null, value(name, entry, random), Headers.EMPTY);
                CompletableFuture<?> unused = offset.whenComplete((at, failure) ->
                        report.ends(name, number, at == null ? null : Map.of(entry.partition(), at + 1), failure));
                if (unit % IN_FLIGHT_MAX == 0) {
                    producer.flush();
                }
            }
        } catch (LogException e) {
            report.failed(e);
        }
    }

    private static byte[] value(String producer, Entry entry, Random random) {
        int kind = random.nextInt(500);
        int filling = random.nextInt(kind == 0 ? 100_000 : kind < 10 ? 10_000 : 200);
        return new Stamp(producer, entry.sequence()).value(filling).getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads what comes, partition by partition, until it is interrupted. */
    private void read() {
        Map<TopicPartition, Long> at = partitions.stream()
                .collect(Collectors.toMap(p -> p, p -> log.admin().offsets(p).end()));
        try {
            while (!Thread.currentThread().isInterrupted()) {
                for (TopicPartition partition : partitions) {
                    try (PartitionReader reader = log.reader(partition, at.get(partition))) {
                        reader.poll(Duration.ofMillis(1)).ifPresent(chunk -> tell(partition, chunk.cursor()));
                        at.put(partition, reader.position());
                    }
                }
            }
        } catch (LogException e) {
            report.failed(e);
        }
    }

    private void tell(TopicPartition partition, RecordCursor cursor) {
        StringBuilder lines = new StringBuilder();
        while (cursor.next()) {
            Stamp stamp = Stamp.of(
                    new String(cursor.array(), cursor.valueOffset(), cursor.valueLength(), StandardCharsets.UTF_8));
            lines.append("R ")
                    .append(text(partition))
                    .append(' ')
                    .append(cursor.offset())
                    .append(' ');
            lines.append(stamp == null ? "torn" : stamp.toString()).append('\n');
        }
        if (lines.length() > 0) {
            lines.setLength(lines.length() - 1);
            report.line(lines.toString());
        }
    }

    private static String text(TopicPartition partition) {
        return partition.topic() + "/" + partition.partition();
    }

    /** What goes to whoever started this process; each line is with the operating system when the call returns. */
    private static final class Report {
        private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);

        void begins(String producer, int unit, boolean transaction, List<Entry> entries) {
            line("B " + producer + " " + unit + (transaction ? " t " : " r ")
                    + entries.stream()
                            .map(entry -> text(entry.partition()) + ":" + entry.sequence())
                            .collect(Collectors.joining(" ")));
        }

        void ends(String producer, int unit, Map<TopicPartition, Long> ends, Throwable failure) {
            if (failure == null) {
                line("A " + producer + " " + unit + " "
                        + ends.entrySet().stream()
                                .map(end -> text(end.getKey()) + ":" + end.getValue())
                                .collect(Collectors.joining(" ")));
            } else if (failure instanceof TransactionAbortedException || failure instanceof FencedException) {
                line("F " + producer + " " + unit);
            }
        }

        void failed(LogException e) {
            System.err.println(Thread.currentThread().getName() + ": " + e);
        }

        void line(String text) {
            synchronized (OUT) {
                try {
                    OUT.write((text + "\n").getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
