package io.mainstem.connectors.http.sink;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.Message;
import io.mainstem.api.Operation;
import io.mainstem.api.Plan;
import io.mainstem.api.Plannable;
import io.mainstem.api.RecordException;
import io.mainstem.api.RetryException;
import io.mainstem.api.Sink;
import io.mainstem.api.SinkBatch;
import io.mainstem.api.SinkContext;
import io.mainstem.api.SinkOffset;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.api.TopicPartition;
import io.mainstem.connectors.http.client.HttpConnection;
import io.mainstem.connectors.http.client.WaitException;
import io.mainstem.connectors.http.sink.Lanes.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends records as requests. Everything of a batch is sent while it is written, so that nothing waits for a flush. What the server
 * does not answer is asked for again from its offset on, and its partition paused meanwhile.
 */
final class HttpSink implements Sink, Plannable {

    private final Config config;
    private final Context context;
    private final RequestMaker maker;
    private final Lanes lanes;
    private final Breaker breaker;
    private final Responses responses;
    private final boolean many;
    private final boolean deletes;
    private final Set<TopicPartition> paused = new HashSet<>();
    private @Nullable SinkContext runtime;

    HttpSink(Config config, Context context) {
        this.config = config;
        this.context = context;
        this.maker = new RequestMaker(config);
        this.responses = new Responses(config, context.clock());
        this.lanes = new Lanes(
                new Sender(config, maker, responses),
                HttpConnection.shared(config, context),
                config.get(SinkOptions.CONCURRENCY).intValue());
        this.breaker = new Breaker(context.clock());
        this.many = SinkOptions.isMany(config);
        this.deletes = config.isSet(SinkOptions.DELETE_URL);
    }

    @Override
    public Plan plan(StreamSchema stream) {
        return SinkRequests.plan(config, stream);
    }

    @Override
    public Map<TopicPartition, SinkOffset> assign(Set<TopicPartition> added, SinkContext sinkContext) {
        runtime = sinkContext;
        return Map.of();
    }

    @Override
    public void write(SinkBatch batch) throws Exception {
        resumeDue();
        if (breaker.isPassed(batch.partition(), batch.firstOffset())) {
            return;
        }
        breaker.arrived(batch.partition());
        List<Refusal> refusals = Sender.refusals();
        List<Outgoing> requests = requests(batch.messages(), refusals);
        Optional<Trouble> trouble = requests.isEmpty() ? Optional.empty() : lanes.send(requests, refusals);
        responses.publish(runtime());
        if (trouble.isPresent()) {
            refusals.removeIf(refusal ->
                    refusal.message().offset() >= trouble.get().first().firstOffset());
        }
        refuse(refusals);
        if (trouble.isPresent()) {
            goBack(batch.partition(), trouble.get());
        } else if (!requests.isEmpty()) {
            breaker.closed();
        }
    }

    private List<Outgoing> requests(List<Message> messages, List<Refusal> refusals) {
        Batches batches = new Batches(config, maker);
        List<Outgoing> requests = new ArrayList<>();
        for (Message message : messages) {
            checkOperation(message);
            try {
                if (many && message.operation() != Operation.DELETE) {
                    batches.add(message, requests);
                } else {
                    batches.end(requests);
                    requests.add(maker.one(message));
                }
            } catch (RecordException e) {
                refusals.add(new Refusal(message, e));
            }
        }
        batches.end(requests);
        return requests;
    }

    private void checkOperation(Message message) {
        if (message.operation() == Operation.DELETE && !deletes) {
            throw new StopException(
                    "http.delete",
                    "a deletion at " + message.partition() + "@" + message.offset()
                            + ", and it is not said where to send it",
                    "Set 'delete-url', or filter deletions out.");
        }
    }

    private void refuse(List<Refusal> refusals) throws Exception {
        List<Refusal> inOrder = new ArrayList<>(refusals);
        inOrder.sort(Comparator.comparingLong(refusal -> refusal.message().offset()));
        for (Refusal refusal : inOrder) {
            try {
                runtime()
                        .deadLetter(refusal.message(), refusal.why())
                        .toCompletableFuture()
                        .join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }

    private void goBack(TopicPartition partition, Trouble trouble) {
        Duration failing = breaker.age();
        if (failing.compareTo(config.get(SinkOptions.PAUSE_MAX)) >= 0) {
            throw new RetryException(
                    "nothing went through for " + failing.toSeconds() + " s: "
                            + trouble.cause().getMessage(),
                    trouble.cause());
        }
        Duration wait = breaker.open(partition, trouble.first().firstOffset(), trouble.asked());
        boolean isPlanned =
                trouble.cause() instanceof WaitException limit && !limit.pause().isRefused();
        context.logger()
                .log(
                        isPlanned ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                        "{0} is paused for {1} ms: {2}",
                        partition,
                        Long.toString(wait.toMillis()),
                        trouble.cause().getMessage());
        runtime().rewind(partition, trouble.first().firstOffset());
        String why = String.valueOf(trouble.cause().getMessage());
        if (isPlanned) {
            runtime().pause(partition, wait, why);
        } else {
            runtime().refused(partition, wait, why);
        }
        paused.add(partition);
    }

    private void resumeDue() {
        for (TopicPartition partition : breaker.due()) {
            if (paused.remove(partition)) {
                runtime().resume(partition);
            }
        }
    }

    private SinkContext runtime() {
        if (runtime == null) {
            throw new IllegalStateException("written to before it was assigned anything");
        }
        return runtime;
    }

    /** Everything was sent when it was written. */
    @Override
    public void flush() {
        resumeDue();
    }

    @Override
    public void idle() {
        resumeDue();
    }

    @Override
    public void revoke(Set<TopicPartition> gone) {
        breaker.forget(gone);
        paused.removeAll(gone);
    }

    @Override
    public void cancel() {
        lanes.cancel();
    }

    @Override
    public void close() {
        lanes.close();
    }
}
