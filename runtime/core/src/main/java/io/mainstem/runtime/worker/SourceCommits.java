package io.mainstem.runtime.worker;

import io.mainstem.api.Ack;
import io.mainstem.api.Emitter;
import io.mainstem.api.Position;
import io.mainstem.api.Split;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.DiskBudgetException;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import io.mainstem.runtime.delivery.BadRecordBudget;
import io.mainstem.runtime.delivery.DeadLetter;
import io.mainstem.runtime.delivery.LetterCause;
import io.mainstem.runtime.delivery.LetterTopic;
import io.mainstem.runtime.delivery.Positions;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.Resent;
import io.mainstem.runtime.delivery.SourceState;
import io.mainstem.runtime.pipeline.Batch;
import io.mainstem.runtime.pipeline.FailurePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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

    /** The most bytes of records in a transaction: positions and dead letters find room in it, too. */
    static final int BYTES_MAX = Transaction.BYTES_MAX - (2 << 20);

    private static final int IN_FLIGHT_MAX = 4;

    /** How often a source that waits for room in the log looks whether it is to stop. */
    static final Duration LOOK = Duration.ofMillis(200);

    private static final Logger LOGGER = LoggerFactory.getLogger(SourceCommits.class);

    private final SourceName name;
    private final Batch batch;
    private final FailurePolicy policy;
    private final Producer producer;
    private final Positions positions;
    private final SourceState state;
    private final Log log;
    private final DeadLetter.Owner owner;
    private final WorkerOptions options;
    private final StopSignal signal;
    private final LifeStatus status;
    private final CallWatch watch;
    private final BadRecordBudget budget;
    private final KeyWatch keyWatch = new KeyWatch();
    private final ArrayDeque<Commit> inFlight = new ArrayDeque<>();
    private final Map<String, Position> changed = new LinkedHashMap<>();
    private @Nullable Transaction open;
    private final Map<String, LetterTopic> letterTopics = new HashMap<>();
    private List<Ack> acks = new ArrayList<>();
    private List<Split> finished = new ArrayList<>();
    private List<Split> settledSplits = new ArrayList<>();
    private final List<Ack> settledAcks = new ArrayList<>();
    private int pastCheckpoint;
    private long records;
    private long bytes;
    private long deadLetters;
    private long openedNanos;
    private long timestamp;

    SourceCommits(
            SourceName name,
            Batch batch,
            FailurePolicy policy,
            Producer producer,
            Positions positions,
            SourceState state,
            Log log,
            String connector,
            WorkerOptions options,
            StopSignal signal,
            Life life) {
        this.name = name;
        this.batch = batch;
        this.policy = policy;
        this.producer = producer;
        this.positions = positions;
        this.state = state;
        this.log = log;
        this.owner = new DeadLetter.Owner(name.pipeline(), DeadLetter.Side.SOURCE, name.source(), connector);
        this.options = options;
        this.signal = signal;
        this.status = life.status();
        this.watch = life.watch();
        this.budget = new BadRecordBudget(policy.badRecords(), options.clock());
    }

    Emitter emitterFor(SplitRun run, StreamWay way, Consumer<Collection<Split>> onAnnounce) {
        return new SplitEmitter(this, run, way, onAnnounce, options.secrets());
    }

    /** Ends a reader whose time is over. */
    void check() {
        watch.check();
    }

    SourceName name() {
        return name;
    }

    /** When the messages of the open transaction are said to be, or now. */
    Instant time() {
        return open == null ? options.clock().instant() : Instant.ofEpochMilli(timestamp);
    }

    /** Notes which keys are published, while somebody wants to know. */
    KeyWatch keyWatch() {
        return keyWatch;
    }

    void put(String positionKey, Position position) {
        transaction();
        changed.put(positionKey, position);
    }

    void put(StreamSchema stream) {
        positions.put(transaction(), name, state, stream);
    }

    void put(Split split, boolean isFinished) {
        positions.put(transaction(), name, state, split, isFinished);
    }

    /** Appends the message that a route has encoded last. */
    void append(StreamRoute route) {
        bytes += route.append(transaction(), timestamp);
        keyWatch.saw(route);
        records++;
    }

    /** Why the message that a route has encoded last does not go into the open transaction. */
    String tooLarge(StreamRoute route) {
        return route.tooLarge(transaction());
    }

    /** The bytes of the open transaction. */
    long bytes() {
        return transaction().bytes();
    }

    /** Messages that do not fit beside the others of their transaction begin the next one, where they may. */
    void makeRoom(long size) {
        if (open != null && isFull(size) && pastCheckpoint == 0) {
            commitNow(this::commit);
        }
    }

    /** A split has emitted past its checkpoint: nothing is committed before its next one. */
    void pastCheckpoint() {
        pastCheckpoint++;
    }

    /** A split that had emitted past its checkpoint has come to the next. */
    void atCheckpoint() {
        pastCheckpoint--;
    }

    /** What was emitted up to here may commit, with these positions and the splits that were announced on the way. */
    void checkpoint(Map<String, Position> positionsAfter, Ack ack, Collection<Split> announced) {
        transaction();
        changed.putAll(positionsAfter);
        if (ack != SourceSession.NO_ACK) {
            acks.add(ack);
        }
        for (Split child : announced) {
            put(child, false);
        }
    }

    /** Whether the transaction has no room for so many more bytes. */
    boolean isFull(long more) {
        Transaction transaction = open;
        return (transaction == null ? 0 : transaction.bytes()) + more > BYTES_MAX;
    }

    /** Rows that are sent again were published up to an offset of their topic. */
    void putResent(UUID topicId, long next) {
        positions.putResent(transaction(), name, state, topicId, next);
    }

    /** Keeps a letter anew that was sent again and failed. It was bad before, and so is none that makes too many. */
    void keepAgain(Resent resent, LetterCause cause) {
        LetterTopic topic = letterTopic(resent.letterTopic());
        Transaction transaction = transaction();
        keep(transaction, topic, resent.letter().again(cause, options.clock().instant()));
    }

    private void keep(Transaction transaction, LetterTopic topic, DeadLetter letter) {
        DeadLetter kept = letter.within(Math.min(topic.valueBytesMax(), BYTES_MAX - transaction.bytes()));
        transaction.append(topic.partition(), timestamp, kept.key(), kept.value(), kept.headers());
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

    /** Whether somebody waits to hear of a commit that is under way. */
    boolean isAwaited() {
        return inFlight.stream().anyMatch(commit -> !commit.acks().isEmpty());
    }

    /** Commits if it is time, for a reader, which throws nothing that is checked. */
    void commitNowIfDue() {
        commitNow(this::commitIfDue);
    }

    private static void commitNow(Committing how) {
        try {
            how.commit();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommitFailedException(e);
        } catch (ExecutionException e) {
            throw new CommitFailedException(e.getCause() == null ? e : e.getCause());
        }
    }

    void commitIfDue() throws InterruptedException, ExecutionException {
        Transaction transaction = open;
        if (transaction != null && pastCheckpoint == 0 && isDue(transaction)) {
            commit();
        }
    }

    private boolean isDue(Transaction transaction) {
        return transaction.records() >= batch.records()
                || transaction.bytes() >= batch.bytes()
                || System.nanoTime() - openedNanos >= batch.time().toNanos();
    }

    /** Commits the open transaction, unless a reader has emitted past its checkpoint. Waits while too many are under way. */
    void commit() throws InterruptedException, ExecutionException {
        watch.check();
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
        inFlight.add(commit);
        if (!commit.acks().isEmpty()) {
            var unused = commit.future().whenComplete((offsets, failure) -> signal.wake());
        }
        if (inFlight.size() > IN_FLIGHT_MAX) {
            awaitTurn();
        }
    }

    private void awaitTurn() throws InterruptedException, ExecutionException {
        long paused = watch.pause();
        while (inFlight.size() > IN_FLIGHT_MAX) {
            inFlight.element().future().get();
            settle();
        }
        watch.resume(paused);
    }

    private CompletableFuture<Map<TopicPartition, Long>> timed(CompletableFuture<Map<TopicPartition, Long>> commit) {
        long begin = System.nanoTime();
        var unused = commit.whenComplete(
                (offsets, failure) -> status.meters().commits().add(System.nanoTime() - begin));
        return commit;
    }

    /** Counts the commits that are done, and tells who waits for them. Returns the splits that are finished by them. */
    List<Split> reap() throws InterruptedException, ExecutionException {
        while (!inFlight.isEmpty() && inFlight.element().future().isDone()) {
            inFlight.element().future().get();
            settle();
        }
        settledAcks.forEach(this::durable);
        settledAcks.clear();
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
        settledAcks.addAll(commit.acks());
    }

    private void durable(Ack ack) {
        watch.begin(ConnectorCall.ACKNOWLEDGE);
        try {
            ack.durable();
        } finally {
            watch.end();
        }
    }

    private void failed(Ack ack, Exception cause) {
        watch.begin(ConnectorCall.CLOSE);
        try {
            ack.failed(cause);
        } finally {
            watch.end();
        }
    }

    private Transaction transaction() {
        watch.check();
        Transaction transaction = open;
        if (transaction == null) {
            long paused = watch.pause();
            transaction = begin();
            watch.resume(paused);
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
        settledAcks.forEach(this::durable);
        settledAcks.clear();
        inFlight.forEach(this::answer);
        inFlight.clear();
        IllegalStateException cause = new IllegalStateException("the source was closed before the commit");
        acks.forEach(ack -> failed(ack, cause));
        acks.clear();
    }

    /** Tells those who wait for a commit that is under way what becomes of it. */
    private void answer(Commit commit) {
        if (commit.acks().isEmpty()) {
            return;
        }
        try {
            commit.future().join();
            commit.acks().forEach(this::durable);
        } catch (CompletionException | CancellationException e) {
            commit.acks().forEach(ack -> failed(ack, e));
        }
    }

    /** A message was taken, whatever became of it. */
    void seen() {
        budget.seen(1);
    }

    /** Keeps a bad record as a letter in the open transaction. Throws StopException where such are not to be kept. */
    void deadLetter(byte[] raw, String place, LetterCause cause, Optional<GivenRow> row) {
        budget.seen(1);
        String where = options.secrets().scrub(place);
        if (!(policy.badRecords() instanceof FailurePolicy.BadRecords.DeadLetters letters)) {
            throw new StopException(
                    "source.bad-record",
                    where + ": " + cause.message(),
                    "correct the source, or set 'on-failure: {bad-records: {to: TOPIC}}' to keep such records in a topic and go on");
        }
        budget.spend(where, cause.message());
        LetterTopic topic = letterTopic(letters.topic());
        Transaction transaction = transaction();
        deadLetters++;
        // What a letter is sent again with must not be why many of them find no room between two checkpoints.
        DeadLetter letter =
                DeadLetter.ofSource(owner, raw, where, cause, options.clock().instant());
        keep(
                transaction,
                topic,
                row.filter(given -> !isFull(BYTES_MAX / 2 + given.bytes()))
                        .map(given -> letter.of(given.given(), given.headers()))
                        .orElse(letter));
    }

    private LetterTopic letterTopic(String topic) {
        return letterTopics.computeIfAbsent(topic, name -> {
            try (Producer registering =
                    log.producer(ProducerOptions.idempotent().withReserve())) {
                return LetterTopic.ensure(log, name, registering);
            }
        });
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
            long deadLetters) {}

    /** One of the ways to commit. */
    private interface Committing {
        void commit() throws InterruptedException, ExecutionException;
    }
}
