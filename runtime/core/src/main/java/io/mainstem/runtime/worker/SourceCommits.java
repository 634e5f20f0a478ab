package io.mainstem.runtime.worker;

import io.mainstem.api.Ack;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Position;
import io.mainstem.api.Split;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.DiskBudgetException;
import io.mainstem.log.Producer;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.delivery.BadRecordBudget;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.SourceState;
import io.mainstem.runtime.delivery.Topics;
import io.mainstem.runtime.pipeline.FailurePolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of one source session: what readers emit goes into the open one, and at a checkpoint it commits with the
 * positions. While one is forced to disk, the next is filled; at most {@value #IN_FLIGHT_MAX} are under way. One thread.
 */
final class SourceCommits implements AutoCloseable {

    static final int RECORDS = 10_000;
    static final int BYTES = 1 << 20;
    private static final Duration AGE = Duration.ofMillis(200);
    private static final int IN_FLIGHT_MAX = 4;

    /** How often a source that waits for room in the log looks whether it is to stop. */
    static final Duration LOOK = Duration.ofMillis(200);

    private static final Logger LOGGER = LoggerFactory.getLogger(SourceCommits.class);

    private final SourceName name;
    private final FailurePolicy policy;
    private final Producer producer;
    private final Positions positions;
    private final SourceState state;
    private final Topics topics;
    private final WorkerOptions options;
    private final StopSignal signal;
    private final TaskStatus status;
    private final BadRecordBudget budget;
    private final ArrayDeque<Commit> inFlight = new ArrayDeque<>();
    private final Map<String, Position> changed = new LinkedHashMap<>();
    private @Nullable Transaction open;
    private List<Ack> acks = new ArrayList<>();
    private List<Split> finished = new ArrayList<>();
    private List<Split> settledSplits = new ArrayList<>();
    private int pastCheckpoint;
    private long records;
    private long bytes;
    private long deadLetters;
    private long openedNanos;
    private long timestamp;

    SourceCommits(
            SourceName name,
            FailurePolicy policy,
            Producer producer,
            Positions positions,
            SourceState state,
            Topics topics,
            WorkerOptions options,
            StopSignal signal,
            TaskStatus status) {
        this.name = name;
        this.policy = policy;
        this.producer = producer;
        this.positions = positions;
        this.state = state;
        this.topics = topics;
        this.options = options;
        this.signal = signal;
        this.status = status;
        this.budget = new BadRecordBudget(policy.badRecords(), options.clock());
    }

    Emitter emitterFor(SplitRun run, StreamRoute route, Consumer<Collection<Split>> onAnnounce) {
        return new SplitEmitter(run, route, onAnnounce);
    }

    void put(StreamSchema stream) {
        positions.put(transaction(), name, state, stream);
    }

    void put(Split split, boolean isFinished) {
        positions.put(transaction(), name, state, split, isFinished);
    }

    void finished(Split split) {
        put(split, true);
        finished.add(split);
    }

    boolean isOpen() {
        return open != null;
    }

    /** Whether commits are under way. */
    boolean isWaiting() {
        return !inFlight.isEmpty();
    }

    void commitIfDue() throws InterruptedException, ExecutionException {
        Transaction transaction = open;
        if (transaction != null && pastCheckpoint == 0 && isDue(transaction)) {
            commit();
        }
    }

    private boolean isDue(Transaction transaction) {
        return transaction.records() >= RECORDS
                || transaction.bytes() >= BYTES
                || System.nanoTime() - openedNanos >= AGE.toNanos();
    }

    /** Commits the open transaction, unless a reader has emitted past its checkpoint. Waits while too many are under way. */
    void commit() throws InterruptedException, ExecutionException {
        Transaction transaction = open;
        if (transaction == null || pastCheckpoint > 0) {
            return;
        }
        changed.forEach((key, position) -> positions.put(transaction, name, state, key, position));
        changed.clear();
        open = null;
        Commit commit = new Commit(timed(transaction.commit()), acks, finished, records, bytes, deadLetters);
        acks = new ArrayList<>();
        finished = new ArrayList<>();
        records = 0;
        bytes = 0;
        deadLetters = 0;
        commit.acknowledge();
        inFlight.add(commit);
        while (inFlight.size() > IN_FLIGHT_MAX) {
            inFlight.element().future().get();
            settle();
        }
    }

    private CompletableFuture<Map<TopicPartition, Long>> timed(CompletableFuture<Map<TopicPartition, Long>> commit) {
        long begin = System.nanoTime();
        var unused = commit.whenComplete(
                (offsets, failure) -> status.meters().commits().add(System.nanoTime() - begin));
        return commit;
    }

    /** Counts the commits that are done. Returns the splits that are finished by them. */
    List<Split> reap() throws InterruptedException, ExecutionException {
        while (!inFlight.isEmpty() && inFlight.element().future().isDone()) {
            inFlight.element().future().get();
            settle();
        }
        if (settledSplits.isEmpty()) {
            return List.of();
        }
        List<Split> splits = settledSplits;
        settledSplits = new ArrayList<>();
        return splits;
    }

    /** Waits for all commits that are under way. Returns the splits that are finished by them. */
    List<Split> drain() throws InterruptedException, ExecutionException {
        for (Commit commit : inFlight) {
            commit.future().get();
        }
        return reap();
    }

    private void settle() {
        Commit commit = inFlight.remove();
        status.committed(commit.records(), commit.bytes());
        status.deadLettered(commit.deadLetters());
        settledSplits.addAll(commit.finished());
    }

    private Transaction transaction() {
        Transaction transaction = open;
        if (transaction == null) {
            transaction = begin();
            open = transaction;
            openedNanos = System.nanoTime();
            timestamp = options.clock().millis();
        }
        return transaction;
    }

    /** Begins a transaction; waits while there is no room for another. */
    private Transaction begin() {
        boolean waited = false;
        while (true) {
            try {
                Transaction transaction = producer.begin();
                if (waited) {
                    LOGGER.info("source {} goes on: there is room in the log again", name);
                    status.running();
                }
                return transaction;
            } catch (DiskBudgetException e) {
                if (signal.isStopping() || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                if (!waited) {
                    LOGGER.warn("source {} waits: {}", name, e.getMessage());
                }
                waited = true;
                status.waiting(Failure.of(e));
            }
        }
    }

    @Override
    public void close() {
        Transaction transaction = open;
        open = null;
        if (transaction != null) {
            transaction.abort();
        }
        IllegalStateException cause = new IllegalStateException("the source was closed before the commit");
        acks.forEach(ack -> ack.failed(cause));
    }

    private void deadLetter(DeadLetter letter, String reason) {
        if (!(policy.badRecords() instanceof FailurePolicy.BadRecords.DeadLetters letters)) {
            throw new StopException(
                    "source.bad-record",
                    letter.origin() + ": " + reason,
                    "correct the source, or set 'on-failure: {bad-records: {to: TOPIC}}' to keep such records in a topic and go on");
        }
        budget.spend(letter.origin(), reason);
        topics.ensureDeadLetters(letters.topic());
        transaction()
                .append(
                        new TopicPartition(letters.topic(), 0),
                        timestamp,
                        letter.key(),
                        letter.value(),
                        letter.headers());
        deadLetters++;
    }

    /**
     * A commit under way.
     *
     * @param future what becomes of it
     * @param acks who wants to know
     * @param finished the splits whose end it holds
     * @param records how many messages it holds
     * @param bytes how many bytes their keys and values have
     * @param deadLetters how many dead letters
     */
    private record Commit(
            CompletableFuture<Map<TopicPartition, Long>> future,
            List<Ack> acks,
            List<Split> finished,
            long records,
            long bytes,
            long deadLetters) {

        void acknowledge() {
            if (acks.isEmpty()) {
                return;
            }
            var unused = future.whenCompleteAsync((offsets, failure) -> {
                for (Ack ack : acks) {
                    if (failure == null) {
                        ack.durable();
                    } else {
                        ack.failed(failure instanceof Exception e ? e : new IllegalStateException(failure));
                    }
                }
            });
        }
    }

    /** Takes what the reader of one split emits. */
    private final class SplitEmitter implements Emitter {
        private final SplitRun run;
        private final StreamRoute route;
        private final Consumer<Collection<Split>> onAnnounce;
        private final List<Split> announced = new ArrayList<>();

        SplitEmitter(SplitRun run, StreamRoute route, Consumer<Collection<Split>> onAnnounce) {
            this.run = run;
            this.route = route;
            this.onAnnounce = onAnnounce;
        }

        @Override
        public void emit(Message message) {
            pastCheckpoint();
            Transaction transaction = transaction();
            try {
                bytes += route.append(transaction, message, timestamp);
                records++;
            } catch (RecordTooLargeException | CodecException e) {
                bad(JsonRows.toJson(message).getBytes(StandardCharsets.UTF_8), place(), String.valueOf(e.getMessage()));
            }
        }

        private String place() {
            return name + ", split " + run.split() + ", record " + (status.records() + records + 1);
        }

        @Override
        public void bad(byte[] raw, String where, String why) {
            pastCheckpoint();
            String reason = options.secrets().scrub(why);
            deadLetter(DeadLetter.ofSource(name.pipeline(), name.source(), raw, where, reason), reason);
        }

        @Override
        public void announce(Split child) {
            announced.add(child);
        }

        @Override
        public void checkpoint(Position after) {
            checkpoint(Map.of(run.split().id(), after), SourceSession.NO_ACK);
        }

        @Override
        public void checkpoint(Map<String, Position> positionsAfter, Ack ack) {
            transaction();
            changed.putAll(positionsAfter);
            if (ack != SourceSession.NO_ACK) {
                acks.add(ack);
            }
            for (Split child : announced) {
                put(child, false);
            }
            onAnnounce.accept(announced);
            announced.clear();
            if (run.isPastCheckpoint()) {
                run.pastCheckpoint(false);
                SourceCommits.this.pastCheckpoint--;
            }
            commitNow();
        }

        private void commitNow() {
            try {
                commitIfDue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommitFailedException(e);
            } catch (ExecutionException e) {
                throw new CommitFailedException(e.getCause() == null ? e : e.getCause());
            }
        }

        private void pastCheckpoint() {
            if (!run.isPastCheckpoint()) {
                run.pastCheckpoint(true);
                SourceCommits.this.pastCheckpoint++;
                route.nextPartition();
            }
        }
    }
}
