package io.mainstem.runtime.worker;

import io.mainstem.api.Ack;
import io.mainstem.api.Emitter;
import io.mainstem.api.Message;
import io.mainstem.api.Position;
import io.mainstem.api.Row;
import io.mainstem.api.Split;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.DiskBudgetException;
import io.mainstem.log.InvalidRecordException;
import io.mainstem.log.Log;
import io.mainstem.log.Producer;
import io.mainstem.log.ProducerOptions;
import io.mainstem.log.RecordTooLargeException;
import io.mainstem.log.TopicPartition;
import io.mainstem.log.Transaction;
import io.mainstem.runtime.codec.CodecException;
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
import io.mainstem.runtime.schema.IncompatibleSchemaException;
import io.mainstem.runtime.transform.StepFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        return new SplitEmitter(run, way, onAnnounce);
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

    private void deadLetter(byte[] raw, String place, LetterCause cause, Optional<GivenRow> row) {
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

    /** Takes what the reader of one split emits. */
    private final class SplitEmitter implements Emitter {
        private final SplitRun run;
        private final StreamWay way;
        private final Consumer<Collection<Split>> onAnnounce;
        private final List<Split> announced = new ArrayList<>();
        private long taken;

        SplitEmitter(SplitRun run, StreamWay way, Consumer<Collection<Split>> onAnnounce) {
            this.run = run;
            this.way = way;
            this.onAnnounce = onAnnounce;
        }

        @Override
        public void emit(Message message) {
            watch.check();
            taken++;
            StreamRoute direct = way.direct();
            if (direct == null) {
                emitThrough(Objects.requireNonNull(way.steps()), message);
            } else {
                emit(message, message, direct);
            }
        }

        /** A message of which the source gave another. */
        private void emit(Message message, Message given, StreamRoute route) {
            try {
                int size = encode(message, route);
                makeRoom(size);
                pastCheckpoint();
                SourceCommits.this.append(route);
                budget.seen(1);
            } catch (RecordTooLargeException e) {
                letter(given, LetterCause.of(route.tooLarge(transaction()), options.secrets()::scrub));
            } catch (InvalidRecordException | CodecException e) {
                letter(given, LetterCause.of(e, options.secrets()::scrub));
            }
        }

        private int encode(Message message, StreamRoute route) {
            try {
                return route.encode(message);
            } catch (IncompatibleSchemaException e) {
                if (message.value() instanceof Row row) {
                    run.refused(new StreamRefusal(way.stream(), route.name(), row.schema(), route.keyFields(), e));
                }
                throw e;
            }
        }

        private void emitThrough(SourceSteps steps, Message given) {
            try {
                List<Message> messages = steps.apply(given);
                if (messages.size() == 1) {
                    SourceSteps.Routed routed = steps.routed(messages.get(0));
                    emit(routed.message(), given, routed.route());
                } else if (messages.isEmpty()) {
                    budget.seen(1);
                } else {
                    emitAll(steps, messages, given);
                }
            } catch (StepFailure | CodecException e) {
                letter(given, LetterCause.of(e, options.secrets()::scrub));
            } catch (RuntimeException e) {
                throw e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommitFailedException(e);
            } catch (Exception e) {
                throw new CommitFailedException(e);
            }
        }

        /** All that came of one message, or none: what cannot be written is found before anything is. */
        private void emitAll(SourceSteps steps, List<Message> messages, Message given) {
            List<SourceSteps.Routed> all = new ArrayList<>(messages.size());
            long size = 0;
            for (Message message : messages) {
                SourceSteps.Routed routed = steps.routed(message);
                all.add(routed);
                int one = encode(routed.message(), routed.route());
                size += one;
                if (!routed.route().isWithinLimits()) {
                    letter(given, LetterCause.of(routed.route().tooLarge(transaction()), options.secrets()::scrub));
                    return;
                }
            }
            makeRoom((int) Math.min(size, Integer.MAX_VALUE / 2));
            if (transaction().bytes() + size > BYTES_MAX) {
                String why = "it becomes " + messages.size() + " records of " + size + " bytes, and with the "
                        + transaction().bytes()
                        + " bytes in front of it that would be more than a transaction may have, "
                        + BYTES_MAX;
                letter(given, LetterCause.of(why, options.secrets()::scrub));
                return;
            }
            pastCheckpoint();
            for (SourceSteps.Routed routed : all) {
                routed.route().encode(routed.message());
                SourceCommits.this.append(routed.route());
            }
            budget.seen(1);
        }

        /** A record that does not fit beside the others of its transaction begins the next one, where it may. */
        private void makeRoom(int size) {
            Transaction transaction = open;
            if (transaction != null
                    && transaction.bytes() + size > BYTES_MAX
                    && SourceCommits.this.pastCheckpoint == 0) {
                commitNow(SourceCommits.this::commit);
            }
        }

        /** The record that was taken last, counted since the split was opened, whatever became of those in front of it. */
        private String place() {
            return name + ", split " + run.split() + ", record " + taken;
        }

        @Override
        public void bad(byte[] raw, String where, String why) {
            watch.check();
            taken++;
            letter(raw, where, LetterCause.of(why, options.secrets()::scrub), Optional.empty());
        }

        private void letter(Message given, LetterCause cause) {
            String stream = way.stream().name();
            Instant time = open == null ? options.clock().instant() : Instant.ofEpochMilli(timestamp);
            byte[] shown = GivenRow.shown(given, stream);
            letter(shown, place(), cause, GivenRow.of(given, shown, stream, time));
        }

        private void letter(byte[] raw, String where, LetterCause cause, Optional<GivenRow> row) {
            pastCheckpoint();
            budget.seen(1);
            deadLetter(raw, where, cause, row);
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
            commitNow(SourceCommits.this::commitIfDue);
        }

        private void commitNow(Committing how) {
            try {
                how.commit();
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
                way.nextPartition();
            }
        }
    }
}
