package io.mainstem.runtime.worker;

import io.mainstem.api.Header;
import io.mainstem.api.Message;
import io.mainstem.api.Row;
import io.mainstem.api.Schema;
import io.mainstem.api.StopException;
import io.mainstem.api.StreamSchema;
import io.mainstem.log.Log;
import io.mainstem.log.TopicPartition;
import io.mainstem.runtime.codec.CodecException;
import io.mainstem.runtime.codec.UnencodableException;
import io.mainstem.runtime.delivery.LaterRecords;
import io.mainstem.runtime.delivery.LetterCause;
import io.mainstem.runtime.delivery.Positions.SourceName;
import io.mainstem.runtime.delivery.Resent;
import io.mainstem.runtime.delivery.SourceState;
import io.mainstem.runtime.schema.SchemaException;
import io.mainstem.runtime.transform.StepFailure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the rows of a source's letters that are sent again: through steps that are made for them, into the topics that they
 * choose, with how far it came in one transaction. What fails is a letter again; none of it stops the source. One thread, but for
 * {@link #cancel}.
 */
final class SourceReplays {

    /** How often a source looks for rows that it was not woken for. */
    private static final Duration LOOK = Duration.ofSeconds(30);

    private static final Duration TURN = Duration.ofMillis(100);

    private final SourceName name;
    private final Log log;
    private final SourceState state;
    private final SourceCommits commits;
    private final CallWatch watch;
    private final UnaryOperator<String> scrub;
    private final Map<String, StreamWay> ways = new ConcurrentHashMap<>();
    private Instant nextLook = Instant.MIN;

    SourceReplays(
            SourceName name,
            Log log,
            SourceState state,
            SourceCommits commits,
            CallWatch watch,
            UnaryOperator<String> scrub) {
        this.name = name;
        this.log = log;
        this.state = state;
        this.commits = commits;
        this.watch = watch;
        this.scrub = scrub;
    }

    /** Makes the way of a stream, with steps of its own. */
    interface Ways {
        StreamWay open(StreamSchema stream) throws Exception;
    }

    /** When the next look is due. */
    Instant nextLook() {
        return nextLook;
    }

    /** The next rows, if it is time to look for them and there are some. */
    Optional<Resent.Batch> look(Instant now) {
        if (now.isBefore(nextLook)) {
            return Optional.empty();
        }
        Optional<Resent.Batch> batch = Resent.next(log, name, state);
        if (batch.isEmpty()) {
            nextLook = now.plus(LOOK);
        }
        return batch;
    }

    /** There may be some now. */
    void lookAtOnce() {
        nextLook = Instant.MIN;
    }

    /** It is not their turn now, but soon. */
    void putOff(Instant now) {
        nextLook = now.plus(TURN);
    }

    /** Whether there are none. */
    boolean isAtEnd() {
        return Resent.next(log, name, state).isEmpty();
    }

    /** Puts what comes of rows into transactions. Nothing else may be in the open one, and what was committed must be there to read. */
    void publish(Resent.Batch batch, Ways how) throws Exception {
        try {
            List<Prepared> prepared = new ArrayList<>();
            LaterRecords later = new LaterRecords();
            for (Resent resent : batch.letters()) {
                Prepared each = prepare(resent, how);
                each.keys.forEach(key -> later.ask(key.partition(), key.bytes(), resent.time()));
                prepared.add(each);
            }
            later.look(log);
            commits.putResent(batch.topicId(), publish(prepared, later, batch.next()));
        } finally {
            close();
        }
    }

    /** What comes of a row, or why nothing does. */
    private static final class Prepared {
        private final Resent resent;
        private final List<SourceSteps.Routed> records = new ArrayList<>();
        private final List<Key> keys = new ArrayList<>();
        private long bytes;
        private @Nullable LetterCause failure;

        Prepared(Resent resent) {
            this.resent = resent;
        }
    }

    private record Key(TopicPartition partition, ByteBuffer bytes) {}

    private Prepared prepare(Resent resent, Ways how) throws Exception {
        Prepared prepared = new Prepared(resent);
        try {
            StreamWay way = way(resent, how);
            for (SourceSteps.Routed routed : through(way, GivenRow.message(resent.letter()))) {
                add(marked(routed, resent), prepared);
            }
        } catch (StepFailure | CodecException | SchemaException | StopException e) {
            prepared.failure = LetterCause.of(e, scrub);
        }
        return prepared;
    }

    private StreamWay way(Resent resent, Ways how) throws Exception {
        String stream = resent.stream();
        StreamWay known = ways.get(stream);
        if (known == null) {
            known = how.open(state.stream(stream).orElseThrow(() -> gone(stream)));
            ways.put(stream, known);
        }
        return known;
    }

    private StopException gone(String stream) {
        return new StopException(
                "source.stream",
                "source '" + name + "' has no stream '" + stream + "' (any more)",
                "let it read that stream again, or drop the letter");
    }

    private List<SourceSteps.Routed> through(StreamWay way, Message given) throws Exception {
        Message message = asKnown(given, way.stream().schema());
        StreamRoute direct = way.direct();
        if (direct != null) {
            return List.of(new SourceSteps.Routed(message, direct));
        }
        SourceSteps steps = Objects.requireNonNull(way.steps());
        watch.begin(ConnectorCall.POLL);
        try {
            List<SourceSteps.Routed> all = new ArrayList<>();
            steps.apply(message).forEach(each -> all.add(steps.routed(each)));
            return all;
        } finally {
            watch.end();
        }
    }

    /** Steps know a schema by its instance. */
    private static Message asKnown(Message message, Schema schema) {
        return message.value() instanceof Row row && row.schema().equals(schema)
                ? message.withValue(row.as(schema))
                : message;
    }

    private static SourceSteps.Routed marked(SourceSteps.Routed routed, Resent resent) {
        List<Header> headers = new ArrayList<>(routed.message().headers());
        headers.add(new Header(LaterRecords.header(), LaterRecords.mark(resent)));
        return new SourceSteps.Routed(routed.message().withHeaders(headers), routed.route());
    }

    private void add(SourceSteps.Routed routed, Prepared prepared) {
        StreamRoute route = routed.route();
        route.encode(routed.message());
        int headers = 0;
        for (Header header : routed.message().headers()) {
            headers += header.name().length() * 3 + header.value().length + 10;
        }
        if (!route.isWithinLimits(headers)) {
            throw new UnencodableException("with its headers it is larger than topic '" + route.name()
                    + "' takes; raise 'max-record-size' of the topic");
        }
        if (!route.hasWhatTopicNeeds()) {
            throw new UnencodableException("topic '" + route.name() + "' is compacted, and the record has no key");
        }
        if (route.hasKey()) {
            prepared.keys.add(new Key(
                    route.partition(),
                    ByteBuffer.wrap(
                            Arrays.copyOf(route.key().array(), route.key().length()))));
        }
        prepared.bytes += route.size() + headers;
        prepared.records.add(routed);
    }

    /** Publishes as many as one transaction takes. Returns the offset of the next. */
    private long publish(List<Prepared> prepared, LaterRecords later, long behindAll) {
        for (Prepared each : prepared) {
            if (each != prepared.get(0) && commits.isFull(each.bytes)) {
                return each.resent.offset();
            }
            publish(each, later);
        }
        return behindAll;
    }

    private void publish(Prepared prepared, LaterRecords later) {
        LetterCause failure = prepared.failure;
        LetterCause why = failure != null ? failure : refusal(prepared, later);
        if (why != null) {
            commits.keepAgain(prepared.resent, why);
            return;
        }
        for (SourceSteps.Routed each : prepared.records) {
            each.route().encode(each.message());
            commits.append(each.route());
        }
    }

    private @Nullable LetterCause refusal(Prepared prepared, LaterRecords later) {
        if (commits.isFull(prepared.bytes)) {
            return LetterCause.of(
                    "it becomes " + prepared.records.size() + " records of " + prepared.bytes
                            + " bytes, which is more than a transaction may have, " + SourceCommits.BYTES_MAX,
                    scrub);
        }
        if (prepared.resent.isForced()) {
            return null;
        }
        for (Key key : prepared.keys) {
            Optional<Long> offset = later.of(key.partition(), key.bytes(), prepared.resent.time());
            if (offset.isPresent()) {
                return LetterCause.of(
                        "topic '" + key.partition().topic() + "' has got a later record of its key ("
                                + key.partition() + "@" + offset.get()
                                + "), which it would overwrite; 'replay --force' publishes it"
                                + " all the same",
                        scrub);
            }
        }
        return null;
    }

    private void close() {
        watch.begin(ConnectorCall.CLOSE);
        try {
            ways.values().forEach(way -> {
                if (way.steps() != null) {
                    Closing.quietly(way.steps());
                }
            });
            ways.clear();
        } finally {
            watch.end();
        }
    }

    /** Ends what a step waits for; any thread. */
    void cancel() {
        ways.values().forEach(way -> {
            if (way.steps() != null) {
                way.steps().cancel();
            }
        });
    }
}
