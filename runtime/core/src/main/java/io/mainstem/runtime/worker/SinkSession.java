package io.mainstem.runtime.worker;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Capability;
import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.StopException;
import io.mainstem.log.ConsumerOptions;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Log;
import io.mainstem.log.OffsetAndMetadata;
import io.mainstem.log.OffsetOutOfRangeException;
import io.mainstem.log.RecordChunk;
import io.mainstem.log.RecordCursor;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.UndecodableException;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.schema.Schemas;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One life of a sink: takes its partitions over, delivers, flushes, commits. One thread. */
final class SinkSession implements Task.Session {

    private static final int FLUSH_RECORDS = 100_000;
    private static final int FLUSH_BYTES = 64 << 20;
    private static final Duration FLUSH_AGE = Duration.ofSeconds(1);
    /** The first flush comes sooner: who starts a pipeline sees at once that it works, or that it does not. */
    private static final Duration FIRST_FLUSH_AGE = Duration.ofMillis(50);
    /** How long what was written waits for company when nothing more is there. */
    private static final Duration LINGER = Duration.ofMillis(200);

    private static final Duration POLL = Duration.ofMillis(500);

    private final SinkSpec spec;
    private final StopSignal signal;
    private final TaskStatus status;
    private final Supplier<SinkEnd> end;
    private final Clock clock;
    private final Sink sink;
    private final GroupConsumer consumer;
    private final SinkPartitions partitions;
    private final SinkDeadLetters deadLetters;
    private final Requests requests = new Requests();
    private final Set<Origin> skipped = new LinkedHashSet<>();
    private long pendingRecords;
    private long pendingBytes;
    private long pendingDataBytes;
    private boolean pending;
    private boolean hasFlushed;
    private long pendingSinceNanos;

    SinkSession(
            Pipeline pipeline,
            SinkSpec spec,
            Log log,
            Schemas schemas,
            WorkerOptions options,
            StopSignal signal,
            TaskStatus status,
            Supplier<SinkEnd> end)
            throws Exception {
        this.spec = spec;
        this.signal = signal;
        this.status = status;
        this.end = end;
        this.clock = options.clock();
        this.deadLetters = new SinkDeadLetters(pipeline.name(), spec.name(), spec.onFailure(), log, options);
        // A sink may take its time: the worker watches its calls, and a rebalance would not make a slow target faster.
        this.consumer = log.consumer(
                pipeline.group(spec),
                ConsumerOptions.defaults().withMaxPollInterval(ConsumerOptions.MAX_POLL_INTERVAL_MAX));
        try {
            ConnectorContext context =
                    new ConnectorContext(pipeline, spec.name(), options.clock(), options.secrets(), () -> {});
            this.sink = spec.factory().create(spec.config(), context);
        } catch (Exception | Error e) {
            consumer.close();
            throw e;
        }
        boolean ownsOffsets = spec.factory().capabilities(spec.config()).has(Capability.OWNS_OFFSETS);
        this.partitions = new SinkPartitions(pipeline, spec, log, schemas, sink, ownsOffsets, consumer, requests);
    }

    private List<RecordChunk> poll(Duration maxWait) throws Exception {
        try {
            return consumer.poll(maxWait);
        } catch (OffsetOutOfRangeException e) {
            // What the look at the assignment found says more.
            partitions.throwFailure();
            throw new StopException("sink.offset-gone", String.valueOf(e.getMessage()), partitions.howToGoOn());
        }
    }

    @Override
    public void run() throws Exception {
        consumer.subscribe(spec.topics(), partitions);
        while (!signal.isStopping()) {
            List<RecordChunk> chunks = poll(pending ? untilFlush() : POLL);
            // One look: if the end came between two of them, this would end with rows that are not flushed.
            SinkEnd whereToEnd = end.get();
            partitions.throwFailure();
            status.running();
            try {
                Set<TopicPartition> rewound = applyRewinds();
                deliver(chunks.stream()
                        .filter(chunk -> !rewound.contains(chunk.partition()))
                        .toList());
                if (isFlushDue(chunks.isEmpty(), whereToEnd)) {
                    flush();
                }
            } catch (BadRecordsException e) {
                isolate(e);
                continue;
            }
            if (chunks.isEmpty() && hasReached(whereToEnd)) {
                return;
            }
            if (chunks.isEmpty() && !pending) {
                sink.idle();
                status.caughtUp(clock.instant());
            }
        }
        flush();
    }

    private Duration untilFlush() {
        long age = System.nanoTime() - pendingSinceNanos;
        return Duration.ofNanos(Math.max(0, LINGER.toNanos() - age));
    }

    private void deliver(List<RecordChunk> chunks) throws Exception {
        for (RecordChunk chunk : chunks) {
            SinkPartition partition = partitions.of(chunk.partition());
            SinkBatch batch = decode(partition, chunk);
            if (!pending) {
                pending = true;
                pendingSinceNanos = System.nanoTime();
            }
            long begin = System.nanoTime();
            sink.write(batch);
            status.meters().batches().add(System.nanoTime() - begin);
            partition.written(chunk.nextOffset(), chunk.leaderEpoch());
            pendingRecords += batch.messages().size();
            pendingBytes += chunk.bytes();
            if (pendingRecords >= FLUSH_RECORDS || pendingBytes >= FLUSH_BYTES) {
                flush();
            }
        }
        applyRewinds();
    }

    /** The rows point into the chunk, and a sink may keep them to its flush: the chunk is not released. */
    private SinkBatch decode(SinkPartition partition, RecordChunk chunk) throws Exception {
        List<Message> messages = new ArrayList<>();
        RecordCursor cursor = chunk.cursor();
        while (cursor.next()) {
            if (!skipped.isEmpty() && skipped.contains(new Origin(partition.id(), cursor.offset(), 0))) {
                continue;
            }
            try {
                messages.add(partition.decode(cursor));
                pendingDataBytes += Math.max(0, cursor.keyLength()) + Math.max(0, cursor.valueLength());
            } catch (UndecodableException e) {
                Origin origin = new Origin(partition.id(), cursor.offset(), 0);
                deadLetters.keep(origin, cursor, String.valueOf(e.getMessage()));
                skipped.add(origin);
                status.deadLettered(1);
            }
        }
        // A sink may commit by itself while it writes.
        deadLetters.flush();
        return SinkBatch.of(partition.id(), messages, partition.written(), chunk.nextOffset(), chunk.leaderEpoch());
    }

    private boolean isFlushDue(boolean nothingCame, SinkEnd whereToEnd) {
        if (!pending) {
            return false;
        }
        if (requests.takeFlush() || nothingCame && hasReached(whereToEnd)) {
            return true;
        }
        long age = System.nanoTime() - pendingSinceNanos;
        Duration most = hasFlushed ? FLUSH_AGE : FIRST_FLUSH_AGE;
        return age >= most.toNanos() || nothingCame && age >= LINGER.toNanos();
    }

    private void flush() throws Exception {
        if (!pending) {
            return;
        }
        long begin = System.nanoTime();
        sink.flush();
        hasFlushed = true;
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (SinkPartition partition : partitions.all()) {
            partition.flushed().ifPresent(offset -> offsets.put(partition.partition(), offset));
            skipped.removeIf(
                    origin -> origin.partition().equals(partition.id()) && origin.offset() < partition.written());
        }
        consumer.commit(offsets);
        status.meters().commits().add(System.nanoTime() - begin);
        status.committed(pendingRecords, pendingDataBytes);
        status.lag(partitions.lag());
        forgetPending();
    }

    private void forgetPending() {
        pending = false;
        pendingRecords = 0;
        pendingBytes = 0;
        pendingDataBytes = 0;
    }

    /** The sink has undone all since its last flush: keeps the bad ones apart, and delivers the others again. */
    private void isolate(BadRecordsException e) throws Exception {
        deadLetters.keepAll(e.byOrigin());
        skipped.addAll(e.byOrigin().keySet());
        status.deadLettered(e.byOrigin().size());
        forgetPending();
        for (SinkPartition partition : partitions.all()) {
            consumer.seek(partition.partition(), partition.rewind());
        }
    }

    /** Goes back where the sink asked for it; chunks of these partitions that were read before are of no use. */
    private Set<TopicPartition> applyRewinds() {
        Set<TopicPartition> rewound = new HashSet<>();
        requests.takeRewinds().forEach((id, offset) -> {
            TopicPartition partition = new TopicPartition(id.topic(), id.partition());
            partitions.find(partition).ifPresent(found -> {
                found.written(offset, -1);
                consumer.seek(partition, offset);
                rewound.add(partition);
            });
        });
        return rewound;
    }

    private boolean hasReached(SinkEnd whereToEnd) {
        return whereToEnd.isReached(
                spec.topics(),
                partition ->
                        partitions.find(partition).map(SinkPartition::position).orElse(-1L));
    }

    /** Wakes the session from another thread. */
    void wake() {
        consumer.wakeup();
    }

    /** Ends a call of the sink from another thread. */
    void cancel() {
        sink.cancel();
    }

    @Override
    public void close() {
        Closing.quietly(sink);
        consumer.close();
        deadLetters.close();
    }

    /** What the sink asks for while it is called. */
    private final class Requests implements SinkContext {
        private final Map<io.mainstem.api.TopicPartition, Long> rewinds = new HashMap<>();
        private boolean flush;

        @Override
        public void rewind(io.mainstem.api.TopicPartition partition, long offset) {
            rewinds.put(partition, offset);
        }

        @Override
        public void pause(io.mainstem.api.TopicPartition partition) {
            consumer.pause(List.of(new TopicPartition(partition.topic(), partition.partition())));
        }

        @Override
        public void resume(io.mainstem.api.TopicPartition partition) {
            consumer.resume(List.of(new TopicPartition(partition.topic(), partition.partition())));
        }

        @Override
        public void requestFlush() {
            flush = true;
        }

        @Override
        public CompletionStage<Void> deadLetter(Message message, Exception why) {
            Origin origin = message.origin()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "only a message that came from the log can go to dead letters"));
            try {
                deadLetters.keepAll(Map.of(origin, why));
                status.deadLettered(1);
                return CompletableFuture.completedFuture(null);
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        Map<io.mainstem.api.TopicPartition, Long> takeRewinds() {
            Map<io.mainstem.api.TopicPartition, Long> taken = Map.copyOf(rewinds);
            rewinds.clear();
            return taken;
        }

        boolean takeFlush() {
            boolean taken = flush;
            flush = false;
            return taken;
        }
    }
}
