package io.mainstem.cli;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicDescription;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.log.TopicSettings.Compression;
import io.mainstem.log.Transaction;
import io.mainstem.runtime.pipeline.WorkerSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command
final class PerfProduceCommand implements Command {

    private static final int THREADS_MAX = 64;
    /** Values of so many bytes are made, about half noise, and sent in turn: more than a batch, so that none has them twice. */
    private static final int VALUES_BYTES = 4 << 20;

    private static final int VALUES_MAX = 20_000;

    @Parameters(
            paramLabel = "TOPIC",
            arity = "0..1",
            description = "The topic, which is created when it is not there; perf by default.")
    private String name = "perf";

    @Option(names = "--records", paramLabel = "N", description = "How many records; 1000000 by default.")
    private long records = 1_000_000;

    @Option(names = "--size", paramLabel = "SIZE", description = "The size of a value; 100 by default.")
    private String size = "100";

    @Option(names = "--batch-size", paramLabel = "SIZE", description = "The size of a batch; 256KiB by default.")
    private String batchSize = "256KiB";

    @Option(
            names = "--linger",
            paramLabel = "TIME",
            description =
                    "How long a batch waits for more records; 0ms by default. Without meaning with --transaction.")
    private String linger = "0ms";

    @Option(
            names = "--transaction",
            paramLabel = "N",
            description = "So many records in each transaction; without transactions by default.")
    private int transaction;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many producers, each with its thread; 1 by default.")
    private int threads = 1;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "The partitions of a topic that is created; 1 by default.")
    private @Nullable Integer partitions;

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            description = "That of a topic that is created: none (the default), gzip, snappy, lz4 or zstd.")
    private @Nullable String compression;

    @Mixin
    private Flags.Durable durable = new Flags.Durable();

    @Mixin
    private Flags.Data data = new Flags.Data();

    @Override
    public int run(Console console) throws InterruptedException {
        int bytes = (int) Amounts.size("--size", size, 1, 4 << 20);
        int batchBytes = (int) Amounts.size("--batch-size", batchSize, 1 << 10, 8 << 20);
        Duration wait = Amounts.time("--linger", linger);
        Amounts.inRange("--records", records, 1, 1_000_000_000_000L);
        Amounts.inRange("--threads", threads, 1, THREADS_MAX);
        Amounts.inRange("--transaction", transaction, 0, Math.max(1, Transaction.BYTES_MAX / 2 / (bytes + 32)));
        Optional<WorkerSettings.Durability> durability = durable.chosen();
        try (Log log = data.openOrCreate(console, durability)) {
            TopicDescription topic = topic(log);
            Measurement measurement = new Measurement();
            byte[][] values = values(bytes);
            List<Measurement.Work> works = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                long share = records / threads + (i < records % threads ? 1 : 0);
                Share each = new Share(
                        log,
                        new TopicPartition(name, i % topic.partitions()),
                        share,
                        values,
                        batchBytes,
                        wait,
                        measurement);
                String id = "perf-" + i;
                works.add(transaction > 0 ? () -> each.inTransactions(id, transaction) : each::oneByOne);
            }
            measurement.run(
                    works,
                    () -> LogTopics.full(log)
                            .map(why -> "; waits, since " + why)
                            .orElse(""),
                    console);
            console.result(measurement
                    .result(JsonResult.object()
                            .put("what", "produce")
                            .put("topic", name)
                            .put("size", bytes)
                            .put("batchBytes", batchBytes)
                            .put("lingerMillis", wait.toMillis())
                            .put("transaction", transaction)
                            .put("threads", threads)
                            .put("partitions", topic.partitions())
                            .put("compression", CodecNames.name(topic.settings().compression()))
                            .put(
                                    "durability",
                                    data.durability(console, durability).name().toLowerCase(Locale.ROOT)))
                    .toString());
            return ExitCode.DONE;
        }
    }

    private TopicDescription topic(Log log) {
        Compression wanted = CodecNames.compression(compression);
        Optional<TopicDescription> there = log.admin().topic(name);
        if (there.isEmpty()) {
            return log.admin()
                    .createTopic(
                            name,
                            partitions == null ? 1 : partitions,
                            TopicSettings.defaults().toBuilder()
                                    .compression(wanted)
                                    .build());
        }
        TopicDescription topic = there.get();
        Compression has = topic.settings().compression();
        if (compression != null && has != wanted || partitions != null && topic.partitions() != partitions) {
            throw CommandException.usage("topic '" + name + "' is there, with compression " + CodecNames.name(has)
                    + " and " + topic.partitions() + " partition(s); name another one, or leave these options out");
        }
        return topic;
    }

    private static byte[][] values(int bytes) {
        Random random = new Random(1);
        byte[][] values = new byte[Math.min(VALUES_MAX, Math.max(2, VALUES_BYTES / bytes))][];
        for (int i = 0; i < values.length; i++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < bytes) {
                text.append("{\"number\": ").append(random.nextInt(1_000_000)).append(", \"note\": \"");
                for (int k = 0; k < 20; k++) {
                    text.append((char) ('!' + random.nextInt(90)));
                }
                text.append("\"}");
            }
            values[i] = text.substring(0, bytes).getBytes(StandardCharsets.UTF_8);
        }
        return values;
    }

    /** What one thread sends. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    private record Share(
            Log log,
            TopicPartition partition,
            long records,
            byte[][] values,
            int batchBytes,
            Duration linger,
            Measurement measurement) {

        /** Each record by itself; its latency is from the call to the answer that it is stored. */
        void oneByOne() {
            Answers answers = new Answers();
            ProducerOptions options =
                    ProducerOptions.idempotent().withBatchBytes(batchBytes).withLinger(linger);
            try (Producer producer = log.producer(options)) {
                for (long i = 0; i < records; i++) {
                    byte[] value = values[(int) (i % values.length)];
                    long number = i;
                    long begin = System.nanoTime();
                    var unused = producer.send(partition, System.currentTimeMillis(), null, value, Headers.EMPTY)
                            .whenComplete((offset, thrown) -> {
                                measurement.latency(System.nanoTime() - begin);
                                measurement.done(1, value.length);
                                answers.answered(number, thrown);
                            });
                }
                producer.flush();
                check(answers, records);
            }
        }

        /** Transactions of some records; the latency is that of a commit, which may wait for the ones before it. */
        void inTransactions(String id, int each) {
            Answers answers = new Answers();
            long sent = 0;
            try (Producer producer =
                    log.producer(ProducerOptions.transactional(id).withBatchBytes(batchBytes))) {
                for (long i = 0; i < records; ) {
                    Transaction transaction = producer.begin();
                    int count = (int) Math.min(each, records - i);
                    long bytes = 0;
                    for (int k = 0; k < count; k++, i++) {
                        byte[] value = values[(int) (i % values.length)];
                        bytes += value.length;
                        transaction.append(
                                partition,
                                System.currentTimeMillis(),
                                value,
                                0,
                                -1,
                                value,
                                0,
                                value.length,
                                Headers.EMPTY);
                    }
                    commit(transaction, count, bytes, sent++, answers);
                }
                producer.flush();
                check(answers, sent);
            }
        }

        private void commit(Transaction transaction, int count, long bytes, long number, Answers answers) {
            long begin = System.nanoTime();
            var unused = transaction.commit().whenComplete((ends, thrown) -> {
                measurement.latency(System.nanoTime() - begin);
                measurement.done(count, bytes);
                answers.answered(number, thrown);
            });
        }

        private static void check(Answers answers, long sent) {
            answers.await(sent);
            Answers.Refusal first = answers.firstRefusal();
            if (first != null) {
                throw new IllegalStateException(first.why().getMessage(), first.why());
            }
        }
    }
}
