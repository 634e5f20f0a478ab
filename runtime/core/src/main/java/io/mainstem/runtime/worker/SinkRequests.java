package io.mainstem.runtime.worker;

import io.mainstem.api.Message;
import io.mainstem.api.Origin;
import io.mainstem.api.SinkContext;
import io.mainstem.api.TopicPartition;
import io.mainstem.log.GroupConsumer;
import io.mainstem.log.Log;
import io.mainstem.log.LogException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a sink asks for while it is called. What changes where the session reads, or when it flushes, is kept until the session
 * takes it up between two calls; all else is done at once. The session's thread.
 */
final class SinkRequests implements SinkContext {

    private final Log log;
    private final Clock clock;
    private final CallWatch watch;
    private final LifeStatus status;
    private final SinkSupply supply;
    private final SinkTopics topics;
    private final GroupConsumer consumer;
    private final SinkPartitions partitions;
    private final SinkDeadLetters deadLetters;
    private final SinkPublisher publisher;
    private final PendingBatch pending;
    private final Map<TopicPartition, Long> rewinds = new HashMap<>();
    private final Set<io.mainstem.log.TopicPartition> goneBack = new HashSet<>();
    private boolean flush;

    SinkRequests(
            Log log,
            Clock clock,
            Life life,
            SinkSupply supply,
            SinkTopics topics,
            GroupConsumer consumer,
            SinkPartitions partitions,
            SinkDeadLetters deadLetters,
            SinkPublisher publisher,
            PendingBatch pending) {
        this.log = log;
        this.clock = clock;
        this.watch = life.watch();
        this.status = life.status();
        this.supply = supply;
        this.topics = topics;
        this.consumer = consumer;
        this.partitions = partitions;
        this.deadLetters = deadLetters;
        this.publisher = publisher;
        this.pending = pending;
    }

    @Override
    public void rewind(TopicPartition partition, long offset) {
        rewinds.put(partition, offset);
    }

    /** Goes back where the sink asked for it, and forgets where it had gone back before. */
    void goBackAnew() {
        goneBack.clear();
        goBack();
    }

    /** Goes back where the sink asked for it. */
    void goBack() {
        Map<TopicPartition, Long> asked = Map.copyOf(rewinds);
        rewinds.clear();
        asked.forEach((id, offset) -> find(id).ifPresent(partition -> {
            partition.rewindTo(offset);
            consumer.seek(partition.partition(), offset);
            goneBack.add(partition.partition());
        }));
    }

    /** Whether what was read of a partition before and not given is of no use: the sink asked for something before it. */
    boolean hasGoneBack(io.mainstem.log.TopicPartition partition) {
        return goneBack.contains(partition);
    }

    /** The search for bad records reads on where the sink is, wherever it went back before. */
    void forgetGoneBack() {
        goneBack.clear();
    }

    /** The sink that asked is not there any more. */
    void forgetRewinds() {
        rewinds.clear();
    }

    @Override
    public void pause(TopicPartition partition) {
        consumer.pause(List.of(topics.inLog(partition)));
        find(partition).ifPresent(found -> found.paused(true));
    }

    @Override
    public void pause(TopicPartition partition, Duration time, String why) {
        pause(partition);
        TaskStatus.Pause what = new TaskStatus.Pause(why, clock.instant().plus(time));
        find(partition).ifPresent(found -> found.paused(what));
    }

    @Override
    public void refused(TopicPartition partition, Duration time, String why) {
        pause(partition);
        TaskStatus.Pause what = new TaskStatus.Pause(why, clock.instant().plus(time));
        find(partition).ifPresent(found -> found.refused(what));
        status.refused(Failure.refused(what), time);
    }

    @Override
    public void resume(TopicPartition partition) {
        consumer.resume(List.of(topics.inLog(partition)));
        find(partition).ifPresent(found -> found.paused(false));
    }

    private Optional<SinkPartition> find(TopicPartition partition) {
        return partitions.find(topics.inLog(partition));
    }

    @Override
    public void requestFlush() {
        flush = true;
    }

    /** Whether the sink has asked for a flush since this was asked last. */
    boolean takeFlush() {
        boolean taken = flush;
        flush = false;
        return taken;
    }

    @Override
    public CompletionStage<Void> deadLetter(Message message, Exception why) {
        Origin origin = message.origin()
                .orElseThrow(() ->
                        new IllegalArgumentException("only a message that came from the log can go to dead letters"));
        long paused = watch.pause();
        try {
            deadLetters.keepAll(Map.of(origin, why), topics, 1);
            find(origin.partition()).ifPresent(partition -> partition.landing().remove(origin.offset()));
            return CompletableFuture.completedFuture(null);
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            watch.resume(paused);
        }
    }

    @Override
    public void publish(String topic, Message message) {
        long paused = watch.pause();
        try {
            publisher.publish(topic, message);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new LogException("nothing could be appended to topic '" + topic + "': " + e.getMessage(), e);
        } finally {
            watch.resume(paused);
        }
    }

    @Override
    public Supply supply() {
        return supply.supply();
    }

    @Override
    public Reach reach(TopicPartition partition) {
        long end = log.admin().offsets(topics.inLog(partition)).end();
        return new Reach(find(partition).map(SinkPartition::written).orElse(end), end);
    }

    @Override
    public void notWritten(long messages) {
        pending.addNotWritten(messages);
    }
}
