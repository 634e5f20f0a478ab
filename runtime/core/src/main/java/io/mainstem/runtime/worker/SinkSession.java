package io.mainstem.runtime.worker;

import io.mainstem.api.BadRecordsException;
import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.RetryException;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
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
import io.mainstem.runtime.delivery.DeliveryMode;
import io.mainstem.runtime.pipeline.Batch;
import io.mainstem.runtime.pipeline.Pipeline;
import io.mainstem.runtime.pipeline.SinkSpec;
import io.mainstem.runtime.schema.Schemas;
import io.mainstem.runtime.transform.StepFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of a sink: takes its partitions over, delivers, flushes, commits. One thread. */
final class SinkSession implements Task.Session {

    private static final Logger LOGGER = LoggerFactory.getLogger(SinkSession.class);

    /** How long topics that have come to be may wait for a flush that would come in the middle of others' records. */
    private static final Duration LOOK_AGE = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(500);

    /** What comes ends the wait: only new topics, and what a sink does when nothing comes, are later by it. */
    private static final Duration QUIET_POLL = Duration.ofSeconds(2);

    /** The polls that bring nothing before the longer wait. */
    private static final int POLLS_UNTIL_QUIET = 10;

    private final SinkSpec spec;
    private final StopSignal signal;
    private final Clock clock;
    private final LifeStatus status;
    private final Batch batch;
    private final CallWatch watch;
    private final SinkSupply supply;
    private final GroupConsumer consumer;
    private final ConnectorContext context;
    private final SinkTopics topics;
    private final SinkAssignment assignment;
    private final SinkPartitions partitions = new SinkPartitions();
    private final SinkDeadLetters deadLetters;
    private final SinkPublisher publisher;
    private final DeliveryMode delivery;
    private final @Nullable SinkSteps steps;
    private final SinkRequests requests;
    private final SinkRedelivery redelivery;
    private volatile Sink sink;
    private volatile boolean givenUp;
    private @Nullable List<String> subscribed;
    private final PendingBatch pending;
    private long decodedBytes;
    private int emptyPolls;
    private long lookedNanos;

    SinkSession(
            Pipeline pipeline,
            SinkSpec spec,
            Log log,
            Schemas schemas,
            WorkerOptions options,
            SinkDeadLetters deadLetters,
            StopSignal signal,
            Life life,
            SinkSupply supply)
            throws Exception {
        this.spec = spec;
        this.signal = signal;
        this.clock = options.clock();
        this.status = life.status();
        this.batch = spec.batch();
        this.pending = new PendingBatch(batch);
        this.watch = life.watch();
        this.supply = supply;
        this.deadLetters = deadLetters;
        this.publisher = new SinkPublisher(pipeline, log, schemas, options.clock());
        this.topics = new SinkTopics(pipeline, spec, log);
        // A sink may take its time: the worker watches its calls, and a rebalance would not make a slow target faster.
        this.consumer = log.consumer(
                pipeline.group(spec),
                ConsumerOptions.defaults().withMaxPollInterval(ConsumerOptions.MAX_POLL_INTERVAL_MAX));
        this.context = new ConnectorContext(
                pipeline,
                spec.name(),
                spec.factory(),
                options.clock(),
                options.secrets(),
                () -> {},
                status::reachableAt);
        try {
            this.delivery = WatchedSink.delivery(spec, watch);
            this.sink = newSink();
        } catch (Exception | Error e) {
            context.close();
            consumer.close();
            throw e;
        }
        status.delivery(delivery);
        this.steps = spec.transforms().isEmpty()
                ? null
                : new SinkSteps(
                        pipeline, spec, schemas, new StepsContext(context, pipeline, log, () -> schemas), watch);
        this.requests = new SinkRequests(
                log, clock, life, supply, topics, consumer, partitions, deadLetters, publisher, pending);
        this.assignment = new SinkAssignment(
                pipeline, spec, log, schemas, topics, sink, delivery.isKeptByTarget(), consumer, partitions, requests);
        this.redelivery = new SinkRedelivery(log, signal, partitions, deadLetters, topics, requests, new Giving());
    }

    private Sink newSink() throws Exception {
        return WatchedSink.create(spec, context, watch);
    }

    private List<RecordChunk> poll(Duration maxWait) throws Exception {
        try {
            return consumer.poll(maxWait);
        } catch (OffsetOutOfRangeException e) {
            // What the look at the assignment found says more.
            assignment.throwFailure();
            throw new StopException("sink.offset-gone", String.valueOf(e.getMessage()), assignment.howToGoOn());
        }
    }

    /** Also to topics that have come to be since. To be asked while nothing is pending: partitions come with it. */
    private void subscribe() {
        lookedNanos = System.nanoTime();
        List<String> present = topics.present();
        if (!present.equals(subscribed)) {
            if (present.isEmpty()) {
                LOGGER.warn("no topic is there yet that sink {} reads: {}", spec.name(), spec.topics());
            }
            consumer.subscribe(present, assignment);
            subscribed = present;
        }
    }

    @Override
    public void run() throws Exception {
        subscribe();
        while (!signal.isStopping()) {
            List<RecordChunk> chunks = poll(longestPoll());
            emptyPolls = chunks.isEmpty() && pending.isEmpty() ? emptyPolls + 1 : 0;
            // One look: if the end came between two of them, this would end with rows that are not flushed.
            SinkEnd whereToEnd = supply.end();
            assignment.throwFailure();
            sayRunning();
            boolean tries = !pending.isEmpty() || !chunks.isEmpty();
            if (!deliverOrIsolate(chunks, whereToEnd)) {
                continue;
            }
            if (tries) {
                checkPatience();
            }
            if (chunks.isEmpty() && hasReached(whereToEnd)) {
                return;
            }
            if (chunks.isEmpty() && pending.isEmpty()) {
                // A sink that has paused a partition is not well, however long nothing comes.
                boolean waits = paused().isPresent();
                if (!partitions.all().isEmpty()) {
                    sink.idle();
                }
                if (waits) {
                    emptyPolls = 0;
                    if (pause().isEmpty()) {
                        checkPatience();
                    }
                } else {
                    status.caughtUp();
                }
            }
            if (pending.isEmpty() && (chunks.isEmpty() || System.nanoTime() - lookedNanos >= POLL.toNanos())) {
                subscribe();
            }
        }
        flush();
    }

    /** A sink that waits for a moment at which its target may be asked again is as well as one that works; one that was refused retries. */
    private void sayRunning() {
        if (partitions.all().stream().noneMatch(SinkPartition::isRefused)) {
            pause().ifPresentOrElse(status::pausing, status::running);
        }
    }

    /** A sink that has paused a partition waits for its target, which is not for ever. */
    private void checkPatience() {
        Optional<io.mainstem.api.TopicPartition> waiting = paused();
        Optional<Duration> tooLong = waiting.flatMap(any -> status.givingUp());
        if (tooLong.isPresent()) {
            String message = "it has paused " + waiting.get() + ", and nothing has got through to its target for "
                    + tooLong.get().toSeconds() + " s"
                    + pause().map(pause -> ": " + pause.why()).orElse("; its last warning in the log says why");
            throw new RetryException(message, new TimeoutException(message));
        }
    }

    /** What the sink has to wait for at this moment, if it has said so: the wait that ends first. */
    private Optional<TaskStatus.Pause> pause() {
        Instant now = clock.instant();
        return partitions.all().stream()
                .flatMap(partition -> partition.pause().stream())
                .filter(pause -> pause.until().isAfter(now))
                .min(Comparator.comparing(TaskStatus.Pause::until));
    }

    /** A partition that the sink has paused, if there is one. */
    private Optional<io.mainstem.api.TopicPartition> paused() {
        return partitions.all().stream()
                .filter(SinkPartition::isPaused)
                .map(SinkPartition::id)
                .findFirst();
    }

    private Duration longestPoll() {
        if (pending.isEmpty()) {
            return emptyPolls < POLLS_UNTIL_QUIET ? POLL : QUIET_POLL;
        }
        // The end of what is to be read may be reached meanwhile.
        Duration left = pending.left();
        return left.compareTo(POLL) < 0 ? left : POLL;
    }

    /** Returns false when records were found that are bad. */
    private boolean deliverOrIsolate(List<RecordChunk> chunks, SinkEnd whereToEnd) throws Exception {
        try {
            deliver(chunks);
            if (isFlushDue(chunks.isEmpty(), whereToEnd)) {
                flush();
            }
            return true;
        } catch (BadRecordsException e) {
            isolate(e);
        } catch (Exception e) {
            Map<TopicPartition, Long> given = partitions.given();
            if (!delivery.isRepeatable() || given.isEmpty() || !Failure.isUnexplained(e)) {
                throw e;
            }
            isolate(given, e);
        }
        return false;
    }

    /** A flush commits what was written: where the sink asks to go back, that is done before it. */
    private void deliver(List<RecordChunk> chunks) throws Exception {
        requests.goBackAnew();
        for (RecordChunk chunk : chunks) {
            if (requests.hasGoneBack(chunk.partition())) {
                continue;
            }
            give(partitions.of(chunk.partition()), chunk, Long.MAX_VALUE);
            requests.goBack();
            if (pending.isFull()) {
                flush();
            }
        }
    }

    /** Gives the sink the records of a chunk before an offset. Returns how many. */
    private int give(SinkPartition partition, RecordChunk chunk, long before) throws Exception {
        long end = Math.min(chunk.nextOffset(), before);
        int given = give(partition, decode(partition, chunk, end), chunk);
        while (partition.written() < end) {
            // The first records, or what the steps made of them, are enough for one batch.
            flush();
            if (requests.hasGoneBack(partition.partition())) {
                break;
            }
            given += give(partition, decode(partition, chunk, end), chunk);
        }
        return given;
    }

    private int give(SinkPartition partition, SinkBatch batch, RecordChunk chunk) throws Exception {
        long next = batch.nextOffset();
        partition.giving(batch, decodedBytes);
        pending.begin();
        long begin = System.nanoTime();
        sink.write(batch);
        status.meters().batches().add(System.nanoTime() - begin);
        partition.written(next, chunk.leaderEpoch());
        pending.taken(batch.messages().size(), chunk.bytes());
        return batch.messages().size();
    }

    /** The rows point into the chunk, and a sink may keep them to its flush: the chunk is not released. */
    private SinkBatch decode(SinkPartition partition, RecordChunk chunk, long end) throws Exception {
        List<Message> messages = new ArrayList<>();
        decodedBytes = 0;
        RecordCursor cursor = chunk.cursor();
        long records = 0;
        long next = end;
        while (cursor.next() && cursor.offset() < end) {
            if (cursor.offset() < partition.written()) {
                continue;
            }
            if (messages.size() >= batch.records() || decodedBytes >= batch.bytes()) {
                next = cursor.offset();
                break;
            }
            records++;
            if (deadLetters.isKept(partition.id(), cursor.offset())) {
                continue;
            }
            try {
                add(partition, partition.decode(cursor), messages);
                decodedBytes += Math.max(0, cursor.keyLength()) + Math.max(0, cursor.valueLength());
            } catch (UndecodableException | StepFailure e) {
                deadLetters.keep(new Origin(partition.id(), cursor.offset(), 0), cursor, e, 1);
            }
        }
        if (partition.isNew(next)) {
            deadLetters.seen(records);
        }
        // A sink may commit by itself while it writes.
        deadLetters.flush();
        return SinkBatch.of(partition.id(), messages, partition.written(), next, chunk.leaderEpoch());
    }

    private void add(SinkPartition partition, Message message, List<Message> messages) throws Exception {
        if (steps == null) {
            messages.add(message);
        } else {
            messages.addAll(steps.apply(partition.id().topic(), message));
        }
    }

    private boolean isFlushDue(boolean nothingCame, SinkEnd whereToEnd) {
        if (pending.isEmpty()) {
            return false;
        }
        if (requests.takeFlush() || nothingCame && hasReached(whereToEnd)) {
            return true;
        }
        long looked = System.nanoTime() - lookedNanos;
        return looked >= Math.max(LOOK_AGE.toNanos(), batch.time().toNanos()) || pending.isDue(nothingCame);
    }

    /** What the sink asks for again, be it while it is flushed, is not flushed. */
    private void flush() throws Exception {
        if (pending.isEmpty()) {
            return;
        }
        long begin = System.nanoTime();
        sink.flush();
        publisher.flush();
        pending.flushed();
        requests.goBack();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (SinkPartition partition : partitions.all()) {
            partition.flushed().ifPresent(offset -> offsets.put(partition.partition(), offset));
            deadLetters.passed(partition.id(), partition.written());
        }
        consumer.commit(offsets);
        status.meters().commits().add(System.nanoTime() - begin);
        countLanded();
        forgetPending();
    }

    private void countLanded() {
        long records = -pending.notWritten();
        long bytes = 0;
        for (SinkPartition partition : partitions.all()) {
            records += partition.landing().count();
            bytes += partition.landing().bytes();
        }
        status.committed(Math.max(0, records), bytes);
    }

    private void forgetPending() {
        partitions.all().forEach(partition -> partition.landing().clear());
        pending.forget();
    }

    /** The sink has undone all since its last flush: keeps the bad ones apart, and delivers the others again. */
    private void isolate(BadRecordsException e) throws Exception {
        keep(e);
        for (SinkPartition partition : partitions.all()) {
            consumer.seek(partition.partition(), partition.rewind());
        }
    }

    private void keep(BadRecordsException e) throws Exception {
        if (e.byOrigin().keySet().stream().allMatch(deadLetters::isKept)) {
            // It blames what it was not given: to go on would be to go round in circles.
            throw e;
        }
        deadLetters.keepAll(e.byOrigin(), topics, 1);
        forgetPending();
    }

    /** The sink has failed and does not say why: finds the records that it cannot write. */
    private void isolate(Map<TopicPartition, Long> given, Exception failure) throws Exception {
        new SinkIsolation(redelivery).run(given, failure);
        for (SinkPartition partition : partitions.all()) {
            consumer.seek(partition.partition(), partition.written());
        }
    }

    private boolean hasReached(SinkEnd whereToEnd) {
        return whereToEnd.isReached(
                topics::areOf,
                partition ->
                        partitions.find(partition).map(SinkPartition::position).orElse(-1L));
    }

    /** Wakes the session from another thread. */
    void wake() {
        consumer.wakeup();
    }

    @Override
    public void cancel() {
        sink.cancel();
        if (steps != null) {
            steps.cancel();
        }
    }

    /** Its partitions are free from here on, and what it commits is refused. */
    @Override
    public void giveUp() {
        givenUp = true;
        consumer.close();
    }

    /** Whether its thread was left behind, with all that it holds. */
    boolean isGivenUp() {
        return givenUp;
    }

    @Override
    public void close() {
        if (steps != null) {
            Closing.quietly(steps);
        }
        Closing.quietly(sink);
        context.close();
        consumer.close();
        publisher.close();
        deadLetters.close();
    }

    /** What the search for bad records does with the sink. */
    private final class Giving implements SinkRedelivery.Giving {

        @Override
        public void reopen() throws Exception {
            Closing.quietly(sink);
            forgetPending();
            requests.forgetRewinds();
            sink = newSink();
            assignment.reopened(sink);
        }

        @Override
        public int give(SinkPartition partition, RecordChunk chunk, long before) throws Exception {
            return SinkSession.this.give(partition, chunk, before);
        }

        @Override
        public void flush() throws Exception {
            SinkSession.this.flush();
        }

        @Override
        public void forget() {
            forgetPending();
        }
    }
}
