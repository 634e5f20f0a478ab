package io.mainstem.runtime.delivery;

import io.mainstem.log.Headers;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.TopicSettings;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.Run.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The runs of all sources, kept in the log's topic {@value #TOPIC}: a record's key is {@code pipeline/source/number}, its value
 * the run as JSON, written when it starts and again when it ends. The later record of a key counts.
 *
 * <p>Bounded: of each source the last {@value #RUNS_MAX} runs are kept. When the topic has many more records than that, those
 * that count are appended again, and what is before them is given up.
 *
 * <p>Thread-safe. Whoever opens it is the only one that writes runs, as the owner of the log: a run that was going on before has
 * been interrupted.
 */
public final class RunHistory implements AutoCloseable {

    /** The internal topic: one partition. */
    public static final String TOPIC = "__mainstem.runs";

    /** So many runs of a source are kept. */
    public static final int RUNS_MAX = 100;

    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final int SEGMENT_BYTES = 256 << 10;
    private static final int RECORDS_SPARE = 1_000;

    private final Log log;
    private final Clock clock;
    private final Map<SourceName, TreeMap<Long, Run>> runs = new TreeMap<>();
    private @Nullable Producer producer;
    private long stored;

    private RunHistory(Log log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** What the log has of them. Makes nothing. */
    public static RunHistory open(Log log, Clock clock) {
        RunHistory history = new RunHistory(log, clock);
        if (log.admin().topic(TOPIC).isPresent()) {
            history.load();
        }
        return history;
    }

    private synchronized void load() {
        long end = log.admin().offsets(PARTITION).end();
        try (PartitionReader reader =
                log.reader(PARTITION, log.admin().offsets(PARTITION).start())) {
            while (reader.position() < end) {
                reader.poll(Duration.ZERO).ifPresent(chunk -> read(chunk.cursor()));
            }
        }
        runs.values()
                .forEach(of ->
                        of.replaceAll((number, run) -> run.outcome() == Outcome.RUNNING ? run.interrupted() : run));
        expire();
    }

    private void read(RecordCursor cursor) {
        while (cursor.next()) {
            put(Run.fromJson(
                    new String(cursor.array(), cursor.valueOffset(), cursor.valueLength(), StandardCharsets.UTF_8)));
            stored++;
        }
    }

    private void put(Run run) {
        runs.computeIfAbsent(run.source(), name -> new TreeMap<>()).put(run.number(), run);
    }

    /** The runs that are kept, the latest first. */
    public synchronized List<Run> all() {
        List<Run> all = new ArrayList<>();
        runs.values().forEach(of -> all.addAll(of.values()));
        all.sort(Comparator.comparing(Run::start).thenComparing(Run::number).reversed());
        return all;
    }

    /** The last run of a source, if it ever had one. */
    public synchronized Optional<Run> last(SourceName source) {
        TreeMap<Long, Run> of = runs.get(source);
        return of == null ? Optional.empty() : Optional.of(of.lastEntry().getValue());
    }

    /** Remembers that a run starts. It is on its way to the disk when this returns: nobody has to wait for it. */
    public synchronized Run begin(SourceName source, Run.Trigger trigger, String schedule) {
        long number = last(source).map(Run::number).orElse(0L) + 1;
        Run run = Run.begin(source, number, trigger, schedule, clock.instant());
        var unused = append(run);
        return run;
    }

    /** Remembers how a run has ended; durable when it returns. */
    public synchronized void end(Run run) {
        await(append(run));
        expire();
        int kept = runs.values().stream().mapToInt(TreeMap::size).sum();
        if (stored > 4L * kept + RECORDS_SPARE) {
            rewrite();
        }
    }

    private void expire() {
        for (TreeMap<Long, Run> of : runs.values()) {
            while (of.size() > RUNS_MAX) {
                of.pollFirstEntry();
            }
        }
    }

    private void rewrite() {
        long before = log.admin().offsets(PARTITION).end();
        List<CompletableFuture<Long>> appended = new ArrayList<>();
        stored = 0;
        runs.values().forEach(of -> of.values().forEach(run -> appended.add(send(run))));
        appended.forEach(RunHistory::await);
        log.admin().truncateBefore(Map.of(PARTITION, before));
    }

    private CompletableFuture<Long> append(Run run) {
        CompletableFuture<Long> sent = send(run);
        put(run);
        return sent;
    }

    private CompletableFuture<Long> send(Run run) {
        stored++;
        return producer()
                .send(
                        PARTITION,
                        clock.millis(),
                        run.id().getBytes(StandardCharsets.UTF_8),
                        run.toJson().getBytes(StandardCharsets.UTF_8),
                        Headers.EMPTY);
    }

    private Producer producer() {
        Producer open = producer;
        if (open == null) {
            if (log.admin().topic(TOPIC).isEmpty()) {
                TopicSettings.Builder settings = TopicSettings.defaults().toBuilder();
                log.admin()
                        .createTopic(
                                TOPIC, 1, settings.segmentBytes(SEGMENT_BYTES).build());
            }
            open = log.producer(ProducerOptions.idempotent().withReserve());
            producer = open;
        }
        return open;
    }

    private static void await(CompletableFuture<Long> appended) {
        try {
            appended.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LogException cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close();
            producer = null;
        }
    }
}
